"""Ways to pay, promotions, loyalty points, links to documents."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.loyalty import LoyaltyEntry
from crm_store.domain.orders import Order
from crm_store.domain.payments import PaymentOption
from crm_store.domain.promotions import Promotion, Shopper


class Payments(Protocol):
    async def list_options(self) -> Sequence[PaymentOption]:
        """The ways to pay on offer, in the shop's order."""
        ...

    async def list_codes_used(self, order_ids: Collection[UUID]) -> dict[UUID, str]:
        """The promotion code of each of these orders that has one."""
        ...


class Promotions(Protocol):
    async def list_ending_from(self, day: date) -> list[Promotion]:
        """Those not over on `day`, in the shop's order."""
        ...

    async def find(self, codes: Collection[str]) -> Promotion | None:
        """The first whose code is among `codes` (in capitals)."""
        ...

    async def find_shopper(self, customer_id: UUID) -> Shopper: ...


class Loyalty(Protocol):
    async def list_entries(self, customer_id: UUID, since: datetime) -> list[LoyaltyEntry]: ...

    async def count_orders(self, customer_id: UUID, since: datetime) -> int:
        """Orders that count towards a tier: cancelled ones do not."""
        ...


class DocumentLinks(Protocol):
    async def add(
        self, token_hash: bytes, order_id: UUID, language: str, at: datetime, expires_at: datetime
    ) -> None: ...

    async def find_order(self, token_hash: bytes, now: datetime) -> tuple[Order, str] | None:
        """The order a link that has not expired leads to, and the language of its document."""
        ...

    async def delete_expired(self, now: datetime) -> None: ...
