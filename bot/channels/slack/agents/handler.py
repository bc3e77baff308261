"""What agents do in Slack: lines of threads, clicks, windows, commands. Asked before customers' handlers."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.channels.slack.agents.card import ACTION, OPEN
from bot.channels.slack.agents.colleagues import Colleagues, Spoken, language_of
from bot.channels.slack.agents.commands import AgentCommands
from bot.channels.slack.agents.deeds import Deeds, NotDone
from bot.channels.slack.agents.modals import (
    MAX_MESSAGE,
    MODALS,
    Filled,
    Modals,
    errors,
    first_block,
    read_filled,
)
from bot.channels.slack.agents.writing import client_msg_id
from bot.channels.slack.background import Background
from bot.channels.slack.client import SlackApi
from bot.channels.slack.events import MessageDeleted, MessageEdited, MessagePosted, SlackEvent, Spot
from bot.channels.slack.forms import Presser, SlashCommand, first_action, read_presser
from bot.channels.slack.markup import mentioned_users, plain_text
from bot.channels.slack.people import People
from bot.channels.slack.places import CHANNEL
from crm_store.domain.agent_threads import AgentThread
from crm_store.domain.agents import Agent
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable, UnknownConversation
from crm_store.use_cases.agent_threads import find_line, find_thread, read_thread
from crm_store.use_cases.unit_of_work import Store

YES: Final = "yes"


@dataclass
class AgentHandler:
    """See `bot.channels.slack.inbox.SlackHandler`. A line that begins with a prefix goes to the customer."""

    store: Store
    api: SlackApi
    people: People
    colleagues: Colleagues
    deeds: Deeds
    modals: Modals
    commands: AgentCommands
    background: Background
    prefixes: tuple[str, ...]

    # ---- lines of threads

    async def take_event(self, event: SlackEvent) -> bool:
        """See SlackHandler. Everything in a hand-over's thread is ours: it is never a customer's message."""
        if not isinstance(event, MessagePosted | MessageEdited | MessageDeleted):
            return False
        thread = await self._thread_of(event.spot)
        if thread is None:
            return False
        match event:
            case MessagePosted():
                await self._say_no(event, thread, await self._take_line(event, thread))
            case MessageEdited():
                await self._say_no(event, thread, await self._take_change(event, thread))
            case _:
                pass  # what was sent cannot be taken back, and a note stays for the record
        return True

    async def _thread_of(self, spot: Spot) -> AgentThread | None:
        if spot.thread_ts is None or spot.is_direct:
            return None
        return await find_thread(self.store, CHANNEL, spot.team, spot.channel, spot.thread_ts)

    async def _take_line(self, event: MessagePosted, thread: AgentThread) -> NotDone | None:
        try:
            agent = await self._agent(event)
            text = await self._plain(event)
            reply = self._reply_in(text)
            if reply is not None:
                await self._reply(event, thread, agent, reply)
            elif text:
                await self.deeds.note(thread, agent, text[:MAX_MESSAGE], line=event.ts)
            return NotDone("files_stay") if event.files else None
        except NotDone as refusal:
            return refusal

    async def _agent(self, event: MessagePosted | MessageEdited) -> Agent:
        """The author. A store that is away is Slack's to try again: what was typed must not be lost."""
        try:
            return await self.colleagues.access(event.spot.team, event.user)
        except NotDone as refusal:
            if refusal.sentence == "unavailable":
                raise StoreUnavailable from None
            raise

    async def _reply(self, event: MessagePosted, thread: AgentThread, agent: Agent, text: str) -> None:
        if not text:
            raise NotDone("files_stay" if event.files else "needs_words")
        if len(text) > MAX_MESSAGE:
            raise NotDone("too_long", limit=MAX_MESSAGE)
        key = client_msg_id(thread, event.ts)
        await self.deeds.reply(thread, agent, text, client_msg_id=key, line=event.ts)

    async def _take_change(self, event: MessageEdited, thread: AgentThread) -> NotDone | None:
        line = await find_line(self.store, thread, event.ts)
        if line is None:
            return None
        try:
            agent = await self._agent(event)
            text = await self._plain(event)
            if line.note_id is not None and text:
                await self.deeds.change_note(thread, agent, line.note_id, text[:MAX_MESSAGE])
            elif line.message_id is not None:
                reply = self._reply_in(text)
                await self.deeds.change_reply(
                    thread, agent, line.message_id, (text if reply is None else reply)[:MAX_MESSAGE]
                )
        except NotDone as refusal:
            return refusal
        return None

    async def _plain(self, event: MessagePosted | MessageEdited) -> str:
        spot = event.spot
        others = [user for user in mentioned_users(event.text) if user != spot.bot_user]
        names = await self.people.names(spot.team, others)
        return plain_text(event.text, names=names, bot_user=spot.bot_user)

    def _reply_in(self, text: str) -> str | None:
        """What is meant for the customer; None for a note."""
        prefix = next((each for each in self.prefixes if text.startswith(each)), None)
        return None if prefix is None else text[len(prefix) :].strip()

    async def _say_no(
        self, event: MessagePosted | MessageEdited, thread: AgentThread, refusal: NotDone | None
    ) -> None:
        if refusal is None:
            return
        if refusal.sentence == "unavailable":
            raise StoreUnavailable
        once = f"told:{event.spot.channel}:{event.ts}:{type(event).__name__}:{refusal.sentence}"
        if not await self.deeds.inbox.remember(CHANNEL, event.spot.team, once):
            return  # a repeat of Slack's, or the twin of a mention (SL5)
        spoken = Spoken(event.spot.team, event.spot.channel, event.user, thread.root)
        self.background.start(
            self.colleagues.whisper(spoken, refusal, thread.language), name="agents-whisper"
        )

    # ---- clicks

    async def take_interaction(self, payload: JsonObject) -> JsonObject | None:
        """See SlackHandler."""
        filled = read_filled(payload)
        if filled is not None:
            return await self._take_window(payload, filled)
        action = first_action(payload)
        prefix, _, name = str((action or {}).get("action_id", "")).partition(":")
        if action is None or prefix != ACTION:
            return None
        presser = read_presser(payload)
        if presser is not None and name != OPEN:
            await self._take_click(payload, presser, name, str(action.get("value", "")))
        return {}

    async def _take_click(self, payload: JsonObject, presser: Presser, name: str, value: str) -> None:
        thread: AgentThread | None = None
        try:
            thread = await self._thread(presser.team, value, place=presser.channel)
            agent = await self.colleagues.access(presser.team, presser.user)
            await self._do(payload, agent, thread, name)
        except NotDone as refusal:
            spoken = Spoken(presser.team, presser.channel, presser.user, thread.root if thread else None)
            language = thread.language if thread else None
            self.background.start(self.colleagues.whisper(spoken, refusal, language), name="agents-whisper")

    async def _do(self, payload: JsonObject, agent: Agent, thread: AgentThread, name: str) -> None:
        if name in ("claim", "step_in"):
            await self.deeds.claim(thread, agent)
        elif name == "release":
            await self.deeds.release(thread, agent)
        elif name in MODALS:
            view = self.modals.make(name, thread.id, language_of(agent, thread.language) or "en")
            trigger = str(payload.get("trigger_id", ""))
            self.background.start(
                self.api.call(thread.account, "views.open", trigger_id=trigger, view=view),
                name="agents-window",
            )

    async def _thread(self, team: str, value: str, *, place: str | None = None) -> AgentThread:
        """The thread of a button; NotDone when it is none of that workspace and channel."""
        try:
            thread = await read_thread(self.store, UUID(value))
        except (ValueError, UnknownConversation):
            raise NotDone("gone") from None
        except (StoreUnavailable, ConflictingWrite):
            raise NotDone("unavailable") from None
        if thread.account != team or place not in (None, thread.place):
            raise NotDone("gone")
        return thread

    # ---- windows

    async def _take_window(self, payload: JsonObject, filled: Filled) -> JsonObject:
        team, user = _id(payload.get("team")), _id(payload.get("user"))
        language: str | None = None
        try:
            agent = await self.colleagues.access(team, user)
            thread = await self._thread(team, str(filled.thread_id))
            language = language_of(agent, thread.language)
            await self._finish(thread, agent, filled)
        except NotDone as refusal:
            return errors(first_block(filled.kind), self.colleagues.say(refusal, language))
        return {}

    async def _finish(self, thread: AgentThread, agent: Agent, filled: Filled) -> None:
        values = filled.values
        match filled.kind:
            case "reply":
                key = f"slack-view:{filled.view_id}"
                await self.deeds.reply(thread, agent, _words(values), client_msg_id=key)
            case "note":
                await self.deeds.note(thread, agent, _words(values))
            case "hand_back":
                await self.deeds.hand_back(
                    thread,
                    agent,
                    outcome=values.get("outcome", ""),
                    summary=values.get("summary", "").strip(),
                    resume=values.get("resume") == YES,
                )
            case _:
                await self.deeds.resolve(
                    thread,
                    agent,
                    reason=values.get("reason", ""),
                    note=values.get("note", "").strip() or None,
                    ask_rating=values.get("rating") == YES,
                )

    # ---- commands

    async def take_command(self, command: SlashCommand) -> JsonObject | None:
        """See SlackHandler."""
        return await self.commands.take(command)


def _words(values: dict[str, str]) -> str:
    text = values.get("text", "").strip()
    if not text:
        raise NotDone("needs_words")
    return text


def _id(value: object) -> str:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
