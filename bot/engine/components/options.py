"""Which of several offered things is meant: "the second one", প্রথমটা, "onnota", "2" as a whole message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.engine.components.lexicons import Split
from bot.engine.components.patterns import read_patterns
from bot.engine.components.phrases import NOTHING, FoundPhrase, PhraseLexicon
from bot.engine.components.situation import Situation, Topic
from bot.engine.components.text import normalise

OPTION = "option"

_WORDS_ALONE = 3  # "2 ta", "2 ta please" pick an option, a longer text with a 2 in it does not
_CHOOSING = Topic(frozenset({"pick_option"}))
_SIGNS = frozenset(".!?,)(")


class OptionFinder:
    """Finds what was picked."""

    def __init__(self, split: Split) -> None:
        """Reads the lists."""
        data = read_patterns("options")
        self._split = split
        self._topic = Topic(frozenset(data["told_in"]), frozenset(data["forms"]))
        self._phrases = PhraseLexicon(split)
        for phrase in data["nothing"]:
            self._phrases.add(phrase, NOTHING)
        self._phrases.add_all(data["phrases"])
        self._one_more = PhraseLexicon(split)
        self._one_more.add_all({"other": data["one_more"]})
        self._bare = frozenset(tuple(split(phrase)) for phrase in data["bare"])
        self._after_bare = frozenset(normalise(word).text for word in data["after_bare"])
        self._alone = dict(_alone(data["alone"], split))

    def find(self, words: Sequence[str], situation: Situation) -> list[FoundPhrase]:
        """What the message picks, where it can pick anything."""
        if not self._topic.fits(situation):
            return []
        found = [one for one in self._phrases.find(words) if self._is_picked(one, words)]
        if situation.form is not None or _CHOOSING.fits(situation):
            found += self._one_more.find(words)
        return found

    def picked_by_whole_message(self, words: Sequence[str]) -> str | None:
        """The option that a message names which holds nothing else: "2", "2 ta"."""
        if len(words) > _WORDS_ALONE:
            return None
        return self._alone.get(tuple(word for word in words if word not in _SIGNS))

    def _is_picked(self, phrase: FoundPhrase, words: Sequence[str]) -> bool:
        """ "The first" and "the first order", but not "the first question"."""
        if tuple(words[phrase.start : phrase.end]) not in self._bare or phrase.end == len(words):
            return True
        following = words[phrase.end]
        return following in self._after_bare or not following[0].isalnum()


def _alone(listed: dict[str, list[str]], split: Split) -> Iterator[tuple[tuple[str, ...], str]]:
    for value, phrases in listed.items():
        yield from ((key, value) for key in _keys(phrases, split))


def _keys(phrases: Iterable[str], split: Split) -> Iterator[tuple[str, ...]]:
    return (tuple(split(phrase)) for phrase in phrases)
