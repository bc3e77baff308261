"""One part of a message -> one thing in Slack. It raises what `bot.errors` says, and delivery decides."""

import asyncio
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import aiohttp
import structlog

from bot.attachments.folder import AttachmentFolder
from bot.channels.pacing import Allowance, Pacer
from bot.channels.slack.client import LIMITED_SECONDS, RATE_LIMIT, SlackApi, SlackAway, SlackRefused
from bot.channels.slack.outgoing import METADATA_EVENT, metadata_of
from bot.channels.slack.places import external_id, split_external_id, user_of
from bot.errors import DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from crm_store.domain.attachments import Attachment
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import UnknownAttachment
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.attachments import access_attachment_of_conversation
from crm_store.use_cases.platforms import mark_unreachable
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

# One message a second in a channel, says Slack (SL8), and several hundred a minute in a workspace.
CHANNEL_ALLOWANCE: Final = Allowance(1, 1.05)
TEAM_ALLOWANCE: Final = Allowance(10, 2.0)
UPLOAD_SECONDS: Final = 20.0  # with the three calls around it within `bot.delivery.PART_SECONDS`
HISTORY: Final = 100  # messages of one page when a lost one is looked for
MOST_PAGES: Final = 5
CLOCK_SECONDS: Final = 60.0  # so much may Slack's clock differ from the store's
FILE_PREFIX: Final = "file:"
# A message that is gone: there is nothing left to take away.
ALREADY_GONE: Final = frozenset({"message_not_found", "cant_delete_message"})
# A message that is gone, or may not be changed any more: the new words are sent anew, or they would be lost.
CANNOT_CHANGE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
# We may not look there: then nobody knows, and the message is sent once more.
MAY_NOT_LOOK: Final = frozenset(
    {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found", "no_permission"}
)
# Nothing can be said to this person any more, until they write again.
UNREACHABLE: Final = frozenset(
    {"user_disabled", "user_not_found", "user_not_visible", "cannot_dm_bot", "messages_tab_disabled"}
)
MOST_KEPT: Final = 10_000  # direct messages whose channel is remembered
SENDS_IN_DOUBT: Final = 2  # where nobody can look: a repeat is better than silence, two are not


@dataclass
class Sending:
    """Makes the calls of a message's parts."""

    api: SlackApi
    store: Store
    session: aiohttp.ClientSession
    folder: AttachmentFolder
    pacer: Pacer = field(default_factory=Pacer)
    clock: Callable[[], float] = time.time
    _direct: dict[tuple[str, str], str] = field(default_factory=dict, init=False)

    async def send(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """Make the call; the id of what it made. DeliveryHeldBack when it is not its time yet (SL8)."""
        try:
            return await self._send(item, index, part)
        except SlackRefused as refused:
            if refused.code in UNREACHABLE and not item.is_public:
                await mark_unreachable(self.store, item.channel, item.account, item.destination, refused.code)
            raise

    async def _send(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        arguments = {name: value for name, value in part.items() if name not in ("method", "target")}
        match part["method"]:
            case "chat.update":
                return await self._change(item, index, part["target"], arguments)
            case "chat.delete":
                return await self._remove(item, part["target"])
            case "file":
                return await self._send_file(item, part)
            case _:
                return await self._post(item, index, arguments)

    async def channel_of(self, item: OutboxItem) -> str:
        """Where it goes; a direct message nobody has written in yet is opened."""
        channel = item.address.get("channel")
        if isinstance(channel, str) and channel:
            return channel
        key = (item.account, user_of(item.destination))
        if key not in self._direct:
            answer = await self.api.call(item.account, "conversations.open", users=key[1])
            opened = answer.get("channel")
            if not isinstance(opened, dict) or not isinstance(opened.get("id"), str):
                raise DeliveryUncertain("conversations.open: no channel")
            if len(self._direct) >= MOST_KEPT:
                self._direct.clear()  # they can be asked for again
            self._direct[key] = opened["id"]
        return self._direct[key]

    async def find(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """A part that may have arrived, by what Slack keeps beside it."""
        if part["method"] == "chat.delete":
            return None  # doing it again changes nothing
        channel = await self.channel_of(item)
        try:
            return await self._look(item, index, part, channel)
        except SlackRefused as refused:
            if refused.code not in MAY_NOT_LOOK:
                raise
            log.warning("slack.cannot_look", team=item.account, code=refused.code)
            if item.uncertain >= SENDS_IN_DOUBT:
                raise DeliveryRefused(f"nobody knows whether it arrived: {refused.code}") from None
            return None

    async def _look(self, item: OutboxItem, index: int, part: JsonObject, channel: str) -> str | None:
        thread, cursor = thread_of(item), None
        for _ in range(MOST_PAGES):
            page = await self.api.call(
                item.account,
                "conversations.replies" if thread else "conversations.history",
                channel=channel,
                ts=thread,
                oldest=f"{self.clock() - item.age_seconds - CLOCK_SECONDS:.6f}",
                limit=HISTORY,
                cursor=cursor,
                include_all_metadata="true",
            )
            for message in page.get("messages") or ():
                if found := _match(message, item, index, part):
                    return found if found.startswith(FILE_PREFIX) else external_id(channel, found)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return None
        return None

    async def _post(self, item: OutboxItem, index: int, arguments: JsonObject) -> str:
        self.check_pace(item.account, await self.channel_of(item))
        return await self._say(item, index, arguments)

    async def _say(self, item: OutboxItem, index: int, arguments: JsonObject) -> str:
        channel = await self.channel_of(item)
        answer = await self.paced(
            item.account,
            "chat.postMessage",
            channel=channel,
            thread_ts=thread_of(item),
            metadata=metadata_of(item, index),
            unfurl_links=False,  # a preview would push the answer out of sight
            unfurl_media=False,
            **arguments,
        )
        ts = answer.get("ts")
        if not isinstance(ts, str):
            raise DeliveryUncertain("chat.postMessage: no ts")
        return external_id(channel, ts)

    def check_pace(self, team: str, channel: str) -> None:
        """Count a message that may leave now; DeliveryHeldBack with the exact wait otherwise."""
        self.pacer.check({_pace_of(team, channel): CHANNEL_ALLOWANCE, team: TEAM_ALLOWANCE})

    async def paced(self, team: str, method: str, *, channel: str, **arguments: Any) -> JsonObject:
        """A call whose 429 holds its channel back for as long as Slack says."""
        try:
            answer = await self.api.call(team, method, channel=channel, **arguments)
        except SlackAway as away:
            if str(away) == RATE_LIMIT:
                self.pacer.hold(_pace_of(team, channel), away.retry_after or LIMITED_SECONDS)
            raise
        self.pacer.arrived(_pace_of(team, channel))
        return answer

    async def _change(self, item: OutboxItem, index: int, target: str, arguments: JsonObject) -> str:
        channel, ts = split_external_id(target)
        self.check_pace(item.account, channel)
        try:
            await self.paced(item.account, "chat.update", channel=channel, ts=ts, **arguments)
        except SlackRefused as refused:
            if refused.code not in CANNOT_CHANGE:
                raise
            return await self._say(item, index, arguments)  # it is counted already
        return target

    async def _remove(self, item: OutboxItem, target: str) -> str:
        channel, ts = split_external_id(target)
        self.check_pace(item.account, channel)
        try:
            await self.paced(item.account, "chat.delete", channel=channel, ts=ts)
        except SlackRefused as refused:
            if refused.code not in ALREADY_GONE:
                raise
        return target

    async def _send_file(self, item: OutboxItem, part: JsonObject) -> str:
        """Three steps; until the last one nobody sees anything, so only that can be in doubt."""
        file = await self._file(item, part)
        ticket = await self.api.call(
            item.account, "files.getUploadURLExternal", filename=file.name, length=file.size
        )
        file_id = str(ticket.get("file_id", ""))
        await self._upload(str(ticket.get("upload_url", "")), file)
        channel = await self.channel_of(item)
        self.check_pace(item.account, channel)
        await self.api.call(
            item.account,
            "files.completeUploadExternal",
            files=[{"id": file_id, "title": file.name}],
            channel_id=channel,
            thread_ts=thread_of(item),
        )
        return FILE_PREFIX + file_id

    async def _file(self, item: OutboxItem, part: JsonObject) -> Attachment:
        try:
            return await access_attachment_of_conversation(
                self.store, UUID(part["attachment"]), conversation_id=item.conversation_id
            )
        except UnknownAttachment:
            raise DeliveryRefused("the file is gone") from None

    async def _upload(self, url: str, file: Attachment) -> None:
        path = self.folder.path_of(file.stored_as)
        try:
            data = await asyncio.to_thread(path.read_bytes)
            async with (
                asyncio.timeout(UPLOAD_SECONDS),
                self.session.post(url, data=io.BytesIO(data)) as answer,
            ):
                status = answer.status
        except FileNotFoundError:
            raise DeliveryRefused("the file is gone") from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise DeliveryPostponed(f"upload: {type(error).__name__}") from None
        if status != 200:
            raise DeliveryPostponed(f"upload: {status}")


def _pace_of(team: str, channel: str) -> str:
    return f"{team}/{channel}"


def thread_of(item: OutboxItem) -> str | None:
    """The thread the answer belongs to: the place's, or the one the message it answers was written in."""
    thread = item.address.get("thread_ts") or (item.reply_to or {}).get("thread_ts")
    return thread if isinstance(thread, str) else None


def _match(message: JsonObject, item: OutboxItem, index: int, part: JsonObject) -> str | None:
    """The id of a message when it is that part."""
    if part["method"] == "file":
        return _match_file(message, part)
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != METADATA_EVENT:
        return None
    ours = metadata.get("event_payload") == metadata_of(item, index)["event_payload"]
    ts = message.get("ts")
    return ts if ours and isinstance(ts, str) else None


def _match_file(message: JsonObject, part: JsonObject) -> str | None:
    """Files carry nothing of ours but their name; a second one of that name since then is unlikely."""
    for file in message.get("files") or ():
        if message.get("bot_id") and isinstance(file, dict) and file.get("title") == part["name"]:
            return FILE_PREFIX + str(file.get("id", ""))
    return None
