"""Interactivity and slash commands come as forms (SL7): pure reading of their bodies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

import orjson

from bot.channels.slack.events import is_direct_channel
from crm_store.domain.conversations import JsonObject

Form: TypeAlias = Mapping[str, str]

MAX_ID: Final = 255
MOST_FIELDS: Final = 64  # Slack sends some fifteen
CHOICE_ACTION: Final = "choice"  # our buttons' action ids are `choice:0`, `choice:1` …; block ids `0:en`


class MalformedForm(ValueError):
    """Not a form as Slack sends them. Answer 400: nothing of it can be used."""


@dataclass(frozen=True, slots=True)
class Click:
    """A click on one of the buttons under a message of ours; `choice` is the opaque id behind it.

    `language` is the one the message was written in.
    """

    team: str
    user: str
    channel: str
    message_ts: str
    thread_ts: str | None
    choice: str
    title: str
    language: str | None
    message: JsonObject

    @property
    def is_direct(self) -> bool:
        """Whether it was clicked in a direct message."""
        return is_direct_channel(self.channel)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`/kotha …`: who asks, where, and the words behind the command."""

    team: str
    user: str
    user_name: str
    channel: str
    text: str
    trigger_id: str
    response_url: str


def read_form(body: bytes) -> dict[str, str]:
    """A form's fields. Raises MalformedForm."""
    try:
        fields = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise MalformedForm from None
    return dict(fields)


def read_payload(form: Form) -> JsonObject:
    """The JSON object in a form's `payload` field. Raises MalformedForm."""
    return read_object(form.get("payload", ""))


def read_object(raw: bytes | str) -> JsonObject:
    """A JSON object. Raises MalformedForm."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise MalformedForm from None
    if not isinstance(value, dict):
        raise MalformedForm
    return value


def read_origin(raw: bytes) -> tuple[str, str, str]:
    """Workspace, event and user of a body that broke us, as far as they can be told."""
    try:
        body: JsonObject = read_object(raw) if raw.startswith(b"{") else dict(read_form(raw))
        if "payload" in body:
            body = read_payload(body)
    except MalformedForm:
        return "", "", ""
    event = body.get("event")
    team = _plain(body.get("team_id")) or _plain(_id_of(body.get("team")))
    user = _field(event, "user") or _field(body, "user_id") or _id_of(body.get("user"))
    return team, _plain(body.get("event_id")) or _plain(body.get("trigger_id")), _plain(user)


def is_ssl_check(form: Form) -> bool:
    """Slack looks now and then whether our certificate is good (SL7)."""
    return form.get("ssl_check") == "1"


def read_click(payload: JsonObject) -> Click | None:
    """The click on a customer's button; None for anything else."""
    action = first_action(payload)
    message, channel = payload.get("message"), payload.get("channel")
    if action is None or not str(action.get("action_id", "")).startswith(CHOICE_ACTION):
        return None
    click = Click(
        team=_id_of(payload.get("team")),
        user=_id_of(payload.get("user")),
        channel=_id_of(channel),
        message_ts=_field(message, "ts"),
        thread_ts=_field(message, "thread_ts") or None,
        choice=_field(action, "value"),
        title=_field(action.get("text"), "text"),
        language=_field(action, "block_id").partition(":")[2] or None,
        message=message if isinstance(message, dict) else {},
    )
    usable = all((click.team, click.user, click.channel, click.message_ts, click.choice))
    return click if usable else None


@dataclass(frozen=True, slots=True)
class Presser:
    """Who clicked, and where."""

    team: str
    user: str
    channel: str


def read_presser(payload: JsonObject) -> Presser | None:
    """Who clicked on a message; None when Slack does not say it."""
    presser = Presser(
        _id_of(payload.get("team")), _id_of(payload.get("user")), _id_of(payload.get("channel"))
    )
    return presser if presser.team and presser.user and presser.channel else None


def first_action(payload: JsonObject) -> JsonObject | None:
    """What was done to a block; Slack lists one action for a click."""
    actions = payload.get("actions")
    if payload.get("type") != "block_actions" or not isinstance(actions, list) or not actions:
        return None
    return actions[0] if isinstance(actions[0], dict) else None


def read_command(form: Form) -> SlashCommand | None:
    """The command of a form; None when it lacks who or where."""
    command = SlashCommand(
        team=form.get("team_id", ""),
        user=form.get("user_id", ""),
        user_name=form.get("user_name", ""),
        channel=form.get("channel_id", ""),
        text=form.get("text", "").strip(),
        trigger_id=form.get("trigger_id", ""),
        response_url=form.get("response_url", ""),
    )
    return command if command.team and command.user and command.trigger_id else None


def _plain(value: Any) -> str:
    """An id fit for a column: Slack's have some twenty letters."""
    return value.replace("\0", "")[:MAX_ID] if isinstance(value, str) else ""


def _id_of(value: Any) -> str:
    return _field(value, "id")


def _field(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
