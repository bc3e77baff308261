"""Why an article is unwelcome, by listed words and by phrases put together of parts: docs/entities.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from bot.engine.components.lexicons import Split
from bot.engine.components.patterns import read_patterns
from bot.engine.components.phrases import NOTHING, FoundPhrase, PhraseLexicon
from bot.engine.components.romanise import fold
from bot.engine.components.situation import Situation, Topic
from bot.engine.components.text import normalise

RETURN_REASON = "return_reason"

_SHORT_ANSWER = 2  # words: "vul", "ektu choto" answer "why?"; in longer texts much else is wrong
_VERB_WITHIN = 3  # words around a weak reason: "deri kore asche", "sent me the wrong"
_WORDS_BEFORE = 2  # "the card is not working"
_WORDS_AFTER = 2  # "don't want a refund"
_CHANGED_MIND = "changed_mind"
_FEWEST_WORDS = 2  # of a phrase made shorter
_FEWEST_LEARNT_WORDS = 2  # "boro" (big) alone was annotated where it was a reason, and is one nowhere else
_CACHED_WORDS = 20_000
_PART = re.compile(r"<(\w+)>")
_ONLY_WORDS = re.compile(r"[a-z' \u0980-\u09e5]+")  # normalised, and no digits or signs to cut at


@lru_cache(maxsize=_CACHED_WORDS)
def _folded(word: str) -> str:
    return fold(word)


class ReasonFinder:
    """Finds reasons in the words of a message."""

    def __init__(self, split: Split) -> None:
        """Reads the lists."""
        data = read_patterns("return_reasons")
        self._split = split
        self._topic = Topic(frozenset(data["told_in"]), frozenset(data["forms"]))
        split = _quick(split)
        self._strong = PhraseLexicon(split, view=_folded)
        for phrase in data["nothing"]:
            self._strong.add(phrase, NOTHING)
        phrases = _put_together(data["phrases"], data["parts"])
        self._fillers = frozenset(normalise(word).text for word in data["fillers"])
        self._strong.add_all(phrases)
        self._strong.add_all(dict(self._shortened(phrases)))
        self._weak = PhraseLexicon(split, view=_folded)
        self._weak.add_all(_put_together(data["weak"], data["parts"]))
        self._verbs = PhraseLexicon(split, view=_folded)
        self._verbs.add_all({"given": data["given"]})
        self._not_articles = frozenset(normalise(word).text for word in data["not_articles"])

    def learn(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Take in (phrase, reason) from the training data; single words there mean too many other things."""
        for phrase, reason in phrases:
            if len(self._split(phrase)) >= _FEWEST_LEARNT_WORDS:
                self._strong.add(phrase, reason)

    def find(self, words: Sequence[str], situation: Situation) -> FoundPhrase | None:
        """The reason a message tells, when it may tell any; its place is that of the words."""
        if not self._topic.fits(situation):
            return None
        strong = self._strong.find(words)
        strong += _new_ones(strong, self._without_fillers(words))
        reason = self._first(strong, words)
        if reason is None:
            weak = _new_ones(strong, self._weak.find(words))
            reason = self._first((one for one in weak if self._holds(one, words, situation)), words)
        return reason

    def _first(self, found: Iterable[FoundPhrase], words: Sequence[str]) -> FoundPhrase | None:
        """ "It leaks, I don't want it": what is wrong says more than that it is unwanted."""
        fitting = [one for one in found if not self._not_articles.intersection(_around(one, words))]
        return min(fitting, key=lambda one: (one.value == _CHANGED_MIND, one.start), default=None)

    def _shortened(self, phrases: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
        """Phrases without their own fillers, as they are looked for when those of a message are left out."""
        for value, listed in phrases.items():
            shortened = (self._shorter(phrase) for phrase in listed)
            yield value, [phrase for phrase in shortened if phrase]

    def _shorter(self, phrase: str) -> str:
        """ "" when it has no fillers, or is little else."""
        words = phrase.split()
        kept = [word for word in words if word not in self._fillers]
        return " ".join(kept) if _FEWEST_WORDS <= len(kept) < len(words) else ""

    def _without_fillers(self, words: Sequence[str]) -> list[FoundPhrase]:
        """ "size ta ektu choto" is "size choto"; places are those of the words as they were written."""
        kept = [at for at, word in enumerate(words) if word not in self._fillers]
        if len(kept) == len(words):
            return []
        found = self._strong.find([words[at] for at in kept])
        return [FoundPhrase(kept[one.start], kept[one.end - 1] + 1, one.value) for one in found]

    def _holds(self, weak: FoundPhrase, words: Sequence[str], situation: Situation) -> bool:
        """A weak word is one when it answers the question, stands almost alone or beside a verb of giving."""
        telling = sum(word not in self._fillers for word in words)
        if situation.asked == RETURN_REASON or telling <= _SHORT_ANSWER:
            return True
        before = words[max(0, weak.start - _VERB_WITHIN) : weak.start]
        after = words[weak.end : weak.end + _VERB_WITHIN]
        return bool(self._verbs.find(before) or self._verbs.find(after))


def _new_ones(known: Sequence[FoundPhrase], more: Iterable[FoundPhrase]) -> list[FoundPhrase]:
    return [one for one in more if all(one.end <= other.start or other.end <= one.start for other in known)]


def _around(phrase: FoundPhrase, words: Sequence[str]) -> list[str]:
    before = words[max(0, phrase.start - _WORDS_BEFORE) : phrase.start]
    return [*before, *words[phrase.end : phrase.end + _WORDS_AFTER]]


def _put_together(phrases: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, list[str]]:
    known = {name: [normalise(part).text for part in listed] for name, listed in parts.items()}
    return {
        value: [one for line in listed for one in _spelt_out(line, known)]
        for value, listed in phrases.items()
    }


def _spelt_out(phrase: str, parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """ "<body> <misfit>" in every way the parts can be chosen."""
    names = _PART.findall(phrase)
    pattern = _PART.sub("{}", phrase)
    return (pattern.format(*chosen) for chosen in product(*(parts[name] for name in names)))


def _quick(split: Split) -> Split:
    """Thousands of phrases are put together; those of nothing but words need no tokenizer."""
    return lambda text: text.split() if _ONLY_WORDS.fullmatch(text) else split(text)
