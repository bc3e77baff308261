"""What agents do for customers: the use cases the bot calls, each with a preview that changes nothing.

A preview runs the very use case and leaves without a commit, so it refuses what the action would refuse.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bot.console.bodies import Checked, bad_field
from bot.console.calls import Answer, Call
from bot.console.conversation_bodies import (
    CancelOrder,
    ChangeAddress,
    CloseTicket,
    OpenTicket,
    RefundOrder,
)
from bot.console.conversation_shapes import ActionResult, Preview
from bot.console.permissions import Permission
from bot.console.plain import plain
from bot.console.previews import Previews
from bot.console.routing import Route
from bot.console.talks import Talks
from crm_store.domain.tickets import TicketKind
from crm_store.use_cases.applied_actions import AgentActionKey
from crm_store.use_cases.orders import NewAddress, cancel_order, change_shipping_address
from crm_store.use_cases.refunds import refund_order
from crm_store.use_cases.tickets import close_ticket, open_ticket
from crm_store.use_cases.unit_of_work import Store

Perform = Callable[[Store, UUID, Any, AgentActionKey], Awaitable[object]]


async def _cancel_order(store: Store, talk: UUID, given: CancelOrder, key: AgentActionKey) -> object:
    return await cancel_order(store, talk, given.order_number, key=key, reason=given.reason)


async def _refund(store: Store, talk: UUID, given: RefundOrder, key: AgentActionKey) -> object:
    return await refund_order(
        store, talk, given.order_number, key=key, amount=given.amount, reason=given.reason
    )


async def _change_address(store: Store, talk: UUID, given: ChangeAddress, key: AgentActionKey) -> object:
    address = NewAddress(**given.address.model_dump())
    return await change_shipping_address(store, talk, given.order_number, address, key=key)


async def _open_ticket(store: Store, talk: UUID, given: OpenTicket, key: AgentActionKey) -> object:
    if given.kind not in set(TicketKind):
        raise bad_field("kind", f"Known kinds: {', '.join(TicketKind)}.")
    return await open_ticket(
        store,
        talk,
        key=key,
        subject=given.subject,
        kind=TicketKind(given.kind),
        order_number=given.order_number,
    )


async def _close_ticket(store: Store, talk: UUID, given: CloseTicket, key: AgentActionKey) -> object:
    return await close_ticket(store, talk, given.ticket_number, key=key)


ACTIONS: Final[Mapping[str, tuple[type[Checked], Perform, str]]] = {
    "cancel_order": (CancelOrder, _cancel_order, "Cancel an order; what was paid goes back"),
    "refund": (RefundOrder, _refund, "Send money back for an order"),
    "change_address": (ChangeAddress, _change_address, "Send an order elsewhere"),
    "open_ticket": (OpenTicket, _open_ticket, "Write down what somebody has to work on"),
    "close_ticket": (CloseTicket, _close_ticket, "Say that a ticket is done"),
}
REFUSES: Final = (
    "not_possible",
    "unknown_order",
    "unknown_ticket",
    "verification_needed",
    "key_used",
)


@dataclass(frozen=True)
class CustomerActions:
    """Handlers of customer actions, one route for each so that the description names every body."""

    store: Store
    talks: Talks
    previews: Previews

    def routes(self) -> list[Route]:
        """What is served."""
        return [route for name in ACTIONS for route in self._routes_of(name)]

    def _routes_of(self, name: str) -> list[Route]:
        takes, _, summary = ACTIONS[name]
        at = f"/conversations/{{conversation}}/actions/{name}"
        write = Permission.CONVERSATIONS_WRITE

        async def do(call: Call[Any]) -> Answer:
            return await self._do(call, name)

        async def preview(call: Call[Any]) -> Answer:
            return await self._preview(call, name)

        return [
            Route("POST", at, write, do, summary, takes=takes, gives=ActionResult, refuses=REFUSES),
            Route(
                "POST",
                f"{at}/preview",
                write,
                preview,
                f"Preview: {summary}; nothing changes",
                takes=takes,
                gives=Preview,
                refuses=REFUSES,
                is_audited=False,
            ),
        ]

    async def _do(self, call: Call[Any], name: str) -> Answer:
        conversation_id = call.id("conversation")
        result = await self._perform(call, name, rehearsal=False)
        self.talks.touch(conversation_id)
        conversation = await self.talks.summary(conversation_id)
        return Answer({"result": plain(result), "conversation": conversation})

    async def _preview(self, call: Call[Any], name: str) -> Answer:
        result = await self._perform(call, name, rehearsal=True)
        await self.talks.saw(call.who, call.id("conversation"))
        return Answer(self.previews.of(name, call.given, result))

    async def _perform(self, call: Call[Any], name: str, *, rehearsal: bool) -> object:
        _, perform, _ = ACTIONS[name]
        key = AgentActionKey(call.given.key, call.who.id, name, rehearsal)
        return await perform(self.store, call.id("conversation"), call.given, key)
