"""The methods that ask and set things up: updates, the bot itself, files, clicks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.ledger import Json
from tests.fakes.telegram.arguments import Arguments
from tests.fakes.telegram.courier import DEFAULT_CONNECTIONS, QUERY_LIFETIME_SECONDS, Webhook
from tests.fakes.telegram.errors import bad_request, conflict
from tests.fakes.telegram.sending import Method, find_chat

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

MOST_DOWNLOAD_BYTES = 20 * 1024 * 1024
MOST_COMMANDS = 100
MOST_ANSWER = 200
LONGEST_POLL_SECONDS = 50
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
TOO_LATE = "query is too old and response timeout expired or query ID is invalid"


async def get_me(telegram: FakeTelegram, _arguments: Arguments) -> Json:
    """Who the bot is."""
    abilities = {"can_join_groups": True, "supports_inline_queries": False, "has_main_web_app": False}
    return {
        **telegram.world.bot.as_json(),
        **abilities,
        "can_read_all_group_messages": not telegram.privacy,
        "can_connect_to_business": False,
    }


async def set_webhook(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """Where updates go; plain HTTP is taken on loopback only, which the real one never does."""
    url = arguments.text("url")
    if arguments.flag("drop_pending_updates"):
        telegram.courier.pending.clear()
    telegram.courier.delete_webhook()
    if not url:
        return True
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = arguments.number("max_connections", DEFAULT_CONNECTIONS) or DEFAULT_CONNECTIONS
    allowed = _allowed(telegram, arguments)
    secret = arguments.text("secret_token") or None
    telegram.courier.set_webhook(Webhook(url, secret, max(1, min(connections, 100)), allowed))
    return True


async def delete_webhook(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """Back to getUpdates."""
    if arguments.flag("drop_pending_updates"):
        telegram.courier.pending.clear()
    telegram.courier.delete_webhook()
    return True


async def get_webhook_info(telegram: FakeTelegram, _arguments: Arguments) -> Json:
    """How delivery goes."""
    webhook = telegram.courier.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.courier.pending),
    }
    if webhook is not None:
        info["max_connections"] = webhook.connections
        if webhook.last_error is not None:
            info["last_error_date"], info["last_error_message"] = webhook.last_error
    return {**info, "allowed_updates": telegram.courier.allowed} if telegram.courier.allowed else info


async def get_updates(telegram: FakeTelegram, arguments: Arguments) -> list[Json]:
    """Long polling: what waits, at once or as soon as something comes."""
    courier = telegram.courier
    if courier.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _allowed(telegram, arguments)
    offset, limit = arguments.number("offset", 0) or 0, arguments.number("limit", 100) or 100
    _confirm(telegram, offset)
    telegram.polls += 1
    mine = telegram.polls
    courier.changed.set()  # another poll that waits must see that it is no longer the only one
    until = telegram.clock.now() + min(arguments.number("timeout", 0) or 0, LONGEST_POLL_SECONDS)
    while not (ready := [one for one in courier.pending.values() if one.id >= offset]):
        if telegram.polls != mine:
            raise conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        if telegram.clock.now() >= until or telegram.closed:
            return []
        await _wait_for_news(telegram)
    return [update.body for update in ready[: max(1, min(limit, 100))]]


async def answer_callback_query(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """End the turning wheel on a button; once, and within 150 s (TG3, TG9)."""
    text = arguments.text("text")
    if len(text) > MOST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    click = telegram.clicks.get(arguments.text("callback_query_id"))
    if click is None or click.answered_at is not None:
        raise bad_request(TOO_LATE)
    if telegram.clock.now() - click.at > QUERY_LIFETIME_SECONDS:
        raise bad_request(TOO_LATE)
    click.answered_at, click.answer = telegram.clock.now(), text
    return True


async def get_file(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Where a file can be downloaded."""
    file = telegram.world.files.get(arguments.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > MOST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }


async def get_chat(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """A chat in full, with what newer clients insist on."""
    chat = find_chat(telegram, arguments)
    gifts = dict.fromkeys(
        ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"],
        False,
    )
    return {**chat.as_json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


async def set_my_commands(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """The commands menu, for each language and scope one."""
    commands = arguments.json("commands")
    if not isinstance(commands, list) or len(commands) > MOST_COMMANDS:
        raise bad_request("can't parse commands")
    for command in commands:
        if not _good_command(command):
            raise bad_request("BOT_COMMAND_INVALID")
    telegram.commands[_menu(arguments)] = commands
    return True


async def get_my_commands(telegram: FakeTelegram, arguments: Arguments) -> list[Json]:
    """The menu of a language and scope."""
    return telegram.commands.get(_menu(arguments), [])


async def delete_my_commands(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """No menu any more."""
    telegram.commands.pop(_menu(arguments), None)
    return True


def _allowed(telegram: FakeTelegram, arguments: Arguments) -> list[str]:
    """What was asked for stays until something else is asked for."""
    allowed: Any = arguments.json("allowed_updates")
    if isinstance(allowed, list):
        telegram.courier.allowed = [str(kind) for kind in allowed]
    return telegram.courier.allowed


def _confirm(telegram: FakeTelegram, offset: int) -> None:
    for number in [number for number in telegram.courier.pending if number < offset]:
        del telegram.courier.pending[number]
        telegram.touch()
    telegram.courier.changed.set()


async def _wait_for_news(telegram: FakeTelegram) -> None:
    telegram.courier.changed.clear()
    # A short real wait as well: a clock moved by hand does not wake anybody here.
    try:
        async with asyncio.timeout(0.2):
            await telegram.courier.changed.wait()
    except TimeoutError:
        return


def _good_command(command: Any) -> bool:
    if not isinstance(command, dict):
        return False
    name, description = str(command.get("command", "")), str(command.get("description", ""))
    plain = name.lower() == name and name.replace("_", "").isalnum() and name.isascii()
    return plain and len(name) <= 32 and 1 <= len(description) <= 256


def _menu(arguments: Arguments) -> tuple[str, str]:
    scope = arguments.json("scope") or {}
    return str(scope.get("type", "default")), arguments.text("language_code")


ASKING: dict[str, Method] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getUpdates": get_updates,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "getChat": get_chat,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
