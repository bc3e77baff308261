"""The agents' lists of conversations, and one conversation with all that is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from crm_store.domain.agent_events import AgentEvent, Transcript
from crm_store.domain.conversation_lists import (
    CURSOR_SHAPES,
    MAX_PAGE,
    Asker,
    Counts,
    ListFilter,
    Page,
    PastHandoff,
    Summary,
    View,
    what_may,
)
from crm_store.domain.cursors import read_cursor, write_cursor
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.handling import Handling
from crm_store.domain.handoff_card import Card
from crm_store.domain.waiting import AnswersTo
from crm_store.use_cases.handoff_cards import read_card
from crm_store.use_cases.relaying import answers_to
from crm_store.use_cases.unit_of_work import Store

__all__ = [
    "Asker",
    "ListFilter",
    "OpenedConversation",
    "Page",
    "View",
    "count_conversations",
    "find_agent_event",
    "find_summaries",
    "list_agent_events",
    "list_conversations",
    "list_earlier_events",
    "read_conversation",
]

DEFAULT_LIMIT: Final = 30
MAX_EVENTS: Final = 200
# Beyond any seq, within the column's range.
_LAST_SEQ: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class OpenedConversation:
    """What the console asks for when an agent opens a conversation."""

    conversation: Summary
    card: Card | None
    handoffs: tuple[PastHandoff, ...]
    may: tuple[str, ...]
    answers_to: AnswersTo | None = None
    """Where else the customer wanted the answer to what they left in writing."""


async def list_conversations(
    store: Store, wanted: ListFilter, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Summary]:
    """A page of a list, from its beginning or where `cursor` says. Raises BadCursor."""
    view, size = wanted.view, max(1, min(limit, MAX_PAGE))
    after = read_cursor(view.value, cursor, CURSOR_SHAPES[view]) if cursor else None
    async with store.read() as uow:
        found = await uow.lists.list_page(wanted, after, size + 1)
    goes_on = write_cursor(view.value, found[size - 1][1]) if len(found) > size else None
    return Page(tuple(summary for summary, _ in found[:size]), goes_on)


async def count_conversations(store: Store, agent_id: UUID) -> Counts:
    """How many each view holds, for this agent; no number is greater than MOST_COUNTED."""
    async with store.read() as uow:
        return await uow.lists.count(agent_id)


async def find_summaries(store: Store, conversation_ids: Sequence[UUID]) -> list[Summary]:
    """These conversations as the lists show them; those that are gone are left out."""
    async with store.read() as uow:
        return await uow.lists.find(conversation_ids) if conversation_ids else []


async def read_conversation(store: Store, conversation_id: UUID, asker: Asker) -> OpenedConversation:
    """One conversation with its card, made now, and its stretches with people. Raises UnknownConversation."""
    async with store.read() as uow:
        found = await uow.lists.find([conversation_id])
        if not found:
            raise UnknownConversation(str(conversation_id))
        summary = found[0]
        card = await read_card(uow, conversation_id) if summary.state != Handling.RESOLVED else None
        handoffs = await uow.cards.list_handoffs(conversation_id)
        left = await uow.waiting_room.find_left(conversation_id)
    if card is not None and card.wants is not None:
        summary = replace(summary, wants=card.wants)
    assignee_id = summary.assignee.id if summary.assignee else None
    may = what_may(summary.state, assignee_id, asker)
    return OpenedConversation(summary, card, handoffs, may, answers_to(left) if left else None)


async def list_agent_events(
    store: Store, conversation_id: UUID, *, after_seq: int = 0, limit: int = MAX_EVENTS
) -> Transcript:
    """The transcript after `after_seq`, oldest first, with the notes among it. Raises UnknownConversation."""
    async with store.read() as uow:
        found = await uow.transcripts.read_after(conversation_id, _seq(after_seq), _events(limit))
    return _known(found, conversation_id)


async def list_earlier_events(
    store: Store, conversation_id: UUID, *, before_seq: int, limit: int = MAX_PAGE
) -> Transcript:
    """The newest of the transcript before `before_seq`, oldest first. Raises UnknownConversation."""
    async with store.read() as uow:
        found = await uow.transcripts.read_before(conversation_id, _seq(before_seq), _events(limit))
    return _known(found, conversation_id)


async def find_agent_event(store: Store, conversation_id: UUID, message_id: UUID) -> AgentEvent | None:
    """One message of this conversation as agents see it; None when it has no such message."""
    async with store.read() as uow:
        return await uow.transcripts.find_event(conversation_id, message_id)


def _known(found: Transcript | None, conversation_id: UUID) -> Transcript:
    if found is None:
        raise UnknownConversation(str(conversation_id))
    return found


def _seq(asked: int) -> int:
    return max(0, min(asked, _LAST_SEQ))


def _events(limit: int) -> int:
    return max(1, min(limit, MAX_EVENTS))
