"""Buttons whose answer is for the presser alone: an invoice, a way into another messenger (G5).

Nothing personal stands in the button, so a press is looked up and proven each time, and in private only.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from crm_store.domain.errors import UnknownConversation, UnknownOrder
from crm_store.domain.linking import WayIn
from crm_store.domain.received import Place, Sender
from crm_store.use_cases.documents import link_invoice
from crm_store.use_cases.linking import offer_way_in
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.unit_of_work import Store

T = TypeVar("T")


@dataclass(frozen=True)
class PrivateAnswers:
    """None: the button leads nowhere any more. VerificationNeeded: nobody has proven who the presser is."""

    store: Store
    public_url: str

    async def link_invoice(self, sender: Sender, place: Place, number: str, language: str) -> str | None:
        """The address of the invoice of the presser's own order, soon over. Raises VerificationNeeded."""

        async def address(conversation: UUID) -> str:
            link = await link_invoice(self.store, conversation, number, language=language)
            return f"{self.public_url}/documents/{link.token}"

        return await self._in_private(sender, place, address)

    async def offer_way_in(self, sender: Sender, place: Place, channel: str) -> WayIn | None:
        """How the presser connects another messenger. Raises VerificationNeeded."""
        return await self._in_private(
            sender, place, lambda conversation: offer_way_in(self.store, conversation, channel)
        )

    async def _in_private(
        self, sender: Sender, place: Place, answer: Callable[[UUID], Awaitable[T | None]]
    ) -> T | None:
        if place.is_public:
            return None
        conversation = await find_conversation(self.store, sender, place)
        try:
            return await answer(conversation) if conversation else None
        except (UnknownOrder, UnknownConversation):
            return None
