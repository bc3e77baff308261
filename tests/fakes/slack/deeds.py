"""What people do and what goes wrong, as JSON: `{"deed": "says", "person": "U001000003", "text": "hi"}`."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.ledger import Json
from tests.fakes.slack.people import Heard, Person
from tests.fakes.slack.world import Channel, Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

# The methods of Person that may be called by name.
PERSONAL = frozenset(
    [
        *("says", "edits", "deletes", "reacts", "takes_back", "joins", "sends_file"),
        *("clicks", "chooses", "submits", "closes_modal", "commands", "opens_home"),
    ]
)
FAULTS = frozenset(["rate_limit", "fail", "drop", "drop_answer", "hang", "garble"])


class UnknownDeed(ValueError):
    """The deed, or something it names, does not exist: see tests/fakes/README.md."""


class Deeds:
    """Does what it is told."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._others: dict[str, Callable[..., Awaitable[Any]]] = {
            "person": self._person,
            "channel": self._channel,
            "uninstall": self._uninstall,
            "revoke": self._revoke,
            "limit_events": self._limit_events,
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
            self._slack.touch()

    def _choose(self, deed: str, arguments: Json) -> Callable[..., Awaitable[Any]]:
        if deed in PERSONAL:
            person = self._slack.people[str(arguments.pop("person"))]
            self._resolve(person, arguments)
            method: Callable[..., Awaitable[Any]] = getattr(person, deed)
            return method
        if deed not in self._others:
            raise UnknownDeed(f"there is no deed {deed!r}")
        return self._others[deed]

    def _resolve(self, person: Person, arguments: Json) -> None:
        """Ids become what they name; contents come as base64."""
        place = person.team.channels[arguments["channel"]] if arguments.get("channel") else person.direct
        if arguments.get("message"):
            arguments["message"] = find_message(place, str(arguments["message"]))
            arguments.pop("channel", None)
        elif "channel" in arguments:
            arguments["channel"] = place
        if "content" in arguments:
            arguments["content"] = base64.b64decode(arguments["content"])

    def _team(self, number: str | None) -> Team:
        return self._slack.teams[number] if number else next(iter(self._slack.teams.values()))

    async def _person(self, name: str, team: str | None = None, **details: str) -> Json:
        return {"person": self._slack.person(self._team(team), name, **details).id}

    async def _channel(
        self, name: str, people: list[str], team: str | None = None, *, private: bool = False
    ) -> Json:
        members = [self._slack.people[one] for one in people]
        return {"channel": self._slack.channel(self._team(team), name, members, private=private).id}

    async def _uninstall(self, team: str | None = None) -> None:
        await self._slack.uninstall(self._team(team))

    async def _revoke(self, team: str | None = None) -> None:
        await self._slack.revoke(self._team(team))

    async def _limit_events(self, team: str | None = None) -> None:
        await self._slack.limit_events(self._team(team))

    async def _poison(self, raw: str | None = None) -> None:
        self._slack.poison(*([raw.encode()] if raw is not None else []))

    async def _delivery(self, *, copies: int | None = None, lose_answers: int | None = None) -> None:
        courier = self._slack.courier
        courier.copies = courier.copies if copies is None else copies
        courier.lose_answers = courier.lose_answers if lose_answers is None else lose_answers

    async def _fault(self, kind: str, method: str | None = None, **details: Any) -> None:
        if kind not in FAULTS:
            raise UnknownDeed(f"there is no fault {kind!r}")
        getattr(self._slack.faults, kind)(method, **details)

    async def _outage(self, seconds: float) -> None:
        self._slack.faults.outage(seconds)

    async def _clear(self) -> None:
        self._slack.faults.clear()
        self._slack.courier.copies = 1
        for team in self._slack.teams.values():
            team.installed = "yes"


def find_message(channel: Channel, ts: str) -> Message:
    """A message of a channel, also one that only one person sees."""
    if ts in channel.messages:
        return channel.messages[ts]
    return next(message for message in channel.ephemerals if message.ts == ts)


def _shown(result: Any) -> Json:
    if isinstance(result, Message):
        return {"channel": result.channel.id, "ts": result.ts}
    if isinstance(result, Heard):
        return {"taken": result.taken, "shown": result.shown, "errors": result.errors}
    return result if isinstance(result, dict) else {}
