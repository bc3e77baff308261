"""Two customers that are one person: what merging moves, and what it may not decide by itself (G7)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from crm_store.domain.customers import Tier
from crm_store.domain.search_words import PHONE_DIGITS

_NOT_A_DIGIT: Final = re.compile(r"\D+")

# Taken from the other one where the customer who stays has nothing.
FILLED: Final = ("name_bn", "given_name_bn", "email", "phone", "language")
# What both must have agreed to: an agreement does not spread to an account it was not given for.
AGREEMENTS: Final = ("consent_marketing", "consent_personalisation")


class MergeConflict(StrEnum):
    """Why a person with the right to has to decide it."""

    TWO_SHOP_ACCOUNTS = "two_shop_accounts"  # each has proven a log-in of its own
    DIFFERENT_EMAIL = "different_email"
    DIFFERENT_PHONE = "different_phone"

    @property
    def is_strong(self) -> bool:
        """Proofs contradict each other: only a supervisor may merge."""
        return self is MergeConflict.TWO_SHOP_ACCOUNTS


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A row of `customers`, as far as merging looks at it."""

    id: UUID
    external_ref: str | None
    merged_into: UUID | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging would do: how many rows of what move, which fields change, what speaks against it."""

    kept_id: UUID
    merged_id: UUID
    moves: Mapping[str, int]
    fields: Mapping[str, Any]
    conflicts: tuple[MergeConflict, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """One line of the journal. `fields` are those of the one who stays: {name: [before, after]}."""

    id: UUID
    kept_id: UUID
    merged_id: UUID
    agent_id: UUID | None
    reason: str
    at: datetime
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    undone_at: datetime | None = None


def find_conflicts(kept: CustomerRecord, merged: CustomerRecord) -> tuple[MergeConflict, ...]:
    """What speaks against their being one person."""
    found = []
    if kept.external_ref is not None and merged.external_ref is not None:
        found.append(MergeConflict.TWO_SHOP_ACCOUNTS)
    if _differ(kept, merged, "email"):
        found.append(MergeConflict.DIFFERENT_EMAIL)
    if _differ(kept, merged, "phone"):
        found.append(MergeConflict.DIFFERENT_PHONE)
    return tuple(found)


def same_phone_digits(phone: str | None) -> str:
    """The digits of a phone number that matter: the country code comes and goes."""
    return _NOT_A_DIGIT.sub("", phone or "")[-PHONE_DIGITS:]


def _differ(kept: CustomerRecord, merged: CustomerRecord, name: str) -> bool:
    read = same_phone_digits if name == "phone" else _folded
    one, other = read(kept.values[name]), read(merged.values[name])
    return bool(one and other) and one != other


def _folded(text: str | None) -> str:
    return (text or "").strip().casefold()


def changed_fields(kept: CustomerRecord, merged: CustomerRecord) -> dict[str, list[Any]]:
    """The fields of the one who stays that merging changes: {name: [before, after]}."""
    after: dict[str, Any] = {}
    for name in FILLED:
        if kept.values[name] is None and merged.values[name] is not None:
            after[name] = merged.values[name]
    for name in AGREEMENTS:
        after[name] = kept.values[name] and merged.values[name]
    after["tier"] = max((kept.values["tier"], merged.values["tier"]), key=list(Tier).index)
    return {name: [kept.values[name], value] for name, value in after.items() if value != kept.values[name]}
