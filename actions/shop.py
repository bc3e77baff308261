"""The shop's stores: where they are and when they are open; public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from actions.formatting import bullets
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.branches import Branch, nearest_branch
from crm_store.domain.errors import UnknownConversation, VerificationNeeded
from crm_store.domain.opening_hours import DAYS_PER_WEEK, SATURDAY, Hours
from crm_store.domain.places import Place, find_place
from crm_store.domain.spelling import list_words, spellings_of, words_of
from crm_store.use_cases.branches import find_home_city, list_branches

# Words of addresses that say nothing about where they are.
_VAGUE: Final = words_of("dhaka ঢাকা road market circle bazar bazaar new old নিউ পুরান মোড় mor house")
_OWN_NAME, _NEARBY = 2, 1
MIN_STEM: Final = 4


@dataclass(frozen=True)
class Stores:
    """The stores a question is about; `place` and `km` when none is there and this one is the nearest."""

    branches: Sequence[Branch]
    place: Place | None = None
    km: int = 0
    from_home: bool = False

    @property
    def only(self) -> Branch | None:
        return self.branches[0] if len(self.branches) == 1 else None


class StoreAction(TopicAction):
    """Base: finds the stores a message is about."""

    async def find_stores(self, turn: Turn) -> Stores:
        branches = await list_branches(self.store)
        clicked = [branch for branch in branches if branch.code == turn.entity("branch")]
        named = clicked or _named(turn.text, branches)
        if named:
            return Stores(named)
        city = turn.entity("city")
        if city:
            return _of_city(city, branches)
        home = await self._home_city(turn)
        return _of_city(home, branches, from_home=True) if home else Stores(branches)

    async def _home_city(self, turn: Turn) -> str | None:
        """Where the customer lives, if that may be read (G5)."""
        if not turn.is_verified:
            return None
        try:
            return await find_home_city(self.store, turn.conversation_id)
        except (VerificationNeeded, UnknownConversation):
            return None

    def explain_home(self, turn: Turn, stores: Stores) -> None:
        if stores.from_home:
            turn.explain("utter_why_home_city")


def _of_city(city: str, branches: Sequence[Branch], *, from_home: bool = False) -> Stores:
    there = [branch for branch in branches if branch.city == city]
    if there:
        return Stores(there, from_home=from_home)
    place = find_place(city)
    if place is None or not branches:
        return Stores(branches)
    branch, km = nearest_branch(branches, place)
    return Stores([branch], place, km, from_home)


def _named(text: str, branches: Sequence[Branch]) -> list[Branch]:
    """Those whose own name, or else whose neighbourhood, the message names."""
    said = list_words(text)
    points = {branch.code: _points(said, branch) for branch in branches}
    best = max(points.values(), default=0)
    return [branch for branch in branches if best and points[branch.code] == best]


def _points(said: Sequence[str], branch: Branch) -> int:
    if _names(said, f"{branch.name} {branch.name_bn}"):
        return _OWN_NAME
    return _NEARBY if _names(said, f"{branch.near} {branch.near_bn}") else 0


def _names(said: Sequence[str], names: str) -> bool:
    known = spellings_of(names) - _VAGUE
    return any(word == name or _begins(word, name) for word in said for name in known)


def _begins(word: str, name: str) -> bool:
    """ "ধানমন্ডির" is ধানমন্ডি with an ending."""
    return len(name) >= MIN_STEM and word.startswith(name)


class ActionFindStore(StoreAction):
    """The store meant or near, with its address and way; all of them when it is not clear."""

    def name(self) -> str:
        return "action_find_store"

    async def answer(self, turn: Turn) -> None:
        stores = await self.find_stores(turn)
        self.explain_home(turn, stores)
        if stores.place:
            branch = stores.branches[0]
            turn.say(
                "utter_no_store_there",
                city=turn.format.name(stores.place.name, stores.place.name_bn),
                store=_name(turn, branch),
                km=turn.format.number(stores.km),
            )
        if stores.only:
            say_store(turn, stores.only)
        elif stores.branches:
            say_stores(turn, stores.branches)
        else:
            turn.say("utter_no_stores")


class ActionCheckStoreHours(StoreAction):
    """Whether it is open now, or on the day asked about, and the hours of the week."""

    def name(self) -> str:
        return "action_check_store_hours"

    async def answer(self, turn: Turn) -> None:
        stores = await self.find_stores(turn)
        self.explain_home(turn, stores)
        day = _asked_day(turn)
        if not stores.branches:
            turn.say("utter_no_stores")
        elif day:
            turn.say(
                "utter_store_hours_of_day",
                day=turn.format.weekday_and_day(day),
                lines=bullets(_line_of_day(turn, branch, day) for branch in stores.branches),
            )
        elif stores.only:
            branch = stores.only
            turn.say("utter_store_hours", line=line_now(turn, branch), hours=week_lines(turn, branch))
        else:
            turn.say(
                "utter_stores_hours",
                lines=bullets(line_now(turn, branch) for branch in stores.branches),
                buttons=_branch_buttons(turn, stores.branches, "check_store_hours"),
            )


def say_store(turn: Turn, branch: Branch) -> None:
    """Everything needed to go there."""
    turn.say(
        "utter_store",
        store=_name(turn, branch),
        address=turn.format.name(branch.address, branch.address_bn),
        directions=turn.format.name(branch.directions, branch.directions_bn),
        hours=line_now(turn, branch),
        phone=turn.format.digits(branch.phone),
        map=branch.map_url,
    )


def say_stores(turn: Turn, branches: Sequence[Branch]) -> None:
    lines = [
        turn.words(
            "line.store",
            store=_name(turn, branch),
            address=turn.format.name(branch.address, branch.address_bn),
        )
        for branch in branches
    ]
    turn.say(
        "utter_stores",
        count=turn.format.number(len(branches)),
        lines=bullets(lines),
        buttons=_branch_buttons(turn, branches, "find_store"),
    )


def line_now(turn: Turn, branch: Branch) -> str:
    """ "Uttara: open until 9 pm", or when it opens."""
    hours = branch.hours.availability(turn.now)
    if hours.closes_at is not None:
        time = turn.format.clock(hours.closes_at, hours.timezone)
        return turn.words("line.store_open", store=_name(turn, branch), time=time)
    if hours.opens_at is None:
        return turn.words("line.store_closed_for_good", store=_name(turn, branch))
    time = turn.format.moment(hours.opens_at, hours.timezone, now=turn.now)
    return turn.words("line.store_closed", store=_name(turn, branch), time=time)


def week_lines(turn: Turn, branch: Branch) -> str:
    """The hours of a week, days with the same hours together, from Saturday as weeks begin here."""
    days = [(SATURDAY + ahead) % DAYS_PER_WEEK for ahead in range(DAYS_PER_WEEK)]
    lines = []
    for hours, group in groupby(days, key=branch.hours.week.get):
        weekdays = list(group)
        lines.append(_week_line(turn, branch, weekdays, hours))
    return "\n".join(lines)


def _week_line(turn: Turn, branch: Branch, weekdays: Sequence[int], hours: Hours | None) -> str:
    first, last = (turn.format.weekday(_day_like(turn, day)) for day in (weekdays[0], weekdays[-1]))
    days = first if len(weekdays) == 1 else turn.words("line.range", first=first, last=last)
    return turn.words("line.hours", days=days, hours=_span(turn, branch, hours))


def _line_of_day(turn: Turn, branch: Branch, day: date) -> str:
    hours = _span(turn, branch, branch.hours.week.get(day.weekday()))
    return turn.words("line.hours", days=_name(turn, branch), hours=hours)


def _span(turn: Turn, branch: Branch, hours: Hours | None) -> str:
    if hours is None:
        return turn.words("line.day_off")
    zone = ZoneInfo(branch.hours.timezone)
    opens, closes = (
        datetime.combine(turn.today, clock, zone).astimezone(UTC) for clock in (hours.opens, hours.closes)
    )
    return turn.words(
        "line.from_to",
        opens=turn.format.clock(opens, branch.hours.timezone),
        closes=turn.format.clock(closes, branch.hours.timezone),
    )


def _day_like(turn: Turn, weekday: int) -> date:
    return turn.today + timedelta(days=(weekday - turn.today.weekday()) % DAYS_PER_WEEK)


def _asked_day(turn: Turn) -> date | None:
    """The day the message names, unless it is today, whose hours are told anyway."""
    written = turn.entity("date")
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError:
        return None
    return day if day and day != turn.today else None


def _name(turn: Turn, branch: Branch) -> str:
    return turn.format.name(branch.name, branch.name_bn)


def _branch_buttons(turn: Turn, branches: Sequence[Branch], intent: str) -> list[Button]:
    return [
        {"title": _name(turn, branch), "payload": f'/{intent}{{"branch": "{branch.code}"}}'}
        for branch in branches
    ]
