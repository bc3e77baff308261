"""The action servers as the engine sees them: kept-alive connections, slim requests, checked answers.

Any of them can run any action: they keep nothing. One that cannot be reached is passed over at once and
tried again a little later, and later each time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import orjson
from jsonschema import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

from bot.engine.errors import ActionsFailed
from bot.engine.loopback import Answer, AnswerTooLarge, Disconnected, LoopbackClient

# An action is a few indexed queries. Below the gateway's time-out of a turn (8 s by default), so that a
# hanging action server is told as such instead of looking like a hanging engine.
ACTION_SECONDS = 5.0
CONNECT_SECONDS = 2.0  # loopback: it answers at once or nobody listens
MAX_CONNECTIONS = 64  # as many turns as the gateway ever has in flight at one engine
MAX_ANSWER_BYTES = 1024 * 1024  # events and a card or two; more than this is rubbish
# How long a server that failed is passed over while others answer; doubled each time it fails again.
FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 30.0
REJECTED = 400  # Rasa's protocol: the action itself declines to run, and the policies choose another

RASA_VERSION = "3.6.21"
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS

Json = Any  # what JSON can hold


class ActionRejected(Exception):
    """An action declined to run (HTTP 400 with `action_name`): part of Rasa's protocol, not a failure."""


class _Peer:
    """One action server."""

    def __init__(self, url: str, secret: str, seconds: float) -> None:
        self._client = LoopbackClient(
            url,
            {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
            seconds=seconds,
            connect_seconds=min(CONNECT_SECONDS, seconds),
            most_bytes=MAX_ANSWER_BYTES,
            most_connections=MAX_CONNECTIONS,
        )
        self.busy = 0
        self._rest = FIRST_REST_SECONDS
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether it failed a moment ago."""
        return time.monotonic() < self._rests_until

    async def post(self, body: bytes) -> Answer:
        """One request, counted; as `LoopbackClient.post`."""
        self.busy += 1
        try:
            answer = await self._post_twice(body)
        except (OSError, asyncio.TimeoutError):
            self._begin_rest()
            raise
        finally:
            self.busy -= 1
        self._rest, self._rests_until = FIRST_REST_SECONDS, 0.0
        return answer

    def _begin_rest(self) -> None:
        """Longer each time; what was under way when it failed fails with it, and counts as the same time."""
        if not self.rests:
            self._rests_until = time.monotonic() + self._rest
            self._rest = min(2 * self._rest, LONGEST_REST_SECONDS)

    async def _post_twice(self, body: bytes) -> Answer:
        try:
            return await self._client.post(body)
        except (Disconnected, ConnectionResetError):
            # A kept connection that the server had just closed, or the server died in the middle: actions are
            # idempotent by message id, so once more on a new connection.
            return await self._client.post(body, anew=True)

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()


class ActionServer:
    """Runs custom actions over HTTP, on any of several servers. Safe to use from many turns at once."""

    def __init__(self, urls: str | Sequence[str], secret: str, *, seconds: float = ACTION_SECONDS) -> None:
        each = [urls] if isinstance(urls, str) else urls
        self._peers = [_Peer(url, secret, seconds) for url in each]
        self._next = 0

    async def run(self, action: str, tracker: Json, domain: bytes) -> dict[str, Json]:
        """The checked answer: `events` and `responses`. Raises ActionRejected or ActionsFailed."""
        body = _body(action, tracker, domain)
        answer = await self._post(action, body)
        if answer.status == REJECTED and _names_action(answer.body):
            raise ActionRejected(action)
        if answer.status != 200:
            raise ActionsFailed(f"{action}: the action server answered {answer.status}")
        return _checked(action, answer.body)

    async def close(self) -> None:
        """Close the kept connections; the next action opens new ones."""
        for peer in self._peers:
            peer.close()

    async def _post(self, action: str, body: bytes) -> Answer:
        try:
            return await self._post_to_any(body)
        except asyncio.TimeoutError as error:
            raise ActionsFailed(f"{action}: no answer in time") from error
        except AnswerTooLarge as error:
            raise ActionsFailed(f"{action}: the answer is larger than {MAX_ANSWER_BYTES} bytes") from error
        except OSError as error:
            raise ActionsFailed(f"{action}: not reached ({type(error).__name__})") from error

    async def _post_to_any(self, body: bytes) -> Answer:
        *others, last = self._in_turn()
        for peer in others:
            answer = await _answer_if_there(peer, body)
            if answer is not None:
                return answer
        return await last.post(body)

    def _in_turn(self) -> list[_Peer]:
        """The least busy first, among equals the next in turn; those that rest last."""
        self._next = (self._next + 1) % len(self._peers)
        order = self._peers[self._next :] + self._peers[: self._next]
        return sorted(order, key=lambda peer: (peer.rests, peer.busy))


async def _answer_if_there(peer: _Peer, body: bytes) -> Answer | None:
    """Whoever hangs has used up the turn's time; whoever is not there (None) has cost none of it."""
    try:
        return await peer.post(body)
    except asyncio.TimeoutError:  # from Python 3.11 on one of the OSErrors
        raise
    except OSError:
        return None


def _body(action: str, tracker: Json, domain: bytes) -> bytes:
    """Rasa's request. The domain's part is the same for every request, so it comes as finished bytes."""
    head = {
        "next_action": action,
        "sender_id": tracker["sender_id"],
        "version": RASA_VERSION,
        "tracker": tracker,
    }
    return orjson.dumps(head, default=_plain, option=_OPTIONS)[:-1] + b',"domain":' + domain + b"}"


def _plain(value: object) -> Json:
    """What orjson does not know; a slot may hold any of Python's collections."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be sent to an action")


def _names_action(content: bytes) -> bool:
    try:
        return "action_name" in orjson.loads(content)
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
    try:
        answer = orjson.loads(content)
        _check_answer(answer)
    except (ValueError, ValidationError) as error:
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
