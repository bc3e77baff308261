"""The words of days and lengths of time, looked up by role: a word may have several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.engine.components.lexemes import spelling, split
from bot.engine.components.patterns import read_patterns
from bot.engine.components.text import normalise

_INFLECTED = ("days", "weekdays", "months", "units")
_TABLES = ("days", "weekdays", "weekdays_short", "months", "units", "markers", "after_length")
_SHORTEST_INFLECTED = 4  # letters of a Latin word that takes an ending
_SHORTEST_VERB = 4  # letters
_VERB_WINDOW = 8  # words; a verb further away belongs to another sentence

PAST, FUTURE = -1, 1

Entry = tuple[tuple[str, ...], str]


class DayWords:
    """`patterns/dates.yml`, ready to be looked up."""

    def __init__(self) -> None:
        """Reads the words."""
        data = read_patterns("dates")
        endings = data["endings"]
        self._tables = {name: _table(data[name], endings if name in _INFLECTED else ()) for name in _TABLES}
        self._sets = {
            name: frozenset(spelling(normalise(word).text) for word in data[name])
            for name in (
                "before_age",
                "day_of_month",
                "ordinals",
                "range_signs",
                "starts_of_past",
                "clause_ends",
                "past_words",
                "future_words",
            )
        }
        self._not_days = frozenset(normalise(word).text for word in data["not_days"])
        self._past_endings = tuple(normalise(ending).text for ending in data["past_endings"])
        self._future_endings = tuple(normalise(ending).text for ending in data["future_endings"])

    def look_up(self, role: str, forms: Sequence[str], at: int) -> tuple[str, int] | None:
        """What the longest phrase of that role at `at` means, and where the words after it begin."""
        if at >= len(forms):
            return None
        for words, value in self._tables[role].get(forms[at], ()):
            if tuple(forms[at : at + len(words)]) == words:
                return value, at + len(words)
        return None

    def is_no_day(self, word: str) -> bool:
        """Whether the word, as it is written, only looks like one of the days."""
        return word in self._not_days

    def is_in(self, role: str, forms: Sequence[str], at: int) -> bool:
        """Whether the single word at `at` has that role."""
        return 0 <= at < len(forms) and forms[at] in self._sets[role]

    def tense(self, words: Sequence[str], first: int, after: int) -> int:
        """PAST, FUTURE or 0 by the verbs near the words `first` to `after`.

        Those of the same clause say more than others, those after the words more than those before them.
        """
        following = words[after : after + _VERB_WINDOW]
        before = words[max(0, first - _VERB_WINDOW) : first][::-1]
        nearer = (self._clause(following), self._clause(before), following, before)
        return next((told for words in nearer for word in words if (told := self._tense_of(word))), 0)

    def _clause(self, words: Sequence[str]) -> Sequence[str]:
        """The words up to the next sign or "and"."""
        ends = (at for at, word in enumerate(words) if spelling(word) in self._sets["clause_ends"])
        return words[: next(ends, len(words))]

    def _tense_of(self, word: str) -> int:
        form = spelling(word)
        if form in self._sets["past_words"]:
            return PAST
        if form in self._sets["future_words"]:
            return FUTURE
        if len(word) >= _SHORTEST_VERB and word.endswith(self._past_endings):
            return PAST
        return FUTURE if len(word) >= _SHORTEST_VERB and word.endswith(self._future_endings) else 0


def _table(listed: Mapping[str, Iterable[str]], endings: Iterable[str]) -> dict[str, list[Entry]]:
    """By first word, the longest phrase first."""
    table: dict[str, list[Entry]] = {}
    for words, value in sorted(_entries(listed, endings), key=lambda entry: -len(entry[0])):
        known = table.setdefault(words[0], [])
        if all(words != other for other, _ in known):
            known.append((words, value))
    return table


def _entries(listed: Mapping[str, Iterable[str]], endings: Iterable[str]) -> Iterator[Entry]:
    plain = [(phrase, value) for value, phrases in listed.items() for phrase in phrases]
    inflected = [
        (phrase + ending, value) for phrase, value in plain for ending in endings if _may_take(phrase, ending)
    ]
    for phrase, value in plain + inflected:
        words = split(normalise(phrase).text)
        yield tuple(spelling(word) for word in words), value


def _may_take(phrase: str, ending: str) -> bool:
    """ "kal" with an "o" is black, "dec" with "er" the country's."""
    if phrase.isascii() != ending.isascii():
        return False
    return not phrase.isascii() or len(phrase) >= _SHORTEST_INFLECTED
