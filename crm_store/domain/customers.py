"""What is known about a customer."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from crm_store.domain.identities import Proof


class Tier(StrEnum):
    """Loyalty, lowest first."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


class Language(StrEnum):
    """The languages (and scripts) customers are answered in."""

    ENGLISH = "en"
    BENGALI = "bn"
    ROMANISED_BENGALI = "bn-Latn"


@dataclass(frozen=True)
class Consents:
    """What the customer agreed to."""

    marketing: bool = False
    personalisation: bool = True


@dataclass(frozen=True)
class KnownCustomer:
    """The customer a conversation belongs to, and how well that is proven.

    The given names are how to address the customer; `proof` is the channel identity's.
    """

    id: UUID
    external_ref: str | None
    name: str
    name_bn: str | None
    given_name: str
    given_name_bn: str | None
    tier: Tier
    language: Language | None
    consents: Consents
    proof: Proof

    @property
    def is_verified(self) -> bool:
        return self.proof.is_verified


@dataclass(frozen=True)
class Persona:
    """A customer of the demo shop to try Kotha as; `ref` is the log-in."""

    ref: str
    name: str
    name_bn: str
    story: str
    story_bn: str
