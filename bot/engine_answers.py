"""The engine's answer, checked: docs/contracts/engine-turn.md. Pure, so that every oddity can be tested."""

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import EngineAnsweredRubbish, EngineSaidNothing
from crm_store.domain.conversations import JsonObject
from crm_store.domain.turns import Reply, ReplyButton, TurnResult

MAX_REPLIES = 20  # more is a dialogue that ran away
MAX_NAME = 64  # of an intent; the column's that remembers what a conversation is about
Name = Annotated[str, Field(max_length=MAX_NAME)]
Language = Annotated[str, Field(pattern="^(en|bn|bn-Latn)$")]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Choice(_Part):
    intent: str = Field(min_length=1)
    entities: JsonObject = {}


class _Button(_Part):
    title: str = Field(min_length=1)
    choice: _Choice


class _Reason(_Part):
    fact: str = Field(min_length=1)
    value: str | int | bool | None = None


class _Reply(_Part):
    text: str | None = None
    response: str | None = None
    buttons: list[_Button] | None = None
    card: JsonObject | None = None
    because: list[_Reason] | None = None


class _Kept(_Part):
    """What others read of it is checked; the rest is kept as it is."""

    model_config = ConfigDict(strict=True, extra="allow")


class _Entity(_Kept):
    entity: Name | None = None


class _Mood(_Kept):
    level: Name | None = None
    conversation: Name | None = None


class _Understanding(_Kept):
    intent: Name | None = None
    confidence: float | None = None
    entities: list[_Entity] | None = None
    ranking: list[JsonObject] | None = None
    mood: _Mood | None = None
    language: Name | None = None


class _Turn(_Part):
    replies: list[_Reply] = Field(max_length=MAX_REPLIES)
    state: JsonObject | None = None
    understanding: _Understanding | None = None
    language: Language | None = None
    actions: list[str] = []
    timings: Any = None


def parse_answer(body: bytes) -> TurnResult:
    """Read a 200 body; EngineAnsweredRubbish when it is no answer, EngineSaidNothing (G6)."""
    try:
        # orjson, which also writes it into the store: what it cannot write it does not read either.
        said = orjson.loads(body)
        turn = _Turn.model_validate(said)
    except orjson.JSONDecodeError:
        raise EngineAnsweredRubbish("not JSON") from None
    except ValidationError as error:
        places = ", ".join(
            ".".join(str(key) for key in detail["loc"]) or "body" for detail in error.errors()[:3]
        )
        raise EngineAnsweredRubbish(f"not of the contract's shape at {places}") from None
    replies = tuple(_reply_of(reply, turn.language) for reply in turn.replies if reply.text or reply.card)
    if not replies:
        raise EngineSaidNothing("no reply")
    return TurnResult(
        replies=replies,
        state=turn.state,
        understanding=said["understanding"] if turn.understanding else None,
        actions=tuple(turn.actions),
        language=turn.language,
        timings=_timings(turn.timings),
    )


def _timings(said: object) -> dict[str, float]:
    """Only for traces, so that no turn fails for them."""
    timings = said if isinstance(said, dict) else {}
    return {key: float(value) for key, value in timings.items() if isinstance(value, int | float)}


def _reply_of(reply: _Reply, language: str | None) -> Reply:
    buttons = tuple(ReplyButton(button.title, button.choice.model_dump()) for button in reply.buttons or [])
    because = tuple(reason.model_dump() for reason in reply.because or [])
    return Reply(reply.text or None, reply.response, buttons, reply.card, language, because=because)
