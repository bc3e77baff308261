"""The methods that write, change and delete messages, and react to them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.ledger import Json
from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.blocks import Checker
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.text import unescaped
from tests.fakes.slack.world import Channel, Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

Method = Callable[["FakeSlack", Team, Arguments], Awaitable[Json]]
_TS = re.compile(r"\d+\.\d+")
LONG_TEXT = 4_000
MOST_TEXT = 40_000


def find_channel(team: Team, name: str, *, joined: bool = True) -> Channel:
    """The channel of this call; a person's id means the direct message with them."""
    if name in team.members and not team.members[name].is_bot:
        return team.direct(team.members[name])
    channel = team.channels.get(name)
    if channel is None:
        raise SlackError("channel_not_found")
    if joined and team.bot.id not in channel.members:
        raise SlackError("channel_not_found" if channel.kind == "group" else "not_in_channel")
    return channel


async def post_message(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Write into a channel, a thread or a direct message."""
    channel = find_channel(team, arguments.text("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    text, blocks = _content(slack, arguments)
    thread = _thread(slack, channel, arguments.text("thread_ts"))
    metadata = _metadata(arguments)
    slack.rates.count("chat.postMessage", team.id, channel.id)
    message = Message(team.next_ts(), channel, team.bot, text, blocks, thread, metadata=metadata)
    channel.messages[message.ts] = message
    slack.tell_message(team, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json(slack.url)}


async def post_ephemeral(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Write something only one person sees; it is in no history."""
    channel = find_channel(team, arguments.text("channel"))
    reader = arguments.needed("user")
    if reader not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(slack, arguments)
    thread = arguments.text("thread_ts") or None
    message = Message(team.next_ts(), channel, team.bot, text, blocks, thread, only_for=reader)
    channel.ephemerals.append(message)
    return {"message_ts": message.ts}


async def update(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Change a message of the bot."""
    message = _own(team, arguments, "cant_update_message")
    before = message.as_json(slack.url)
    text, blocks = _content(slack, arguments, keep=message)
    message.text, message.blocks = text, blocks
    message.metadata = _metadata(arguments) or message.metadata
    message.edited = {"user": team.bot.id, "ts": team.next_ts()}
    slack.tell_change(team, message, before)
    shown = message.as_json(slack.url)
    return {"channel": message.channel.id, "ts": message.ts, "text": text, "message": shown}


async def delete(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Take a message of the bot away."""
    message = _own(team, arguments, "cant_delete_message")
    message.deleted = True
    slack.tell_deletion(team, message)
    return {"channel": message.channel.id, "ts": message.ts}


async def get_permalink(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """A link to a message."""
    channel = find_channel(team, arguments.text("channel"))
    message = _find(channel, arguments.text("message_ts"))
    number = message.ts.replace(".", "")
    return {"channel": channel.id, "permalink": f"{slack.url}/archives/{channel.id}/p{number}"}


async def add_reaction(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """React to a message."""
    message, name = _reaction(team, arguments)
    users = message.reactions.setdefault(name, [])
    if team.bot.id in users:
        raise SlackError("already_reacted")
    users.append(team.bot.id)
    slack.tell_reaction(team, "reaction_added", team.bot, message, name)
    return {}


async def remove_reaction(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Take a reaction back."""
    message, name = _reaction(team, arguments)
    users = message.reactions.get(name, [])
    if team.bot.id not in users:
        raise SlackError("no_reaction")
    users.remove(team.bot.id)
    if not users:
        del message.reactions[name]
    slack.tell_reaction(team, "reaction_removed", team.bot, message, name)
    return {}


def _content(slack: FakeSlack, arguments: Arguments, keep: Message | None = None) -> tuple[str, list[Json]]:
    """Text and blocks of a call; an update that names no blocks keeps none unless it names no text either."""
    text, given = arguments.text("text"), arguments.json("blocks", "invalid_blocks_format")
    if not text and given is None and not arguments.json("attachments"):
        if keep is None:
            raise SlackError("no_text")
        return keep.text, keep.blocks
    blocks = Checker().check(given) if given is not None else []
    _look_at(slack, text, blocks)
    return text[:MOST_TEXT], blocks


def _look_at(slack: FakeSlack, text: str, blocks: list[Json]) -> None:
    """What Slack takes although it should not be sent so."""
    if len(text) > LONG_TEXT:
        slack.breach("SL9", f"a text of {len(text)} characters: 4,000 are wanted, past 40,000 it is cut")
    if blocks and not text:
        slack.breach("SL9", "blocks without a text: notifications and screen readers have nothing to say")
    for one in [text, *_markup(blocks)]:
        if wrong := unescaped(one):
            slack.breach("SL10", f"not escaped: {wrong} in {one[:80]!r}")


def _markup(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _markup(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [str(value.get("text", ""))]
    return [text for item in value.values() for text in _markup(item)]


def _thread(slack: FakeSlack, channel: Channel, ts: str) -> str | None:
    if not ts:
        return None
    if not _TS.fullmatch(ts):
        raise SlackError("invalid_thread_ts", messages=[f"[ERROR] {ts} is not a valid thread_ts"])
    root = channel.messages.get(ts)
    if root is None:
        slack.breach("SL6", f"thread_ts {ts} names no message: Slack takes the answer, and nobody sees it")
        return ts
    if root.deleted:
        raise SlackError("thread_not_found")
    if root.thread is not None:
        slack.breach("SL6", "thread_ts names an answer of the thread instead of its first message")
    return root.thread or root.ts


def _metadata(arguments: Arguments) -> Json | None:
    metadata = arguments.json("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise SlackError("invalid_metadata_format")
    return metadata


def _find(channel: Channel, ts: str) -> Message:
    message = channel.messages.get(ts)
    if message is None or message.deleted:
        raise SlackError("message_not_found")
    return message


def _own(team: Team, arguments: Arguments, refusal: str) -> Message:
    message = _find(find_channel(team, arguments.text("channel")), arguments.text("ts"))
    if message.author is not team.bot:
        raise SlackError(refusal)
    return message


def _reaction(team: Team, arguments: Arguments) -> tuple[Message, str]:
    name = arguments.needed("name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum() or not name.isascii():
        raise SlackError("invalid_name")
    return _find(find_channel(team, arguments.text("channel")), arguments.text("timestamp")), name


CHATTING: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
}
