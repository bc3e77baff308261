"""How the customer feels, from one message: listed words, what it means, shouting. Nothing of it is trained.

What it finds is evidence, each piece with a weight; several pieces of one kind count less than their sum.
The turn adds what one message cannot show: that the same thing is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components.lexemes import spelling, split
from bot.engine.components.normaliser import normalised_text
from bot.engine.components.patterns import read_patterns
from bot.engine.components.phrases import NOTHING, PhraseLexicon

MOOD: Final = "mood"
"""Key of the parse data: {"level": happy|calm|unhappy|angry, "score": -1 to 1, "because": a kind or None}."""

# Chosen on the rows of tests/nlu/mood.jsonl that are there to tune by.
WEIGHTS: Final[Mapping[str, float]] = {
    "insult": -0.65,
    "outrage": -0.6,
    "threat": -0.5,
    "disappointment": -0.42,
    "mishap": -0.22,
    "waiting": -0.32,
    "urgent": -0.15,
    "capitals": -0.4,
    "exclamation": -0.25,
    "angry_sign": -0.65,
    "sad_sign": -0.4,
    "glad_sign": 0.3,
    "thanks": 0.45,
    "joy": 0.45,
    "repeated": -0.3,
}
PRAISE: Final = "praise"
OF_INTENTS: Final[Mapping[str, tuple[str, float]]] = {
    "insult": ("insult", -0.5),
    "complaint": ("complaint", -0.3),
    "praise": (PRAISE, 0.35),
    "thank": ("thanks", 0.35),
    "report_damaged_item": ("mishap", -0.25),
    "report_wrong_item": ("mishap", -0.25),
    "report_missing_item": ("mishap", -0.25),
}
SURE_OF_INTENT: Final = 0.5  # below, what a message means says nothing about how it is meant
ANGRY_BELOW: Final = -0.57
UNHAPPY_BELOW: Final = -0.24
HAPPY_ABOVE: Final = 0.3
# Many sad things are still no anger: without one of these a message is unhappy at most.
HEATED: Final = frozenset({"insult", "outrage", "threat", "capitals", "exclamation", "angry_sign"})
COOL_AT_WORST: Final = ANGRY_BELOW + 0.02
GLADNESS_BESIDE_SADNESS: Final = 0.4
BADNESS_IN_PRAISE: Final = 0.3  # "it was broken last time, now it is perfect"
AGAIN: Final = 0.5  # of the weight of further pieces of evidence of one kind

MIN_SHOUTED_LETTERS: Final = 10
MIN_SHOUTED_WORDS: Final = (
    6  # "IS THIS AVAILABLE IN XL" is a phone's caps lock; with more words it is shouting
)
_MARKS_IN_A_ROW: Final = re.compile(r"[!?]{2}")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{2,}")

Evidence = tuple[str, float]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MoodReader(GraphComponent):
    """Sets `mood` in the parse data of every message. Stands behind the intent classifiers."""

    def __init__(self) -> None:
        """Reads the words."""
        self._reader = MoodWords()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MoodReader:
        """There are neither settings nor anything to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the mood to incoming messages."""
        for message in messages:
            intent = message.get(INTENT) or {}
            sure = float(intent.get("confidence") or 0.0) >= SURE_OF_INTENT
            evidence = self._reader.evidence(message.get(TEXT) or "", normalised_text(message).text)
            evidence += of_intent(intent.get("name")) if sure else []
            message.set(MOOD, mood_of(evidence), add_to_output=True)
        return messages


class MoodWords:
    """Finds what a text shows by its words, its signs and its capitals."""

    def __init__(self) -> None:
        """Reads the lists."""
        listed = read_patterns("mood")
        self._signs: dict[str, list[str]] = listed.pop("signs")
        self._lexicon = PhraseLexicon(split, view=spelling)
        for phrase in listed.pop("nothing"):
            self._lexicon.add(phrase, NOTHING)
        self._lexicon.add_all(listed)

    def evidence(self, original: str, normalised: str) -> list[Evidence]:
        """Everything that is found, with its weight."""
        kinds = [found.value for found in self._lexicon.find(split(normalised))]
        kinds += [f"{kind}_sign" for kind, signs in self._signs.items() for sign in signs if sign in original]
        found = [(kind, WEIGHTS[kind]) for kind in kinds]
        if is_shouted(original):
            found.append(("capitals", WEIGHTS["capitals"]))
        if _MARKS_IN_A_ROW.search(original) and not any(weight > 0 for _, weight in found):
            found.append(("exclamation", WEIGHTS["exclamation"]))
        return found


def of_intent(name: str | None) -> list[Evidence]:
    """What the meaning of a message says about its mood."""
    found = OF_INTENTS.get(name or "")
    return [found] if found else []


def is_shouted(original: str) -> bool:
    """Whether it is written in capitals, order numbers and sizes aside."""
    words = [word for word in _LATIN_WORD.findall(original) if word != "KT"]
    letters = "".join(words)
    return len(letters) >= MIN_SHOUTED_LETTERS and len(words) >= MIN_SHOUTED_WORDS and letters.isupper()


def mood_of(evidence: Sequence[Evidence]) -> dict[str, Any]:
    """The mood that the evidence adds up to."""
    bad = _together([one for one in evidence if one[1] < 0])
    good = _together([one for one in evidence if one[1] > 0])
    kinds = {kind for kind, _ in evidence}
    if kinds & HEATED:
        score = -bad  # "great, thanks for nothing": praise beside anger is irony
    elif PRAISE in kinds:
        score = good - bad * BADNESS_IN_PRAISE
    else:
        score = max(good * (GLADNESS_BESIDE_SADNESS if bad else 1.0) - bad, COOL_AT_WORST)
    return {"level": level_of(score), "score": round(score, 2), "because": _strongest(evidence, score)}


def with_repetition(mood: dict[str, Any]) -> dict[str, Any]:
    """The mood of a message that asks once more what was asked just before."""
    score = max(-1.0, float(mood["score"]) + WEIGHTS["repeated"])
    return {"level": level_of(score), "score": round(score, 2), "because": mood["because"] or "repeated"}


def level_of(score: float) -> str:
    """The word for a score."""
    if score <= ANGRY_BELOW:
        return "angry"
    if score <= UNHAPPY_BELOW:
        return "unhappy"
    return "happy" if score >= HAPPY_ABOVE else "calm"


def _together(evidence: Sequence[Evidence]) -> float:
    """0 to 1: each piece takes its share of what is left; a kind that was seen already counts less."""
    rest = 1.0
    seen: set[str] = set()
    for kind, weight in sorted(evidence, key=lambda one: -abs(one[1])):
        rest *= 1.0 - abs(weight) * (AGAIN if kind in seen else 1.0)
        seen.add(kind)
    return 1.0 - rest


def _strongest(evidence: Sequence[Evidence], score: float) -> str | None:
    same_way = [one for one in evidence if one[1] * score > 0]
    return max(same_way, key=lambda one: abs(one[1]))[0] if same_way else None
