"""Addresses a customer keeps for coming orders."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.orders import Address

# Enough for a family and its gifts; it keeps a chat from filling the table.
MAX_ADDRESSES: Final = 10


class AddressLabel(StrEnum):
    """What a customer calls a place."""

    HOME = "home"
    OFFICE = "office"
    FAMILY = "family"


@dataclass(frozen=True)
class SavedAddress:
    """An address for coming orders; the default one is filled in at the checkout."""

    id: UUID
    address: Address
    name: AddressLabel | None
    is_default: bool
    created_at: datetime
