"""What several handlers need of conversations: reading them for answers, telling everybody of a change."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from bot.console.audit import Audit
from bot.console.calls import not_found
from bot.console.conversation_shapes import (
    AgentEvent,
    ConversationDetail,
    ConversationPage,
    Counts,
    EventPage,
    Summary,
)
from bot.console.live import Desk
from bot.console.permissions import Permission
from bot.console.plain import plain
from bot.console.principals import Principal
from bot.fanout import Hub
from crm_store.domain.agent_events import Transcript
from crm_store.domain.conversation_lists import Counts as StoredCounts
from crm_store.domain.conversation_lists import Page
from crm_store.domain.conversation_lists import Summary as StoredSummary
from crm_store.use_cases.conversation_lists import (
    Asker,
    count_conversations,
    find_agent_event,
    find_summaries,
    read_conversation,
)
from crm_store.use_cases.unit_of_work import Store


@dataclass(frozen=True)
class Talks:
    """Reading and announcing conversations."""

    store: Store
    desk: Desk
    customers: Hub
    audit: Audit
    wake_turns: Callable[[UUID], None]
    wake_delivery: Callable[[], None]

    # ---- reading

    async def summary(self, conversation_id: UUID) -> Summary:
        """One conversation as lists show it; Refusal 404."""
        found = await find_summaries(self.store, [conversation_id])
        if not found:
            raise not_found("conversation")
        return summary_object(found[0])

    async def summaries(self, conversation_ids: Collection[UUID]) -> dict[UUID, Summary]:
        """Several at once, for the desk; those that are gone are missing."""
        found = await find_summaries(self.store, list(conversation_ids))
        return {one.id: summary_object(one) for one in found}

    async def counts(self, agent_id: UUID) -> Counts:
        """How many conversations each view has for this agent."""
        return counts_object(await count_conversations(self.store, agent_id))

    async def detail(self, conversation_id: UUID, who: Principal) -> ConversationDetail:
        """All that stands beside the transcript."""
        asker = Asker(
            who.id,
            writes=who.may(Permission.CONVERSATIONS_WRITE),
            assigns_others=who.may(Permission.ASSIGN_OTHERS),
        )
        found = await read_conversation(self.store, conversation_id, asker)
        await self.saw(who, conversation_id)
        return cast("ConversationDetail", plain(found))

    async def event(self, conversation_id: UUID, message_id: UUID) -> AgentEvent:
        """One line of the transcript."""
        found = await find_agent_event(self.store, conversation_id, message_id)
        if found is None:
            raise not_found("message")
        return cast("AgentEvent", plain(found))

    def page_object(self, page: Page[StoredSummary], counts: StoredCounts) -> ConversationPage:
        """A page of a view."""
        return {
            "items": [summary_object(one) for one in page.items],
            "next_cursor": page.next_cursor,
            "counts": counts_object(counts),
        }

    def transcript_object(self, found: Transcript) -> EventPage:
        """A part of the transcript."""
        return cast("EventPage", plain(found))

    async def saw(self, who: Principal, conversation_id: UUID) -> None:
        """Keep that the agent was shown the conversation."""
        await self.audit.saw("conversation_read", who.id, conversation_id=conversation_id)

    # ---- telling

    def touch(self, conversation_id: UUID) -> None:
        """Something agents see has changed."""
        self.desk.touch(conversation_id)

    async def announce(self, conversation_id: UUID, *, by: UUID | None = None) -> Summary:
        """It changed hands or has a new message: customers, consoles, turns and delivery look again."""
        summary = await self.summary(conversation_id)
        self.customers.announce_owner(conversation_id)
        self.customers.hint(conversation_id, summary["last_seq"])
        self.desk.touch(conversation_id, by=by)  # also when nothing was written
        self.wake_turns(conversation_id)
        self.wake_delivery()
        return summary


def summary_object(summary: StoredSummary) -> Summary:
    """A conversation in a list."""
    return cast("Summary", plain(summary))


def counts_object(counts: StoredCounts) -> Counts:
    """The numbers beside the views."""
    return cast("Counts", plain(counts))
