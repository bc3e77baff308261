"""What customers do in Slack becomes messages of the store; the acknowledgement comes after (CH1, SL4)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from bot.channels.quoting import reply_quote
from bot.channels.slack.accounts import Workspaces
from bot.channels.slack.background import Background
from bot.channels.slack.buttons import is_way_out, without_buttons
from bot.channels.slack.client import SlackApi
from bot.channels.slack.commands import Commands
from bot.channels.slack.events import (
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    SlackEvent,
    Spot,
    TeamLost,
)
from bot.channels.slack.files import FileFetcher, FileNotTaken
from bot.channels.slack.forms import Click, SlashCommand, first_action, read_click
from bot.channels.slack.inbox import NotYetTaken
from bot.channels.slack.markup import mentioned_users, plain_text, shortened
from bot.channels.slack.people import NOBODY, People
from bot.channels.slack.places import CHANNEL, external_id, place_of_click, place_of_message, sender_of
from bot.channels.slack.whispers import Whispers
from bot.inbox import Inbox
from bot.phrases import LANGUAGES
from crm_store.domain.attachments import Uploader
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable, UnknownChoice, UpdateSeenBefore
from crm_store.domain.received import Notice, Place, Received, Sender
from crm_store.use_cases.receiving import find_conversation, find_received, find_said, know_sender
from crm_store.use_cases.unit_of_work import Store

FILES_SECONDS: Final = 2.0  # Slack waits three for its 200; a file that takes longer comes with a retry
GREETING: Final[JsonObject] = {"intent": "greet", "entities": {}}


@dataclass
class CustomerHandler:
    """Takes what comes from customers. Asked last: what agents' handlers leave."""

    store: Store
    inbox: Inbox
    api: SlackApi
    people: People
    files: FileFetcher
    whispers: Whispers
    workspaces: Workspaces
    commands: Commands
    background: Background
    _fetching: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict, init=False)

    async def take_event(self, event: SlackEvent) -> bool:
        """See SlackHandler."""
        match event:
            case MessagePosted():
                return await self._take_posted(event)
            case MessageEdited():
                return await self._take_edit(event)
            case MessageDeleted():
                return await self._take_deletion(event)
            case TeamLost():
                return await self._take_loss(event)
            case _:
                return False

    async def take_interaction(self, payload: JsonObject) -> JsonObject | None:
        """See SlackHandler."""
        click = read_click(payload)
        if click is None:
            return {} if is_way_out(first_action(payload)) else None
        try:
            await self._take_click(click)
        except UnknownChoice:
            self._whisper(click, "choice_gone" if click.is_direct else "choice_not_yours")
        except (StoreUnavailable, ConflictingWrite):
            self._whisper(click, "unavailable")
        return {}

    async def take_command(self, command: SlashCommand) -> JsonObject | None:
        """See SlackHandler."""
        return await self.commands.take(command)

    async def _take_posted(self, event: MessagePosted) -> bool:
        place = place_of_message(event.spot, event.ts, event.user)
        if not await self._is_for_us(event, place):
            return False
        if event.files:
            await self._take_with_files(event, place)
        else:
            await self._take(await self._received(event, place))
        return True

    async def _is_for_us(self, event: MessagePosted, place: Place) -> bool:
        """In a channel: when they call the bot, and in the thread in which they did (CH6)."""
        if event.spot.is_direct or event.calls_bot:
            return True
        if event.spot.thread_ts is None:
            return False
        sender = sender_of(event.spot.team, event.user, NOBODY)
        return await find_conversation(self.store, sender, place) is not None

    async def _received(
        self, event: MessagePosted, place: Place, files: tuple[UUID, ...] = (), *, quiet: bool = False
    ) -> Received:
        spot = event.spot
        person, text = await asyncio.gather(
            self.people.find(spot.team, event.user), self._words(spot, event.text)
        )
        sender = sender_of(spot.team, event.user, person)
        return Received(
            sender,
            place,
            external_id(spot.channel, event.ts),
            text=text or None,
            meaning=None if text or files or quiet else GREETING,  # only our name: they call us
            attachments=files,
            update_id=event.event_id,
            reply_to=await self._thread(spot, sender, place),
            quiet=quiet,
        )

    async def _thread(self, spot: Spot, sender: Sender, place: Place) -> JsonObject | None:
        """A thread in a direct message: it is answered there, and agents see under what it stands.

        A channel's thread is a conversation of its own, and shows that by itself.
        """
        if not spot.is_direct or not spot.thread_ts:
            return None
        above = await find_said(self.store, sender, place, external_id(spot.channel, spot.thread_ts))
        quote = {"quote": reply_quote(above.text, ours=above.ours)} if above is not None else {}
        return {"thread_ts": spot.thread_ts, **quote}

    async def _take(self, received: Received) -> None:
        """Store it, unless it was stored and is erased already."""
        with suppress(UpdateSeenBefore):
            await self.inbox.take(received)

    async def _take_with_files(self, event: MessagePosted, place: Place) -> None:
        """Files first: what is acknowledged has them. The work goes on when Slack's patience ends."""
        key = (event.spot.team, external_id(event.spot.channel, event.ts))
        if await find_received(self.store, CHANNEL, *key):
            return
        task = self._fetching.get(key)
        if task is None:
            task = self.background.start(self._fetch_and_take(event, place), name="files")
            self._fetching[key] = task
            task.add_done_callback(lambda _done: self._fetching.pop(key, None))
        done, _ = await asyncio.wait({task}, timeout=FILES_SECONDS)
        if not done:
            raise NotYetTaken
        task.result()

    async def _fetch_and_take(self, event: MessagePosted, place: Place) -> None:
        person = await self.people.find(event.spot.team, event.user)
        identity = await know_sender(self.store, sender_of(event.spot.team, event.user, person))
        kept: list[UUID] = []
        refused: list[tuple[str, str]] = []
        for file in event.files:
            try:
                taken = await self.files.fetch(event.spot.team, file, Uploader(identity_id=identity))
                kept.append(taken.id)
            except FileNotTaken as refusal:
                refused.append((refusal.say, file.name))
        nothing_left = not kept and not event.text.strip()
        received = await self._received(event, place, tuple(kept), quiet=nothing_left)
        if nothing_left:  # agents see that something came; the notices are the answer
            received = replace(received, text=self.whispers.wording.say("only_files", None))
        await self._take(replace(received, notices=self._notices(refused)))
        if refused:
            self.workspaces.forward(CHANNEL)

    def _notices(self, refused: list[tuple[str, str]]) -> tuple[Notice, ...]:
        """What is said about files that were not taken: the sentence and the file's name of each."""
        wording = self.whispers.wording
        return tuple(
            Notice(
                f"file:{number}",
                {
                    language: wording.say(sentence, language).format(name=name or "…")
                    for language in LANGUAGES
                },
            )
            for number, (sentence, name) in enumerate(refused)
        )

    async def _take_edit(self, event: MessageEdited) -> bool:
        spot = event.spot
        text = await self._words(spot, event.text)
        if not text:
            return False
        edited = await self.inbox.edit(
            CHANNEL, spot.team, external_id(spot.channel, event.ts), text, update_id=event.event_id
        )
        if edited is None and spot.is_direct and event.is_fresh:  # it has overtaken its message
            return await self._take_posted(
                MessagePosted(f"{event.event_id}:message", spot, event.user, event.ts, event.text)
            )
        return edited is not None

    async def _words(self, spot: Spot, raw: str) -> str:
        """What somebody wrote, as they see it."""
        others = [user for user in mentioned_users(raw) if user != spot.bot_user]
        names = await self.people.names(spot.team, others)
        return shortened(plain_text(raw, names=names, bot_user=spot.bot_user))

    async def _take_deletion(self, event: MessageDeleted) -> bool:
        spot = event.spot
        deleted = await self.inbox.delete(
            CHANNEL, spot.team, external_id(spot.channel, event.ts), update_id=event.event_id
        )
        return deleted is not None

    async def _take_loss(self, event: TeamLost) -> bool:
        """Lost first, which is the same twice; remembered then."""
        await self.workspaces.lose(event.team, event.reason)
        await self.inbox.remember(CHANNEL, event.team, event.event_id)
        return True

    async def _take_click(self, click: Click) -> None:
        """A button chosen twice, by a double click or a second event, is one choice."""
        received = Received(
            sender_of(click.team, click.user, NOBODY),
            place_of_click(click),
            f"click:{click.channel}:{click.message_ts}:{click.choice}",
            choice_id=click.choice,
            reply_to={"thread_ts": click.thread_ts} if click.is_direct and click.thread_ts else None,
        )
        await self._take(received)
        self.background.start(self._take_buttons_away(click), name="buttons")

    async def _take_buttons_away(self, click: Click) -> None:
        changes = without_buttons(click, self.whispers.wording)
        await self.api.call(click.team, "chat.update", channel=click.channel, ts=click.message_ts, **changes)

    def _whisper(self, click: Click, sentence: str) -> None:
        said = self.whispers.say(
            sentence,
            team=click.team,
            channel=click.channel,
            user=click.user,
            thread_ts=click.thread_ts,
            language=click.language,
        )
        self.background.start(said, name="whisper")
