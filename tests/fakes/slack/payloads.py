"""The bodies Slack sends: events with their envelope, clicks, modals, commands."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tests.fakes.ledger import Json
from tests.fakes.slack.world import Channel, Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.people import Person

# Slack's old way to prove itself; present in every payload, and never to be trusted.
VERIFICATION_TOKEN = "fake-verification-token"
CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im"}


def new_uuid() -> str:
    """A number nobody had before."""
    return str(uuid.uuid4())


def envelope(team: Team, event: Json, number: str, now: float) -> Json:
    """An event of the Events API in its envelope."""
    who = {"enterprise_id": None, "team_id": team.id, "user_id": team.bot.id, "is_bot": True}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": team.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": number,
        "event_time": int(now),
        "authorizations": [{**who, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number}",
    }


def message_event(message: Message, base: str) -> Json:
    """A new message."""
    channel = message.channel
    shown = message.as_json(base, with_metadata=False)
    place = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "event_ts": message.ts}
    return {**shown, **place}


def mention_event(message: Message, base: str) -> Json:
    """The twin of a message that calls the bot by name (SL5)."""
    kept = {"user", "text", "ts", "team", "blocks", "thread_ts", "client_msg_id", "parent_user_id", "files"}
    shown = {name: value for name, value in message.as_json(base).items() if name in kept}
    return {"type": "app_mention", **shown, "channel": message.channel.id, "event_ts": message.ts}


def change_event(message: Message, before: Json, base: str, ts: str) -> Json:
    """An edited message (SL6)."""
    bodies = {"message": message.as_json(base, with_metadata=False), "previous_message": before}
    return {**_hidden(message, "message_changed", ts), **bodies}


def deletion_event(message: Message, base: str, ts: str) -> Json:
    """A deleted message (SL6)."""
    before = message.as_json(base, with_metadata=False)
    return {**_hidden(message, "message_deleted", ts), "deleted_ts": message.ts, "previous_message": before}


def reaction_event(kind: str, user: str, message: Message, name: str, ts: str) -> Json:
    """A reaction that came or went."""
    item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
    whose = {"user": user, "item_user": message.author.id}
    return {"type": kind, **whose, "reaction": name, "item": item, "event_ts": ts}


def block_actions(person: Person, message: Message, action: Json, base: str) -> Json:
    """A click (SL7)."""
    ephemeral = message.only_for is not None
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": message.channel.id}
    container |= {"is_ephemeral": ephemeral, **({"thread_ts": message.thread} if message.thread else {})}
    shown = {} if ephemeral else {"message": message.as_json(base)}
    where = {"id": message.channel.id, "name": message.channel.name or "directmessage"}
    return {
        **_who(person, "block_actions"),
        **shown,
        "container": container,
        "channel": where,
        "state": {"values": {}},
        "actions": [{**action, "action_ts": person.team.next_ts()}],
    }


def view_event(person: Person, kind: str, view: Json) -> Json:
    """A modal that was sent off or closed."""
    return {**_who(person, kind), "view": view, "response_urls": []}


def command(person: Person, channel: Channel, name: str, text: str) -> dict[str, str]:
    """The fields of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team.id,
        "team_domain": person.team.domain,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": person.id,
        "user_name": person.member.name,
        "command": name,
        "text": text,
        "api_app_id": person.team.app_id,
        "is_enterprise_install": "false",
    }


def label(element: Json) -> str:
    """What stands on a button or menu."""
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))


def pressed(element: Json, **chosen: Json) -> Json:
    """The action a button or menu makes."""
    kept = {"type", "action_id", "block_id", "text", "value", "style"}
    return {name: value for name, value in element.items() if name in kept} | chosen


def filled_in(view: Json, values: dict[str, str]) -> Json:
    """The state of a modal whose fields hold these values."""
    state: Json = {}
    for block in view["blocks"]:
        element = block.get("element")
        if block["type"] == "input" and element is not None:
            value = values.get(element["action_id"], values.get(block["label"]["text"]))
            state[block["block_id"]] = {element["action_id"]: _field(element, value)}
    return state


def _field(element: Json, value: str | None) -> Json:
    if "options" not in element:
        return {
            "type": element["type"],
            "value": value if value is not None else element.get("initial_value"),
        }
    chosen = [one for one in element["options"] if value in {one["text"]["text"], one["value"]}]
    return {
        "type": element["type"],
        "selected_option": chosen[0] if chosen else element.get("initial_option"),
    }


def _who(person: Person, kind: str) -> Json:
    team, member = person.team, person.member
    user = {"id": member.id, "username": member.name, "name": member.name, "team_id": team.id}
    return {
        "type": kind,
        "user": user,
        "api_app_id": team.app_id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _hidden(message: Message, subtype: str, ts: str) -> Json:
    place = {"channel": message.channel.id, "channel_type": CHANNEL_TYPES[message.channel.kind]}
    return {"type": "message", "subtype": subtype, "hidden": True, **place, "ts": ts, "event_ts": ts}
