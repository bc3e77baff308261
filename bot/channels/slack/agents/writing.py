"""One thread brought up to date: the card, the transcript, the reactions. The caller holds its lease."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog

from bot.channels.slack.agents.card import CardWriter
from bot.channels.slack.agents.lines import METADATA_EVENT, LineWriter, Post, card_metadata
from bot.channels.slack.agents.marks import Marks
from bot.channels.slack.agents.rooms import Rooms
from bot.channels.slack.client import SlackApi, SlackRefused
from bot.channels.slack.places import CHANNEL
from bot.channels.slack.sending import MAY_NOT_LOOK, Sending
from bot.errors import DeliveryUncertain
from crm_store.domain.agent_threads import AgentThread, ThreadLine, ThreadWork, audit_facts
from crm_store.domain.audit import NewAuditEntry
from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import Handling
from crm_store.use_cases.agent_threads import (
    end_stretch,
    find_team_place,
    finish_thread,
    is_stretch_open,
    keep_note_line,
    keep_posted,
    keep_root,
    keep_shown,
    list_unposted_notes,
    move_thread,
)
from crm_store.use_cases.audit import write_audit
from crm_store.use_cases.conversation_lists import (
    Asker,
    OpenedConversation,
    list_agent_events,
    read_conversation,
)
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

LEASE_SECONDS: Final = 60.0  # longer than one call with its time-out; each post renews it
NOBODY: Final = Asker(UUID(int=0), writes=False)
PAGE: Final = 200
MOST_PAGES: Final = 20
CLOCK_SECONDS: Final = 60.0  # so much may Slack's clock differ from the store's


@dataclass
class ThreadWriter:
    """Writes threads of all workspaces."""

    store: Store
    api: SlackApi
    sending: Sending
    rooms: Rooms
    cards: CardWriter
    marks: Marks

    async def write(self, work: ThreadWork) -> None:
        """Post what is missing. Raises what `bot.errors` says, and TurnLost when the lease ran out."""
        thread = work.thread
        await self.rooms.check(thread.account, thread.place)
        if work.in_doubt:
            thread = await self._find_again(work)
        opened = await read_conversation(self.store, thread.conversation_id, NOBODY)
        thread = await self._move_on(work, thread, opened)
        thread = await self._show_card(work, thread, opened)
        thread = await self._go_on(work, thread, opened)
        look_after = await self.marks.show(thread)
        if look_after is None and _is_over(thread, opened):
            await keep_shown(self.store, work, thread.shown_epoch, is_over=True)
        await finish_thread(self.store, work, look_after=look_after)

    async def _move_on(
        self, work: ThreadWork, thread: AgentThread, opened: OpenedConversation
    ) -> AgentThread:
        """Passed on to a team with another channel, it begins anew there; the old card says so."""
        summary = opened.conversation
        if summary.state != Handling.QUEUED or thread.root is None or thread.is_ended:
            return thread
        place = await find_team_place(self.store, CHANNEL, self.api.teams, summary.team_id)
        if place is None or (place.account, place.place) == (thread.account, thread.place):
            return thread
        await self.rooms.check(place.account, place.place)
        left = replace(thread, is_superseded=True)
        await self._change_card(left, self.cards.message(left, opened))
        return await move_thread(self.store, work, place)

    async def _show_card(
        self, work: ThreadWork, thread: AgentThread, opened: OpenedConversation
    ) -> AgentThread:
        epoch = opened.conversation.epoch
        if thread.root is None:
            root = await self._post_card(thread, self.cards.message(thread, opened))
            await keep_root(self.store, work, root, shown_epoch=epoch)
            return replace(thread, root=root, shown_epoch=epoch)
        if thread.shown_epoch != epoch:
            card = self.cards.message(thread, opened)
            await self._change_card(thread, card)
            await keep_shown(self.store, work, epoch, is_over=False)
        return replace(thread, shown_epoch=epoch)

    async def _change_card(self, thread: AgentThread, card: JsonObject) -> None:
        metadata = card_metadata(thread.id)
        await self.api.call(
            thread.account, "chat.update", channel=thread.place, ts=thread.root, metadata=metadata, **card
        )

    async def _post_card(self, thread: AgentThread, card: JsonObject) -> str:
        """What is shown to a whole team is kept in the audit log before it is shown."""
        self.sending.check_pace(thread.account, thread.place)
        facts = audit_facts(thread)
        await write_audit(self.store, NewAuditEntry("slack.card", None, thread.conversation_id, facts=facts))
        return await self._post(thread, metadata=card_metadata(thread.id), **card)

    async def _go_on(self, work: ThreadWork, thread: AgentThread, opened: OpenedConversation) -> AgentThread:
        """The transcript, to its end; once more after people are done with it, and then no further."""
        if thread.is_ended:
            return thread
        is_open = await is_stretch_open(self.store, thread)
        posts, is_all = await self._news(thread, opened)
        for post in posts:
            await self._put(work, thread, post)
        if is_open or not is_all:
            return thread
        await end_stretch(self.store, work)
        return replace(thread, is_ended=True)

    async def _news(self, thread: AgentThread, opened: OpenedConversation) -> tuple[list[Post], bool]:
        """What is to be posted, and whether that is all."""
        found = await list_agent_events(
            self.store, thread.conversation_id, after_seq=thread.posted_seq, limit=PAGE
        )
        notes = await list_unposted_notes(self.store, thread)
        customer = opened.conversation.customer
        name = customer.name or self.cards.wording.say("who_customer", thread.language)
        typed_here = client_msg_id(thread, "")
        address = self.cards.address_of(thread)
        writer = LineWriter(self.cards.wording, thread.language, name, typed_here, address)
        return writer.posts(found.events, notes), len(found.events) < PAGE

    async def _put(self, work: ThreadWork, thread: AgentThread, post: Post) -> None:
        if not post.text:
            await keep_posted(self.store, work, post.seq, None, lease_seconds=LEASE_SECONDS)
            return
        self.sending.check_pace(thread.account, thread.place)
        arguments = {"thread_ts": thread.root, "text": post.text, "metadata": post.metadata(thread.id)}
        await self._keep(work, post, await self._post(thread, **arguments))

    async def _keep(self, work: ThreadWork, post: Post, ts: str) -> None:
        if post.note_id is not None:
            await keep_note_line(self.store, work, ThreadLine(ts, note_id=post.note_id))
            return
        line = ThreadLine(ts, message_id=post.message_id) if post.message_id else None
        await keep_posted(self.store, work, post.seq, line, lease_seconds=LEASE_SECONDS)

    async def _post(self, thread: AgentThread, **arguments: object) -> str:
        answer = await self.sending.paced(
            thread.account,
            "chat.postMessage",
            channel=thread.place,
            unfurl_links=False,
            unfurl_media=False,
            **arguments,
        )
        ts = answer.get("ts")
        if not isinstance(ts, str):
            raise DeliveryUncertain("chat.postMessage: no ts")
        return ts

    # ---- after a crash, or an answer that was lost

    async def _find_again(self, work: ThreadWork) -> AgentThread:
        """What stands there by its metadata, so that nothing is posted twice."""
        thread = work.thread
        try:
            if thread.root is None:
                return await self._find_card(work)
            for message in await self._messages(thread, "conversations.replies", ts=thread.root):
                thread = await self._found(work, thread, message)
        except SlackRefused as refused:
            if refused.code not in MAY_NOT_LOOK:
                raise
            log.warning("slack.agents_cannot_look", team=thread.account, code=refused.code)
        return thread

    async def _find_card(self, work: ThreadWork) -> AgentThread:
        thread = work.thread
        oldest = f"{thread.opened_at.timestamp() - CLOCK_SECONDS:.6f}"
        for message in await self._messages(thread, "conversations.history", oldest=oldest):
            payload = _payload(message, thread)
            if payload.get("card"):
                await keep_root(self.store, work, str(message["ts"]), shown_epoch=-1)
                return replace(thread, root=str(message["ts"]))
        return thread

    async def _found(self, work: ThreadWork, thread: AgentThread, message: JsonObject) -> AgentThread:
        payload = _payload(message, thread)
        ts, seq = str(message.get("ts", "")), payload.get("seq")
        if "note" in payload:
            await keep_note_line(self.store, work, ThreadLine(ts, note_id=UUID(payload["note"])))
        elif isinstance(seq, int) and seq > thread.posted_seq:
            line = UUID(payload["message"]) if "message" in payload else None
            await self._keep(work, Post("", seq, message_id=line), ts)
            return replace(thread, posted_seq=seq)
        return thread

    async def _messages(self, thread: AgentThread, method: str, **arguments: object) -> list[JsonObject]:
        found: list[JsonObject] = []
        cursor = None
        for _ in range(MOST_PAGES):
            page = await self.api.call(
                thread.account,
                method,
                channel=thread.place,
                limit=PAGE,
                cursor=cursor,
                include_all_metadata="true",
                **arguments,
            )
            found += page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        return found


def client_msg_id(thread: AgentThread, ts: str) -> str:
    """The id of what an agent sent by a line of the thread: once, however often Slack brings it."""
    return f"slack:{thread.place}:{thread.root}:{ts}"


def _is_over(thread: AgentThread, opened: OpenedConversation) -> bool:
    return thread.is_ended and (thread.is_superseded or opened.conversation.state == Handling.RESOLVED)


def _payload(message: JsonObject, thread: AgentThread) -> JsonObject:
    """What we kept beside a message of this thread; empty for any other."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != METADATA_EVENT:
        return {}
    payload = metadata.get("event_payload")
    ours = isinstance(payload, dict) and payload.get("thread") == str(thread.id)
    return payload if ours and isinstance(payload, dict) else {}
