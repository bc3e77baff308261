"""Updates in: stored first, acknowledged then, and only after that Telegram is told anything (CH1).

StoreUnavailable and ConflictingWrite leave here: nothing was stored, so the update is not acknowledged.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog

from bot.channels.telegram.bots import Me, OurBot
from bot.channels.telegram.clicks import Clicks
from bot.channels.telegram.files import FileFetcher, FileNotTaken
from bot.channels.telegram.linking import Linking
from bot.channels.telegram.notices import notice_of
from bot.channels.telegram.parsing import essential, parse_update
from bot.channels.telegram.reading import (
    CHANNEL,
    Clicked,
    Edited,
    Heard,
    Meaning,
    Membership,
    Moved,
    Nothing,
    read_update,
)
from bot.channels.wording import Wording
from bot.errors import KothaBotError
from bot.inbox import Inbox
from crm_store.domain.attachments import Uploader
from crm_store.domain.errors import UpdateSeenBefore
from crm_store.domain.received import Received
from crm_store.use_cases.platforms import mark_reachable, mark_unreachable, move_place
from crm_store.use_cases.receiving import find_received, know_sender, remember_update
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

BLOCKED: Final = "the person blocked the bot"


class Unreadable(KothaBotError):
    """An update that is none of Telegram's: keep it with the dead letters, acknowledge it (TG4)."""


@dataclass
class Incoming:
    """What every update goes through, by webhook and by long polling alike."""

    store: Store
    inbox: Inbox
    files: FileFetcher
    wording: Wording
    forward: Callable[[str], None]
    """Tells delivery that there is something to send."""
    linking: Linking
    clicks: Clicks

    async def take(self, bot: OurBot, raw: object) -> None:
        """One update as Telegram sent it; Unreadable when it cannot be one."""
        read = read_raw(raw, bot.me)
        if read is None:
            self.inbox.ignore(CHANNEL, "empty")
            return
        update_id, meaning = read
        match meaning:
            case Heard():
                await self._hear(bot, meaning, update_id)
            case Edited():
                await self._edit(bot, meaning, update_id)
            case Clicked():
                await self.clicks.take(bot, meaning, update_id)
            case _:
                await self._note(bot, meaning, update_id)

    async def _hear(self, bot: OurBot, heard: Heard, update_id: str) -> None:
        if heard.token is not None:
            await self.linking.redeem(heard, heard.token, update_id)
            return
        files, refused = await self._fetch(bot, heard)
        content = heard.content
        received = Received(
            heard.sender,
            heard.place,
            heard.external_id,
            text=content.text if content.note is None else content.note,
            meaning=heard.meaning,
            attachments=files,
            update_id=update_id,
            reply_to=heard.reply_to,
            quiet=content.note is not None,
        )
        if received.text is None and not files:
            received = replace(
                received, text=f"[{content.file.name if content.file else 'file'}]", quiet=True
            )
        if sentence := refused or content.say:
            received = replace(received, notices=(notice_of(self.wording, sentence),))
        await self._take(received, heard.album)
        if received.notices:
            self.forward(CHANNEL)

    async def _take(self, received: Received, album: str | None) -> None:
        """Store it, unless it was stored and is erased already."""
        with contextlib.suppress(UpdateSeenBefore):
            if album is None or received.quiet:
                await self.inbox.take(received)
            else:
                await self._take_one_of_many(received, album)

    async def _take_one_of_many(self, received: Received, album: str) -> None:
        """Pictures sent together are answered once: the first is the message, the others join it in the
        transcript without an answer of their own, except for the first words if the first picture had none.
        """
        first = await self.inbox.take(replace(received, external_id=album))
        has_words = received.text is not None
        are_first_words = has_words and await self._claim(received, f"{album}:words")
        if first.duplicate:
            await self.inbox.take(replace(received, quiet=not are_first_words))

    async def _claim(self, received: Received, key: str) -> bool:
        """True for the first who asks."""
        return await remember_update(self.store, CHANNEL, received.sender.account, key)

    async def _fetch(self, bot: OurBot, heard: Heard) -> tuple[tuple[UUID, ...], str | None]:
        """The message's file, or what to tell the customer in its place."""
        if heard.content.file is None:
            return (), None
        uploader = Uploader(identity_id=await know_sender(self.store, heard.sender))
        try:
            kept = await self.files.fetch(bot.client, heard.content.file, uploader)
        except FileNotTaken as refused:
            return (), refused.say
        return (kept.id,), None

    async def _edit(self, bot: OurBot, edited: Edited, update_id: str) -> None:
        external_id = edited.external_id
        if edited.album is not None and not await self._is_known(bot, external_id):
            external_id = edited.album  # the first of its pictures
        changed = await self.inbox.edit(CHANNEL, bot.account, external_id, edited.text, update_id=update_id)
        if changed is None:
            self.inbox.ignore(CHANNEL, "edit_of_unknown")

    async def _is_known(self, bot: OurBot, external_id: str) -> bool:
        return await find_received(self.store, CHANNEL, bot.account, external_id) is not None

    async def _note(self, bot: OurBot, meaning: Membership | Moved | Nothing, update_id: str) -> None:
        """Updates without a message: remembered, so that a repeat does nothing (TG2)."""
        if isinstance(meaning, Nothing):
            self.inbox.ignore(CHANNEL, meaning.why)
            return
        if not await self.inbox.remember(CHANNEL, bot.account, update_id):
            return
        if isinstance(meaning, Moved):
            await move_place(self.store, CHANNEL, bot.account, str(meaning.old), str(meaning.new))
        elif meaning.reachable:
            await mark_reachable(self.store, CHANNEL, bot.account, meaning.sender.source_id)
        else:
            await mark_unreachable(self.store, CHANNEL, bot.account, meaning.sender.source_id, BLOCKED)


def read_raw(raw: object, me: Me) -> tuple[str, Meaning] | None:
    """The update's id and what it means; None for an empty body, which some clients send to see whether
    anybody is there. Unreadable when it cannot be an update.
    """
    if raw in ({}, [], None):
        return None
    update = parse_update(raw) or parse_update(essential(raw))
    if update is None:
        raise Unreadable("not an update of Telegram's")
    return str(update.update_id), read_update(update, me)
