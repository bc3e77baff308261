"""What Slack's Events API tells us: pure reading, from an outer body to one of a few values.

Everything a customer's side does not need becomes `Ignored` with its reason, which is counted and
acknowledged (SL6): Slack sends far more kinds of events than it documents.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.channels.slack.markup import mentioned_users
from crm_store.domain.conversations import JsonObject

# Subtypes of messages that people wrote; any other is a notice ("… joined"), an edit or a bot's.
WRITTEN_SUBTYPES: Final = frozenset({None, "file_share", "thread_broadcast", "me_message"})
NO_FILE_MODES: Final = frozenset({"tombstone", "hidden_by_limit"})  # a deleted file, or one Slack withholds
FRESH_SECONDS: Final = 60.0  # Slack brings an event within seconds, its second retry after a minute
MOST_FILES: Final = 20  # more than Slack lets people attach; what is beyond is no person's doing

_TIME_STAMP: Final = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was written. `bot_user` is who we are in that workspace, when Slack says it."""

    team: str
    channel: str
    is_direct: bool
    thread_ts: str | None = None
    bot_user: str | None = None


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file somebody sent; `url` wants the bot's token. Without one Slack has to be asked (`files.info`)."""

    id: str
    name: str
    size: int
    url: str | None


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """Somebody wrote. `text` is Slack's markup; `calls_bot`: they mentioned us."""

    event_id: str
    spot: Spot
    user: str
    ts: str
    text: str
    calls_bot: bool = False
    files: tuple[SlackFile, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """Somebody changed their message `ts`; `at` is when."""

    event_id: str
    spot: Spot
    user: str
    ts: str
    text: str
    at: str = ""

    @property
    def is_fresh(self) -> bool:
        """Changed so soon that the message itself may still be on its way: Slack promises no order."""
        return 0.0 <= _seconds(self.at) - _seconds(self.ts) <= FRESH_SECONDS


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """Somebody removed the message `ts`."""

    event_id: str
    spot: Spot
    ts: str


@dataclass(frozen=True, slots=True)
class TeamLost:
    """The workspace took the app or its token away (SL12)."""

    event_id: str
    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class EventsLimited:
    """Slack holds events of a workspace back for a minute (SL11)."""

    team: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing of ours; `why` is counted."""

    why: str


SlackEvent: TypeAlias = MessagePosted | MessageEdited | MessageDeleted | TeamLost | EventsLimited | Ignored


def read_event(body: JsonObject) -> SlackEvent:
    """The event behind an outer body of the Events API (also of Socket Mode, where it is the payload)."""
    team = _text(body.get("team_id"))
    if body.get("type") == "app_rate_limited":
        return EventsLimited(team)
    event, event_id = body.get("event"), _text(body.get("event_id"))
    if body.get("type") != "event_callback" or not isinstance(event, dict) or not (team and event_id):
        return Ignored("unknown_envelope")
    match event.get("type"):
        case "app_uninstalled":
            return TeamLost(event_id, team, "app_uninstalled")
        case "tokens_revoked":
            return _read_revoked(event, event_id, team)
        case "message" | "app_mention":
            return _read_message(event, event_id, team, _bot_user(body))
        case _:
            return Ignored("unknown_event")


def _read_revoked(event: JsonObject, event_id: str, team: str) -> SlackEvent:
    """A person's token is no loss: we only have bots'."""
    tokens = event.get("tokens")
    bots = tokens.get("bot") if isinstance(tokens, dict) else None
    return TeamLost(event_id, team, "tokens_revoked") if bots else Ignored("user_token_revoked")


def _read_message(event: JsonObject, event_id: str, team: str, bot_user: str | None) -> SlackEvent:
    channel, subtype = _text(event.get("channel")), event.get("subtype")
    if not channel:
        return Ignored("malformed")
    if not isinstance(subtype, str | None):
        return Ignored("notice")
    match subtype:
        case "message_changed":
            return _read_change(event, event_id, _spot(event, event.get("message"), team, bot_user))
        case "message_deleted":
            spot = _spot(event, event.get("previous_message"), team, bot_user)
            return _deleted(event_id, spot, event.get("previous_message"), event.get("deleted_ts"))
    if subtype not in WRITTEN_SUBTYPES:
        return Ignored("notice")
    if event.get("hidden"):
        return Ignored("hidden")
    return _read_posted(event, event_id, _spot(event, event, team, bot_user))


def _read_posted(event: JsonObject, event_id: str, spot: Spot) -> SlackEvent:
    user, ts = _text(event.get("user")), _text(event.get("ts"))
    if is_bots(event, spot.bot_user):
        return Ignored("bot")
    if not (user and ts):
        return Ignored("malformed")
    text = _text(event.get("text")) or shared_text(event.get("attachments"))
    calls_bot = event.get("type") == "app_mention" or spot.bot_user in mentioned_users(text)
    files = tuple(read_files(event.get("files")))
    if not (text or files or calls_bot):
        return Ignored("empty")
    return MessagePosted(
        event_id,
        spot,
        user,
        ts,
        text,
        calls_bot=calls_bot,
        files=files,
    )


def _read_change(event: JsonObject, event_id: str, spot: Spot) -> SlackEvent:
    message, before = event.get("message"), event.get("previous_message")
    if not isinstance(message, dict):
        return Ignored("malformed")
    user, ts = _text(message.get("user")), _text(message.get("ts"))
    if message.get("subtype") == "tombstone":  # a thread stays behind its deleted first message
        return _deleted(event_id, spot, before, ts)
    if is_bots(message, spot.bot_user):
        return Ignored("bot")
    if not (user and ts):
        return Ignored("malformed")
    # Slack also calls it a change when it adds the preview of a link.
    if isinstance(before, dict) and before.get("text") == message.get("text"):
        return Ignored("same_text")
    return MessageEdited(event_id, spot, user, ts, _text(message.get("text")), _text(event.get("ts")))


def _deleted(event_id: str, spot: Spot, before: object, ts: object) -> SlackEvent:
    if not _text(ts):
        return Ignored("malformed")
    if isinstance(before, dict) and is_bots(before, spot.bot_user):
        return Ignored("bot")
    return MessageDeleted(event_id, spot, _text(ts))


def is_bots(message: JsonObject, bot_user: str | None) -> bool:
    """Whether a bot wrote it, we among them (SL6)."""
    return bool(
        message.get("bot_id")
        or message.get("bot_profile")
        or message.get("subtype") == "bot_message"
        or (bot_user and message.get("user") == bot_user)
        or message.get("user") == "USLACKBOT"
    )


def shared_text(attachments: object) -> str:
    """What a message says that was passed on without a word."""
    shared = [each for each in attachments if isinstance(each, dict)] if isinstance(attachments, list) else []
    return "\n".join(
        filter(None, (_text(each.get("text")) or _text(each.get("fallback")) for each in shared))
    )


def read_files(files: object) -> Iterable[SlackFile]:
    """The files of a message that can still be had."""
    for file in files[:MOST_FILES] if isinstance(files, list) else ():
        if not isinstance(file, dict) or file.get("mode") in NO_FILE_MODES or not _text(file.get("id")):
            continue
        size = file.get("size")
        yield SlackFile(
            id=_text(file.get("id")),
            name=_text(file.get("name")) or _text(file.get("title")),
            size=size if isinstance(size, int) else 0,
            url=_text(file.get("url_private_download")) or _text(file.get("url_private")) or None,
        )


def _spot(event: JsonObject, message: object, team: str, bot_user: str | None) -> Spot:
    channel = _text(event.get("channel"))
    thread = message.get("thread_ts") if isinstance(message, dict) else None
    return Spot(
        team,
        channel,
        is_direct=event.get("channel_type") == "im" or is_direct_channel(channel),
        thread_ts=_text(thread) or None,
        bot_user=bot_user,
    )


def is_direct_channel(channel: str) -> bool:
    """Whether an id is that of a direct message with one person (a group's is `G…` or `C…`)."""
    return channel.startswith("D")


def _bot_user(body: JsonObject) -> str | None:
    """Who we are in that workspace: the installation the event is delivered to."""
    authorizations = body.get("authorizations")
    for each in authorizations if isinstance(authorizations, list) else ():
        if isinstance(each, dict) and each.get("is_bot"):
            return _text(each.get("user_id")) or None
    return None


def _seconds(ts: str) -> float:
    """The moment in a time stamp ("1712000000.000100"); 0 for what is none."""
    return float(ts) if _TIME_STAMP.fullmatch(ts) else 0.0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
