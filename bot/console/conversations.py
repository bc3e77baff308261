"""Conversations: the lists, one with all that is behind it, and who has it from now on."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bot.console.bodies import Nothing, bad_field
from bot.console.calls import Answer, Call
from bot.console.conversation_bodies import (
    Change,
    ConversationsQuery,
    EventsQuery,
    HandBack,
    LabelIds,
    Release,
    Resolve,
    SeenUpTo,
    Snooze,
    Transfer,
)
from bot.console.conversation_shapes import (
    ConversationChanged,
    ConversationDetail,
    ConversationPage,
    EventPage,
)
from bot.console.permissions import Permission
from bot.console.routing import Route
from bot.console.talks import Talks
from crm_store.domain.conversation_lists import ListFilter, View
from crm_store.domain.handling import HandBackOutcome, Handled, ResolveReason
from crm_store.use_cases import handling
from crm_store.use_cases.agent_messages import mark_seen
from crm_store.use_cases.conversation_lists import (
    count_conversations,
    list_agent_events,
    list_conversations,
    list_earlier_events,
)
from crm_store.use_cases.notes import label_conversation
from crm_store.use_cases.unit_of_work import Store

NO_TEAM = UUID(int=0)  # the body names one when it names no agent
EDGE_REFUSALS = ("not_in_that_state", "epoch_moved")


@dataclass(frozen=True)
class Conversations:
    """Handlers of conversations."""

    store: Store
    talks: Talks

    def routes(self) -> list[Route]:
        """What is served."""
        read = Permission.CONVERSATIONS_READ
        return [
            Route(
                "GET",
                "/conversations",
                read,
                self.list_page,
                "A page of a view",
                takes=ConversationsQuery,
                gives=ConversationPage,
            ),
            Route(
                "GET",
                "/conversations/{conversation}",
                read,
                self.detail,
                "One conversation with its card",
                gives=ConversationDetail,
            ),
            Route(
                "GET",
                "/conversations/{conversation}/events",
                read,
                self.events,
                "A part of the transcript, with the notes in it",
                takes=EventsQuery,
                gives=EventPage,
            ),
            *self._edges(),
            Route(
                "POST",
                "/conversations/{conversation}/seen",
                Permission.CONVERSATIONS_WRITE,
                self.seen,
                "Read up to here",
                takes=SeenUpTo,
                status=204,
                is_audited=False,
            ),
            Route(
                "PUT",
                "/conversations/{conversation}/labels",
                Permission.CONVERSATIONS_WRITE,
                self.set_labels,
                "The labels it has from now on",
                takes=LabelIds,
                gives=ConversationChanged,
                refuses=("not_found",),
            ),
        ]

    def _edges(self) -> list[Route]:
        edges = (
            ("claim", Change, self.claim, "Take it, or step in while the bot has it", ("already_claimed",)),
            ("release", Release, self.release, "Back to the queue", ("not_yours",)),
            ("transfer", Transfer, self.transfer, "To a colleague, or to a team's queue", ("not_yours",)),
            ("hand_back", HandBack, self.hand_back, "The bot goes on", ("not_yours",)),
            ("snooze", Snooze, self.snooze, "Away until then, or until the customer writes", ("not_yours",)),
            ("resolve", Resolve, self.resolve, "It is over", ("not_yours",)),
            ("reopen", Change, self.reopen, "A resolved one, to the asking agent", ()),
        )
        return [
            Route(
                "POST",
                f"/conversations/{{conversation}}/{name}",
                Permission.CONVERSATIONS_WRITE,
                handler,
                summary,
                takes=takes,
                gives=ConversationChanged,
                refuses=(*EDGE_REFUSALS, *refuses),
            )
            for name, takes, handler, summary, refuses in edges
        ]

    # ---- reads

    async def list_page(self, call: Call[ConversationsQuery]) -> Answer:
        """The view's order; the counts of every view beside it."""
        given, who = call.given, call.who
        wanted = ListFilter(View(given.view), who.id, given.team, given.label, given.assignee)
        page = await list_conversations(self.store, wanted, cursor=given.cursor, limit=given.limit)
        counts = await count_conversations(self.store, who.id)
        return Answer(self.talks.page_object(page, counts))

    async def detail(self, call: Call[Nothing]) -> Answer:
        """With the card, the stretches with people, and what the asker may do now."""
        return Answer(await self.talks.detail(call.id("conversation"), call.who))

    async def events(self, call: Call[EventsQuery]) -> Answer:
        """Forward from a seq, or the page before one."""
        given, conversation_id = call.given, call.id("conversation")
        if given.before_seq is not None:
            found = await list_earlier_events(
                self.store, conversation_id, before_seq=given.before_seq, limit=given.limit
            )
        else:
            found = await list_agent_events(
                self.store, conversation_id, after_seq=given.after_seq or 0, limit=given.limit
            )
        await self.talks.saw(call.who, conversation_id)
        return Answer(self.talks.transcript_object(found))

    # ---- changes of hands

    async def claim(self, call: Call[Change]) -> Answer:
        """One wins; the others learn who."""
        moved = handling.claim(
            self.store, call.id("conversation"), agent_id=call.who.id, epoch=call.given.epoch
        )
        return await self._moved(call, moved)

    async def release(self, call: Call[Release]) -> Answer:
        """A supervisor may release somebody else's."""
        given = call.given
        moved = handling.release(
            self.store,
            call.id("conversation"),
            agent_id=call.who.id,
            for_others=call.who.may(Permission.ASSIGN_OTHERS),
            reason=given.reason,
            epoch=given.epoch,
        )
        return await self._moved(call, moved)

    async def transfer(self, call: Call[Transfer]) -> Answer:
        """The colleague has it at once; a team's queue waits."""
        return await self._moved(call, self._transferred(call))

    async def _transferred(self, call: Call[Transfer]) -> Handled:
        given, talk, who = call.given, call.id("conversation"), call.who
        for_others = who.may(Permission.ASSIGN_OTHERS)
        if given.to_agent is not None:
            return await handling.transfer_to_agent(
                self.store,
                talk,
                agent_id=who.id,
                to_agent_id=given.to_agent,
                note=given.note,
                for_others=for_others,
                epoch=given.epoch,
            )
        return await handling.transfer_to_team(
            self.store,
            talk,
            agent_id=who.id,
            team_id=given.to_team or NO_TEAM,
            note=given.note,
            for_others=for_others,
            epoch=given.epoch,
        )

    async def hand_back(self, call: Call[HandBack]) -> Answer:
        """The bot is told what came of it."""
        given = call.given
        moved = handling.hand_back(
            self.store,
            call.id("conversation"),
            agent_id=call.who.id,
            outcome=HandBackOutcome(given.outcome),
            summary=given.summary,
            resume=given.resume,
            epoch=given.epoch,
        )
        return await self._moved(call, moved)

    async def snooze(self, call: Call[Snooze]) -> Answer:
        """At most a year."""
        given = call.given
        if not given.is_after(datetime.now(UTC)):
            raise bad_field("until", "Give a time between now and a year from now.")
        moved = handling.snooze(
            self.store,
            call.id("conversation"),
            agent_id=call.who.id,
            until=given.until.astimezone(UTC),
            epoch=given.epoch,
        )
        return await self._moved(call, moved)

    async def resolve(self, call: Call[Resolve]) -> Answer:
        """The customer is asked for a rating once."""
        given = call.given
        moved = handling.resolve(
            self.store,
            call.id("conversation"),
            agent_id=call.who.id,
            reason=ResolveReason(given.reason),
            note=given.note,
            ask_rating=given.ask_rating,
            epoch=given.epoch,
        )
        return await self._moved(call, moved)

    async def reopen(self, call: Call[Change]) -> Answer:
        """It is the asker's from now on."""
        moved = handling.reopen(
            self.store, call.id("conversation"), agent_id=call.who.id, epoch=call.given.epoch
        )
        return await self._moved(call, moved)

    async def _moved(self, call: Call[Any], moved: Awaitable[Handled]) -> Answer:
        """Make the change, then tell everybody who listens: customers, consoles and turn workers."""
        await moved
        conversation = await self.talks.announce(call.id("conversation"), by=call.who.id)
        return Answer({"conversation": conversation})

    # ---- beside the transcript

    async def seen(self, call: Call[SeenUpTo]) -> Answer:
        """The others' unread numbers fall too."""
        conversation_id = call.id("conversation")
        await mark_seen(self.store, conversation_id, agent_id=call.who.id, seq=call.given.seq)
        self.talks.touch(conversation_id)
        return Answer(None)

    async def set_labels(self, call: Call[LabelIds]) -> Answer:
        """All at once, so that two tabs do not add up."""
        conversation_id = call.id("conversation")
        await label_conversation(self.store, conversation_id, call.given.label_ids, agent_id=call.who.id)
        self.talks.touch(conversation_id)
        return Answer({"conversation": await self.talks.summary(conversation_id)})
