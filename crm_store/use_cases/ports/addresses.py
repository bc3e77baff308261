"""Addresses kept for coming orders."""

from typing import Protocol
from uuid import UUID

from crm_store.domain.addresses import SavedAddress


class Addresses(Protocol):
    async def list_all(self, customer_id: UUID) -> list[SavedAddress]:
        """The default one first, then the newest."""
        ...

    async def add(self, customer_id: UUID, saved: SavedAddress) -> None: ...
