"""The methods that look things up, open modals and share files."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.fakes.ledger import Json
from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.blocks import check_view
from tests.fakes.slack.chatting import Method, find_channel
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.world import File, Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

TRIGGER_SECONDS = 3.0
MOST_FILE_BYTES = 1024 * 1024 * 1024


async def auth_test(slack: FakeSlack, team: Team, _arguments: Arguments) -> Json:
    """Whose token this is."""
    bot = team.bot
    who = {"user": bot.name, "user_id": bot.id, "bot_id": bot.bot_id, "team": team.name, "team_id": team.id}
    return {"url": f"{slack.url}/", **who, "is_enterprise_install": False}


async def open_conversation(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """The direct message with a person."""
    wanted = arguments.text("users").split(",")[0]
    if not wanted:
        return {"channel": find_channel(team, arguments.needed("channel")).as_json()}
    member = team.members.get(wanted)
    if member is None:
        raise SlackError("user_not_found")
    if member.is_bot:
        raise SlackError("cannot_dm_bot")
    channel = team.direct(member)
    return {"channel": channel.as_json() if arguments.flag("return_im") else {"id": channel.id}}


async def history(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """The messages of a channel without its threads, the newest first."""
    channel = find_channel(team, arguments.text("channel"))
    messages = [one for one in channel.messages.values() if one.thread is None and not one.deleted]
    return _page(slack, arguments, sorted(messages, key=lambda one: one.ts, reverse=True))


async def replies(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """A thread, its first message in front."""
    channel = find_channel(team, arguments.text("channel"))
    root = channel.messages.get(arguments.text("ts"))
    if root is None or root.deleted:
        raise SlackError("thread_not_found")
    return _page(slack, arguments, [root, *root.replies])


async def channel_info(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """What a channel is: private, shared with others, archived."""
    channel = find_channel(team, arguments.text("channel"), joined=False)
    shown = channel.as_json()
    if "is_member" in shown:
        shown["is_member"] = team.bot.id in channel.members
    return {"channel": shown}


async def channel_members(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Who is in a channel."""
    channel = find_channel(team, arguments.text("channel"), joined=False)
    return {"members": list(channel.members), "response_metadata": {"next_cursor": ""}}


async def list_channels(_slack: FakeSlack, team: Team, _arguments: Arguments) -> Json:
    """Every channel that is no direct message."""
    channels = [one.as_json() for one in team.channels.values() if one.kind != "im"]
    return {"channels": channels, "response_metadata": {"next_cursor": ""}}


async def join(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Go into a public channel."""
    channel = find_channel(team, arguments.text("channel"), joined=False)
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    channel.members[team.bot.id] = team.bot
    return {"channel": channel.as_json()}


async def user_info(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """A member; without the scope for addresses the e-mail is left out."""
    member = team.members.get(arguments.text("user"))
    if member is None:
        raise SlackError("user_not_found")
    shown = member.as_json()
    if team.scopes is not None and "users:read.email" not in team.scopes:
        shown["profile"].pop("email", None)
    return {"user": shown}


async def user_by_email(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """A member by their address."""
    for member in team.members.values():
        if member.email and member.email.lower() == arguments.needed("email").lower():
            return {"user": member.as_json()}
    raise SlackError("users_not_found")


async def presence(_slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Whether somebody is there."""
    member = team.members.get(arguments.text("user"))
    if member is None:
        raise SlackError("user_not_found")
    return {"presence": member.presence}


async def open_view(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Show a modal to whoever clicked; the right to do so lasts three seconds."""
    trigger = slack.triggers.get(arguments.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id" if arguments.text("trigger_id") else "invalid_arguments")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if slack.clock.now() - trigger.at > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    view = slack.keep_view(team, check_view(arguments.json("view")))
    trigger.used = True
    slack.modals[trigger.user] = view
    return {"view": view}


async def update_view(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Change a modal that is open."""
    for user, shown in slack.modals.items():
        if arguments.text("view_id") == shown["id"]:
            new = slack.keep_view(team, check_view(arguments.json("view")), number=shown["id"])
            slack.modals[user] = new
            return {"view": new}
    raise SlackError("not_found")


async def publish_view(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Set somebody's home tab."""
    view = slack.keep_view(team, check_view(arguments.json("view")))
    slack.homes[arguments.needed("user_id")] = view
    return {"view": view}


async def upload_address(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Where to send the bytes of a file."""
    length = arguments.number("length", 0)
    if not 0 < length <= MOST_FILE_BYTES:
        raise SlackError("invalid_arguments", messages=["[ERROR] length must be greater than 0"])
    file = File(team.next_id("F"), arguments.needed("filename"), "", b"", team.bot.id, complete=False)
    team.files[file.id] = file
    slack.uploads[file.id] = length
    return {"upload_url": f"{slack.url}/upload/{team.id}/{file.id}", "file_id": file.id}


async def complete_upload(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """Share the uploaded files, with a message when a channel is named."""
    wanted = arguments.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", messages=["[ERROR] missing required field: files"])
    files = [_uploaded(team, one) for one in wanted]
    if arguments.text("channel_id"):
        channel = find_channel(team, arguments.text("channel_id"))
        thread = arguments.text("thread_ts") or None
        text = arguments.text("initial_comment")
        message = Message(team.next_ts(), channel, team.bot, text, thread=thread, files=files)
        message.subtype = "file_share"
        channel.messages[message.ts] = message
        slack.tell_message(team, message)
    return {"files": [file.as_json(slack.url) for file in files]}


async def file_info(slack: FakeSlack, team: Team, arguments: Arguments) -> Json:
    """A file."""
    file = team.files.get(arguments.text("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": file.as_json(slack.url)}


async def open_connection(slack: FakeSlack, _team: Team, _arguments: Arguments) -> Json:
    """An address for Socket Mode; it is good for one connection."""
    return {"url": slack.sockets.new_address(slack.url)}


async def exchange_code(slack: FakeSlack, _team: Team, arguments: Arguments) -> Json:
    """The tokens of a workspace that has just installed the app."""
    given = arguments.text("client_id"), arguments.text("client_secret")
    if given != (slack.client_id, slack.client_secret):
        raise SlackError("invalid_client_id" if given[0] != slack.client_id else "bad_client_secret")
    team = slack.codes.pop(arguments.text("code"), None)
    if team is None:
        raise SlackError("invalid_code")
    scope = ",".join(sorted(team.scopes or {"chat:write"}))
    tokens = {"access_token": team.token, "token_type": "bot", "scope": scope, "bot_user_id": team.bot.id}
    where = {"app_id": team.app_id, "team": {"id": team.id, "name": team.name}, "enterprise": None}
    return {
        **tokens,
        **where,
        "authed_user": {"id": next(iter(team.members))},
        "is_enterprise_install": False,
    }


def basic_credentials(header: str) -> dict[str, str]:
    """Client id and secret from an Authorization header, as SDKs send them to oauth.v2.access."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    name, _, secret = base64.b64decode(value).decode().partition(":")
    return {"client_id": name, "client_secret": secret}


def _page(slack: FakeSlack, arguments: Arguments, messages: list[Message]) -> Json:
    oldest, latest = arguments.text("oldest", "0"), arguments.text("latest") or "9999999999.999999"
    inclusive, metadata = arguments.flag("inclusive"), arguments.flag("include_all_metadata")
    found = [one for one in messages if _between(one.ts, oldest, latest, inclusive=inclusive)]
    start = int(arguments.text("cursor") or 0)
    stop = start + min(arguments.number("limit", 100) or 100, 1_000)
    more = stop < len(found)
    shown = [one.as_json(slack.url, with_metadata=metadata) for one in found[start:stop]]
    return {
        "messages": shown,
        "has_more": more,
        "response_metadata": {"next_cursor": str(stop) if more else ""},
    }


def _between(ts: str, oldest: str, latest: str, *, inclusive: bool) -> bool:
    at, first, last = (float(one) for one in (ts, oldest, latest))
    return first <= at <= last if inclusive else first < at < last


def _uploaded(team: Team, wanted: Json) -> File:
    file = team.files.get(str(wanted.get("id")))
    if file is None or not file.content:
        raise SlackError("file_not_found")
    file.complete, file.title = True, str(wanted.get("title") or file.name)
    return file


ASKING: dict[str, Method] = {
    "auth.test": auth_test,
    "conversations.open": open_conversation,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": channel_info,
    "conversations.members": channel_members,
    "conversations.list": list_channels,
    "conversations.join": join,
    "users.info": user_info,
    "users.lookupByEmail": user_by_email,
    "users.getPresence": presence,
    "views.open": open_view,
    "views.update": update_view,
    "views.publish": publish_view,
    "files.getUploadURLExternal": upload_address,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
}
# These need no bot token but one of their own.
WITHOUT_TEAM: dict[str, Method] = {
    "apps.connections.open": open_connection,
    "oauth.v2.access": exchange_code,
}
