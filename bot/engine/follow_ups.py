"""Short questions that live from what was answered before them: "do they expire?", "kobe pabo?".

Understanding reads each message for itself, so a question without a topic of its own is taken for one about a
product or a parcel. After an answer it is about that answer. Nothing here guesses: a message with any word
that might name another topic keeps the meaning it had. The words are data:
components/patterns/follow_ups.yml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.components.patterns import read_patterns
from bot.engine.components.text import normalise
from bot.engine.splitting import Understood

LAST_SAID_SLOT = "last_said"  # of the assistant's actions; a model may lack it
# What a message names is what it is about.
NAMING = frozenset({"order_number", "product", "email", "phone", "option"})
_WORD = re.compile(r"[^\s.,;:!?()\"]+")

Json = Any  # what JSON can hold


@dataclass(frozen=True)
class Topic:
    """What an answer leaves open to be asked about."""

    intent: str
    after: frozenset[str]
    words: frozenset[str]
    asks: frozenset[str]


class FollowUps:
    """The table, read once."""

    def __init__(self, topics: Sequence[Topic], most_words: int) -> None:
        self._topics = {response: topic for topic in topics for response in topic.after}
        self._most_words = most_words

    @classmethod
    def load(cls) -> FollowUps:
        """From the patterns."""
        table = read_patterns("follow_ups")
        words, asks = _words(table["words"]), _words(table["asks"])
        topics = [
            Topic(
                topic["intent"],
                frozenset(topic["after"]),
                words | asks | _words(topic["words"]) | _words(topic["asks"]),
                asks | _words(topic["asks"]),
            )
            for topic in table["topics"]
        ]
        return cls(topics, int(table["most_words"]))

    def read(self, understood: Understood, said: Sequence[str]) -> Understood:
        """The message as a question about what was `said` last, where it can be about nothing else."""
        [request, *others] = understood.requests
        topic = next((self._topics[name] for name in reversed(said) if name in self._topics), None)
        if topic is None or others or not self._fits(request, topic):
            return understood
        intent = {"name": topic.intent, "confidence": request["intent"]["confidence"]}
        ranking = [
            intent,
            *(other for other in request.get("intent_ranking", ()) if other["name"] != topic.intent),
        ]
        asked = {**request, "intent": intent, "intent_ranking": ranking}
        return Understood({**understood.whole, "intent": intent, "intent_ranking": ranking}, [asked])

    def _fits(self, request: Mapping[str, Json], topic: Topic) -> bool:
        if any(entity["entity"] in NAMING for entity in request["entities"]):
            return False
        words = _WORD.findall(normalise(request["text"]).text)
        return (
            len(words) <= self._most_words
            and topic.words.issuperset(words)
            and not topic.asks.isdisjoint(words)
        )


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())
