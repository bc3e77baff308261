"""The action server as the engine sees it: one kept-alive session, slim requests, checked answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import ujson
from jsonschema import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

from bot.engine.errors import ActionsFailed

# An action is a few indexed queries. Below the gateway's time-out of a turn (8 s by default), so that a
# hanging action server is told as such instead of looking like a hanging engine.
ACTION_SECONDS = 5.0
CONNECT_SECONDS = 2.0  # loopback: it answers at once or nobody listens
KEEP_ALIVE_SECONDS = 60.0
MAX_CONNECTIONS = 64  # as many turns as the gateway ever has in flight at one engine
MAX_ANSWER_BYTES = 1024 * 1024  # events and a card or two; more than this is rubbish
REJECTED = 400  # Rasa's protocol: the action itself declines to run, and the policies choose another

Json = Any  # what JSON can hold


class ActionRejected(Exception):
    """An action declined to run (HTTP 400 with `action_name`): part of Rasa's protocol, not a failure."""


class ActionServer:
    """Runs custom actions over HTTP. Safe to use from many turns at once."""

    def __init__(self, url: str, secret: str, *, seconds: float = ACTION_SECONDS) -> None:
        self.url = url
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=min(CONNECT_SECONDS, seconds))
        self._session: aiohttp.ClientSession | None = None

    async def run(self, action: str, tracker: Json, domain: bytes) -> dict[str, Json]:
        """The checked answer: `events` and `responses`. Raises ActionRejected or ActionsFailed."""
        body = _body(action, tracker, domain)
        status, content = await self._post(action, body)
        if status == REJECTED and _names_action(content):
            raise ActionRejected(action)
        if status != 200:
            raise ActionsFailed(f"{action}: the action server answered {status}")
        return _checked(action, content)

    async def close(self) -> None:
        """Close the kept connections; the next action opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, action: str, body: bytes) -> tuple[int, bytes]:
        try:
            return await self._post_once(body)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            # A kept connection that the server had just closed, or the server died in the middle: actions are
            # idempotent by message id, so once more on a new connection.
            pass
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ActionsFailed(f"{action}: {_reason(error)}") from error
        try:
            return await self._post_once(body)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ActionsFailed(f"{action}: {_reason(error)}") from error

    async def _post_once(self, body: bytes) -> tuple[int, bytes]:
        async with self._open().post(
            self.url, data=body, headers=self._headers, allow_redirects=False
        ) as response:
            content = await response.content.read(MAX_ANSWER_BYTES + 1)
            while len(content) <= MAX_ANSWER_BYTES:
                more = await response.content.read(MAX_ANSWER_BYTES + 1 - len(content))
                if not more:
                    break
                content += more
            return response.status, content

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self._session


def _body(action: str, tracker: Json, domain: bytes) -> bytes:
    """Rasa's request. The domain's part is the same for every request, so it comes as finished bytes."""
    head = {
        "next_action": action,
        "sender_id": tracker["sender_id"],
        "version": RASA_VERSION,
        "tracker": tracker,
    }
    text = ujson.dumps(head, ensure_ascii=False, escape_forward_slashes=False)
    return text[:-1].encode() + b',"domain":' + domain + b"}"


RASA_VERSION = "3.6.21"


def _reason(error: BaseException) -> str:
    return (
        "no answer in time"
        if isinstance(error, asyncio.TimeoutError)
        else f"not reached ({type(error).__name__})"
    )


def _names_action(content: bytes) -> bool:
    try:
        return "action_name" in json.loads(content)
    except (ValueError, TypeError):
        return False


def _compiled(schema: dict[str, Json]) -> Validator:
    return validator_for(schema)(schema)


# Rasa checks the answer with `jsonschema.validate`, which first checks Rasa's own schema against the
# meta-schema (tens of milliseconds), then tries each of 23 alternatives on each event. Here every alternative
# is compiled once and found by the event's name: the same schema, the same verdict.
_ANY_EVENT = _compiled({key: value for key, value in EVENT_SCHEMA.items() if key != "oneOf"})
_EVENTS = {branch["properties"]["event"]["const"]: _compiled(branch) for branch in EVENT_SCHEMA["oneOf"]}


def _checked(action: str, content: bytes) -> dict[str, Json]:
    if len(content) > MAX_ANSWER_BYTES:
        raise ActionsFailed(f"{action}: the answer is larger than {MAX_ANSWER_BYTES} bytes")
    try:
        answer = json.loads(content)
        _check_answer(answer)
        if b"\\ud" in content.lower():
            json.dumps(answer, ensure_ascii=False).encode()  # half a surrogate pair could not be passed on
    except (ValueError, RecursionError, ValidationError) as error:
        raise ActionsFailed(
            f"{action}: the answer is not what Rasa's protocol says ({type(error).__name__})"
        ) from error
    return {"events": answer.get("events") or [], "responses": answer.get("responses") or []}


def _check_answer(answer: Json) -> None:
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    events, responses = answer.get("events", []), answer.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        raise ValueError("events and responses are lists")
    if not all(isinstance(response, dict) for response in responses):
        raise ValueError("a response is an object")
    for event in events:
        _ANY_EVENT.validate(event)
        branch = _EVENTS.get(event["event"])
        if branch is None:
            raise ValueError("unknown event")
        branch.validate(event)
