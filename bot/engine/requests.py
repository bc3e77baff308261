"""`POST /turn`: the body checked, as values. Every refusal says what to send instead."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import orjson

from bot.engine.errors import BadTurnRequest

Json = Any  # what JSON can hold

SHAPE = "see docs/contracts/engine-turn.md"
STRUCTURED_FACTS = frozenset({"handed_back", "elsewhere"})  # objects; all others are plain values
MAX_ID_CHARS = 200  # a UUID is 36; anything much longer is a mistake


@dataclass(frozen=True)
class Choice:
    """A button the customer clicked: what it means, decided when it was offered."""

    intent: str
    entities: dict[str, Json]

    @property
    def text(self) -> str:
        """Words for the choice, never with a leading "/": what slots filled from text get."""
        values = [str(value) for value in self.entities.values() if isinstance(value, (str, int))]
        return " ".join(values) or self.intent.replace("_", " ")


@dataclass(frozen=True)
class TurnRequest:
    """One message of one conversation; exactly one of `text` and `choice` is there."""

    conversation: str
    message_id: str
    text: str | None
    choice: Choice | None
    state: Json
    facts: dict[str, Json]


def check_turn_request(body: bytes) -> TurnRequest:
    """The request, or BadTurnRequest."""
    given = _object(body)
    text = _text(given.get("text"))
    choice = _choice(given.get("choice"))
    if (text is None) == (choice is None):
        raise BadTurnRequest(f"send exactly one of `text` and `choice`, the other as null ({SHAPE})")
    facts = given.get("facts")
    if not isinstance(facts, dict):
        raise BadTurnRequest(f"`facts` is not an object; send all facts, unknown ones as null ({SHAPE})")
    _check_facts(facts)
    return TurnRequest(
        _id(given, "conversation"), _id(given, "message_id"), text, choice, given.get("state"), facts
    )


def _object(body: bytes) -> dict[str, Json]:
    try:
        given = orjson.loads(body)
    except ValueError as error:
        raise BadTurnRequest(
            "the body is not JSON in UTF-8, or nested too deeply; send one JSON object"
        ) from error
    if not isinstance(given, dict):
        raise BadTurnRequest(f"the body is not an object; send one JSON object ({SHAPE})")
    return given


def _id(given: dict[str, Json], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID_CHARS or not _is_unicode(value):
        raise BadTurnRequest(f"`{name}` is not a text of 1 to {MAX_ID_CHARS} characters; send the id as text")
    return value


def _text(value: Json) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _is_unicode(value):
        raise BadTurnRequest("`text` is not a text of valid Unicode; send the customer's words, or null")
    if not value.strip():
        raise BadTurnRequest("`text` is empty; send the customer's words, or null with a `choice`")
    return value


def _choice(value: Json) -> Choice | None:
    if value is None:
        return None
    shape = 'send {"intent": "…", "entities": {…}}, or null'
    if not isinstance(value, dict) or not isinstance(value.get("intent"), str) or not value["intent"]:
        raise BadTurnRequest(f"`choice` has no intent; {shape}")
    entities = value.get("entities", {})
    if not isinstance(entities, dict):
        raise BadTurnRequest(f"`choice.entities` is not an object; {shape}")
    if not _is_unicode(json.dumps(value, ensure_ascii=False)):
        raise BadTurnRequest(f"`choice` is not valid Unicode; {shape}")
    return Choice(value["intent"], entities)


def _check_facts(facts: dict[str, Json]) -> None:
    for name, value in facts.items():
        if name in STRUCTURED_FACTS and isinstance(value, dict):
            if not _is_unicode(json.dumps(value, ensure_ascii=False)):
                raise BadTurnRequest(f"fact `{name}` is not valid Unicode ({SHAPE})")
            continue
        plain = value is None or isinstance(value, (str, bool, int, float))
        if not plain or (isinstance(value, str) and not _is_unicode(value)):
            raise BadTurnRequest(
                f"fact `{name[:MAX_ID_CHARS]!r}` is not a text, number, true, false or null ({SHAPE})"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise BadTurnRequest(f"fact `{name[:MAX_ID_CHARS]!r}` is not a finite number ({SHAPE})")


def _is_unicode(text: str) -> bool:
    """False for half of a surrogate pair: JSON can carry one, UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
