"""Returns and refunds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.returns import Refund, Return


class Returns(Protocol):
    async def find_for_line(self, line_id: UUID) -> Return | None: ...

    async def list_requested_lines(self, line_ids: Collection[UUID]) -> set[UUID]:
        """Those of these order lines that a return exists for."""
        ...

    async def list_newest(self, customer_id: UUID, limit: int) -> list[Return]:
        """The customer's returns, newest first, each with its refund."""
        ...

    async def is_number_taken(self, number: str) -> bool: ...

    async def add(self, customer_id: UUID, order_id: UUID, return_: Return) -> None: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """An agent's decision to send money back, without a return or a cancellation."""

    agent_id: UUID
    reason: str | None


class Refunds(Protocol):
    async def find_for_cancelled(self, order_id: UUID) -> Refund | None:
        """The refund that cancelling the order led to."""
        ...

    async def list_newest(self, customer_id: UUID, limit: int) -> list[Refund]: ...

    async def sum_for_order(self, order_id: UUID) -> int:
        """What was sent back for an order, or is on its way (minor units); failed ones do not count."""
        ...

    async def add(
        self,
        customer_id: UUID,
        order_id: UUID,
        refund: Refund,
        at: datetime,
        *,
        granted: Grant | None = None,
    ) -> None: ...
