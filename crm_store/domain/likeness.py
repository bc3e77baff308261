"""How likely two customers are one person, and why: for agents, who decide. Nothing merges by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_store.domain.merging import CustomerRecord, MergeConflict, find_conflicts, same_phone_digits
from crm_store.domain.search_words import words_of_person

# Below, two people of one name would be suggested in every large family.
WORTH_SHOWING: Final = 40


class Likeness(StrEnum):
    """One reason to think that two customers are one."""

    SAME_EMAIL = "same_email"
    SAME_PHONE = "same_phone"
    SAME_NAME = "same_name"
    ALIKE_NAME = "alike_name"  # in another spelling or script
    SAME_ADDRESS = "same_address"
    SAME_AREA = "same_area"

    @property
    def points(self) -> int:
        return _POINTS[self]


_POINTS: Final = {
    Likeness.SAME_EMAIL: 60,
    Likeness.SAME_PHONE: 50,
    Likeness.SAME_NAME: 25,
    Likeness.ALIKE_NAME: 15,
    Likeness.SAME_ADDRESS: 30,
    Likeness.SAME_AREA: 10,
}


@dataclass(frozen=True, slots=True)
class Home:
    """An address as far as it is compared."""

    line: str
    area: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer with the addresses they have."""

    record: CustomerRecord
    homes: tuple[Home, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who may be the same person; `score` is 0-100, most likely first."""

    record: CustomerRecord
    score: int
    because: tuple[Likeness, ...]
    against: tuple[MergeConflict, ...]


def compare(one: Candidate, other: Candidate) -> Suggestion:
    """What speaks for `other` being `one`, and what against it."""
    because = tuple(_likenesses(one, other))
    score = min(100, sum(each.points for each in because))
    return Suggestion(other.record, score, because, find_conflicts(one.record, other.record))


def rank(one: Candidate, others: list[Candidate]) -> list[Suggestion]:
    """Those worth showing, the likeliest first."""
    found = [compare(one, other) for other in others if other.record.id != one.record.id]
    worth = [each for each in found if each.score >= WORTH_SHOWING]
    return sorted(worth, key=lambda each: (-each.score, str(each.record.id)))


def looking_words(record: CustomerRecord) -> list[str]:
    """The words of the search index by which such a person would be found."""
    values = record.values
    return words_of_person((values["name"], values["name_bn"]), values["email"], values["phone"])


def _likenesses(one: Candidate, other: Candidate) -> Iterator[Likeness]:
    mine, theirs = one.record.values, other.record.values
    if _plain(mine["email"]) and _plain(mine["email"]) == _plain(theirs["email"]):
        yield Likeness.SAME_EMAIL
    phone = same_phone_digits(mine["phone"])
    if phone and phone == same_phone_digits(theirs["phone"]):
        yield Likeness.SAME_PHONE
    if _plain(mine["name"]) == _plain(theirs["name"]):
        yield Likeness.SAME_NAME
    elif _name_words(one.record) & _name_words(other.record) and _surname_alike(one.record, other.record):
        yield Likeness.ALIKE_NAME
    if {_plain(home.line) for home in one.homes} & {_plain(home.line) for home in other.homes}:
        yield Likeness.SAME_ADDRESS
    elif {_plain(home.area) for home in one.homes} & {_plain(home.area) for home in other.homes}:
        yield Likeness.SAME_AREA


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()


def _name_words(record: CustomerRecord) -> set[str]:
    return set(words_of_person((record.values["name"], record.values["name_bn"]), None, None))


def _surname_alike(one: CustomerRecord, other: CustomerRecord) -> bool:
    """One word in common is a given name that thousands have; most of them in common is a name."""
    mine, theirs = _name_words(one), _name_words(other)
    return 2 * len(mine & theirs) >= min(len(mine), len(theirs))
