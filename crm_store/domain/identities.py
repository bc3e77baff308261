"""Who is at the other end of a channel, and how sure of it we are (G5)."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Proof(StrEnum):
    """How a channel identity was proven, weakest first."""

    NONE = "none"  # an anonymous visitor
    CLAIMED = "claimed"  # said so (typed a phone number), nothing checked
    SIGNED = "signed"  # signed widget identity, Slack workspace user, linked Telegram account
    CODE = "code"  # repeated a one-time code in the dialogue

    @property
    def strength(self) -> int:
        return list(Proof).index(self)

    @property
    def is_verified(self) -> bool:
        """Enough for personal reads and changes."""
        return self.strength >= Proof.SIGNED.strength


@dataclass(frozen=True, slots=True)
class CustomerName:
    """The given name to address a customer by, in Latin and in Bengali script."""

    name: str
    name_bn: str | None

    def in_language(self, language: str | None) -> str:
        """In Bengali script where the language is Bengali and the name is known in it."""
        return self.name_bn if language == "bn" and self.name_bn else self.name


@dataclass(frozen=True, slots=True)
class ConversationParty:
    """The person a conversation is with: what a use case needs to decide what it may read or change."""

    conversation_id: UUID
    channel: str
    identity_id: UUID
    proof: Proof
    customer_id: UUID | None
    language: str | None
    is_public: bool = False
    """Others read along (CH6): whoever it is, they are treated as nobody we know."""

    @property
    def is_verified(self) -> bool:
        return not self.is_public and self.customer_id is not None and self.proof.is_verified


# Longer than any platform lets people be called; what is longer fills screens.
MAX_SHOWN_NAME: Final = 200
# Formatting characters that Bengali and emoji are written with; the others can turn a whole line around.
_JOINERS: Final = frozenset("\u200c\u200d")


def shown_name(written: str) -> str | None:
    """What people call themselves, on one line, without signs that nobody sees; None when nothing is left."""
    seen = "".join(char for char in " ".join(written.split()) if _is_seen(char))
    return " ".join(seen.split())[:MAX_SHOWN_NAME].rstrip() or None


def _is_seen(char: str) -> bool:
    return char in _JOINERS or not unicodedata.category(char).startswith("C")


# Titles that stand before the name by which a Bangladeshi customer is addressed.
_LATIN_TITLES = ("md", "mohammad", "muhammad", "mst", "mosammat", "most", "mr", "mrs", "ms", "dr")
_BENGALI_TITLES = ("মো", "মোঃ", "মোছা", "মোছাঃ", "মোহাম্মদ", "মোসাম্মৎ", "ডা")
_TITLES = frozenset(_LATIN_TITLES + _BENGALI_TITLES)


def given_name_of(full_name: str) -> str:
    """The word of a full name to address its owner by: "Md. Tanvir Ahmed" -> "Tanvir"."""
    words = full_name.split()
    for word in words:
        if word.rstrip(".:").casefold() not in _TITLES:
            return word
    return full_name.strip()
