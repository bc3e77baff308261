"""What people do and what goes wrong, as JSON: `{"deed": "says", "person": 700000001, "text": "hello"}`."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.ledger import Json
from tests.fakes.telegram.people import Click, Person
from tests.fakes.telegram.world import Chat, Message

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

# The methods of Person that may be called by name.
PERSONAL = frozenset(
    [
        *("starts", "says", "edits", "clicks", "clicks_data", "blocks", "unblocks"),
        *("sends_photo", "sends_document", "sends_sticker", "sends_voice"),
        *("sends_location", "sends_contact", "sends_album"),
    ]
)
FAULTS = frozenset(["rate_limit", "fail", "drop", "drop_answer", "hang", "garble"])


class UnknownDeed(ValueError):
    """The deed, or something it names, does not exist: see tests/fakes/README.md."""


class Deeds:
    """Does what it is told."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram
        self._others: dict[str, Callable[..., Awaitable[Any]]] = {
            "person": self._person,
            "group": self._group,
            "topic": self._topic,
            "upgrade": self._upgrade,
            "remove_bot": self._remove_bot,
            "poison": self._poison,
            "delivery": self._delivery,
            "fault": self._fault,
            "outage": self._outage,
            "clear": self._clear,
        }

    async def do(self, order: Json) -> Json:
        """Do one deed; what came of it."""
        arguments = dict(order)
        deed = str(arguments.pop("deed", ""))
        try:
            return _shown(await self._choose(deed, arguments)(**arguments))
        except (TypeError, KeyError, AttributeError) as error:
            raise UnknownDeed(f"{deed}: {error}") from error
        finally:
            self._telegram.touch()

    def _choose(self, deed: str, arguments: Json) -> Callable[..., Awaitable[Any]]:
        if deed in PERSONAL:
            person = self._telegram.people[int(arguments.pop("person"))]
            self._resolve(person, arguments)
            method: Callable[..., Awaitable[Any]] = getattr(person, deed)
            return method
        if deed not in self._others:
            raise UnknownDeed(f"there is no deed {deed!r}")
        return self._others[deed]

    def _resolve(self, person: Person, arguments: Json) -> None:
        """Ids become what they name; contents come as base64."""
        place = self._chat(arguments["chat"]) if arguments.get("chat") else person.chat
        for name in ("message", "reply_to"):
            if arguments.get(name):
                arguments[name] = place.messages[int(arguments[name])]
        if "message" in arguments:
            arguments.pop("chat", None)
        elif "chat" in arguments:
            arguments["chat"] = place
        if "content" in arguments:
            arguments["content"] = base64.b64decode(arguments["content"])

    def _chat(self, number: Any) -> Chat:
        return self._telegram.world.chats[int(number)]

    def _who(self, number: Any) -> Person:
        return self._telegram.people[int(number)]

    async def _person(self, name: str, **details: str) -> Json:
        return {"person": self._telegram.person(name, **details).user.id}

    async def _group(self, title: str, people: list[int], *, forum: bool = False) -> Json:
        chat = await self._telegram.group(title, [self._who(one) for one in people], forum=forum)
        return {"chat": chat.id}

    async def _topic(self, chat: int, name: str, person: int) -> Json:
        return {"thread": await self._telegram.topic(self._chat(chat), name, self._who(person))}

    async def _upgrade(self, chat: int, person: int) -> Json:
        return {"chat": (await self._telegram.upgrade(self._chat(chat), self._who(person))).id}

    async def _remove_bot(self, chat: int, person: int) -> None:
        await self._telegram.remove_bot(self._chat(chat), self._who(person))

    async def _poison(self, chat: int, raw: str | None = None) -> None:
        self._telegram.poison(self._chat(chat), raw.encode() if raw is not None else None)

    async def _delivery(
        self,
        *,
        copies: int | None = None,
        lose_answers: int | None = None,
        urls: list[str] | None = None,
        skip_ids: int = 0,
    ) -> None:
        courier = self._telegram.courier
        courier.copies = courier.copies if copies is None else copies
        courier.lose_answers = courier.lose_answers if lose_answers is None else lose_answers
        courier.urls = courier.urls if urls is None else urls
        courier.skip_ids(skip_ids)

    async def _fault(self, kind: str, method: str | None = None, **details: Any) -> None:
        if kind not in FAULTS:
            raise UnknownDeed(f"there is no fault {kind!r}")
        getattr(self._telegram.faults, kind)(method, **details)

    async def _outage(self, seconds: float) -> None:
        self._telegram.faults.outage(seconds)

    async def _clear(self) -> None:
        self._telegram.faults.clear()
        self._telegram.courier.copies = 1


def _shown(result: Any) -> Json:
    if isinstance(result, Message):
        return {"chat": result.chat.id, "message": result.id}
    if isinstance(result, Click):
        return {"click": result.id}
    if isinstance(result, list):
        return {"messages": [_shown(one) for one in result]}
    return result if isinstance(result, dict) else {}
