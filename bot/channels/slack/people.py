"""What people are called in Slack: asked once, remembered for an hour."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bot.channels.slack.client import SlackApi
from bot.errors import DeliveryFailure
from crm_store.domain.conversations import JsonObject

NAME_SECONDS: Final = 0.7  # Slack waits three seconds for our 200 in all, and a name is not worth more
KEPT_SECONDS: Final = 3600.0
RETRY_SECONDS: Final = 60.0  # after Slack did not answer
MOST_KEPT: Final = 10_000
# At once, for one message: it may name thousands, and Slack answers a hundred questions a minute.
MOST_ASKED: Final = 20


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace, in Slack's words."""

    display_name: str | None = None
    username: str | None = None


NOBODY: Final = Person()


class People:
    """Names by workspace and user id."""

    def __init__(self, api: SlackApi, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[Person, float]] = OrderedDict()

    async def find(self, team: str, user: str) -> Person:
        """Who that is; NOBODY when Slack does not say so quickly."""
        known, until = self._known.get((team, user), (NOBODY, 0.0))
        if until > self._clock():
            return known
        return await self._ask(team, user, known)

    async def names(self, team: str, users: Iterable[str]) -> dict[str, str]:
        """Display names of those that have one; of the first few when there are many."""
        ids = [*users][:MOST_ASKED]
        people = await asyncio.gather(*(self.find(team, user) for user in ids))
        return {
            user: person.display_name for user, person in zip(ids, people, strict=True) if person.display_name
        }

    async def _ask(self, team: str, user: str, known: Person) -> Person:
        try:
            async with asyncio.timeout(NAME_SECONDS):
                answer = await self._api.call(team, "users.info", user=user)
        except (DeliveryFailure, TimeoutError):
            self._keep(team, user, known, RETRY_SECONDS)
            return known
        person = read_person(answer.get("user"))
        self._keep(team, user, person, KEPT_SECONDS)
        return person

    def _keep(self, team: str, user: str, person: Person, seconds: float) -> None:
        self._known[team, user] = (person, self._clock() + seconds)
        self._known.move_to_end((team, user))
        if len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)


def read_person(user: object) -> Person:
    """The names in a user object."""
    if not isinstance(user, dict):
        return NOBODY
    profile: JsonObject = user["profile"] if isinstance(user.get("profile"), dict) else {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    display_name = next((name for name in names if isinstance(name, str) and name.strip()), None)
    username = user.get("name")
    return Person(display_name, username if isinstance(username, str) else None)
