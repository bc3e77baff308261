"""Asking how it went, once after each resolution: about the person, then about the bot if it took part."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import JsonObject
from crm_store.domain.reviews import BEST, WORST, RatedStretch

# What a star stands for in the dialogue: data that is given, and which question it answers.
RATING_INTENT: Final = "inform"
RATING, SURVEY = "rating", "survey"

_NUMBER: Final = re.compile(r"(?<!\d)([1-5])(?!\d)")
_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "ek": 1, "dui": 2, "tin": 3, "char": 4, "chaar": 4, "pach": 5, "panch": 5, "paanch": 5,
    "এক": 1, "দুই": 2, "তিন": 3, "চার": 4, "পাঁচ": 5, "পাচ": 5,
}  # fmt: skip
# "5 er moddhe 4", "৫ এর মধ্যে ৪": here the best comes first.
_BEST_FIRST: Final = re.compile(r"5\s*(?:er|এর|-এর|theke|থেকে)\s*(?:moddhe|modhe|মধ্যে)?\s*", re.IGNORECASE)
_STARS: Final = re.compile("[★⭐🌟]")
# What may stand around a rating that is a message's only content.
_BESIDE: Final = frozenset(
    {
        *(
            "star",
            "stars",
            "point",
            "points",
            "out",
            "of",
            "and",
            "a",
            "i",
            "give",
            "gave",
            "you",
            "rate",
            "it",
        ),
        *("is", "for", "him", "her", "them", "vai", "bhai", "ami", "ta", "te", "tara", "ekdom", "puro", "er"),
        *("moddhe", "modhe", "theke", "dilam", "dibo", "deb", "debo", "dichi", "disi", "dei", "apnake"),
        *("তারা", "স্টার", "পয়েন্ট", "দিলাম", "দিচ্ছি", "দিব", "দেব", "দেবো", "টা", "টি", "এ", "তে", "এর"),
        *("মধ্যে", "থেকে", "আমি", "একদম", "পুরো", "ভাই", "জি"),
    }
)
_LONGEST_BARE: Final = 6  # words


@dataclass(frozen=True, slots=True)
class Survey:
    """One question of one resolution; `agent` is whom it is about, None for the bot."""

    id: UUID
    conversation_id: UUID
    epoch: int
    about: RatedStretch
    agent: AgentName | None
    handoff_id: UUID | None
    answered: bool


def read_rating(text: str) -> int | None:
    """The stars a message gives: "4", "four stars", "4 out of 5", "৫-এর মধ্যে ৪", "★★★★"."""
    plain = _with_latin_digits(text)
    stars = len(_STARS.findall(plain))
    if stars:
        return min(stars, BEST)
    digits = _NUMBER.findall(_BEST_FIRST.sub(" ", plain)) or _NUMBER.findall(plain)
    if digits:
        return int(digits[0])
    named = [_WORDS[word] for word in plain.casefold().split() if word in _WORDS]
    return named[0] if named else None


def read_bare_rating(text: str) -> int | None:
    """The stars of a message that is nothing but a rating; None for "5 din hoye gelo"."""
    words = re.sub(r"[-/.!,।:]", " ", _with_latin_digits(_STARS.sub(" * ", text))).casefold().split()
    rest = [word for word in words if word not in _BESIDE and word not in _WORDS and not _is_count(word)]
    return read_rating(text) if words and not rest and len(words) <= _LONGEST_BARE else None


def rating_choice(survey_id: UUID, rating: int) -> JsonObject:
    """What a click on so many stars stands for."""
    return {"intent": RATING_INTENT, "entities": {RATING: str(rating), SURVEY: str(survey_id)}}


def rating_card(survey: Survey, rating: int | None = None) -> JsonObject:
    """How clients show the question (docs/contracts/console.md)."""
    agent = {"name": survey.agent.name, "name_bn": survey.agent.name_bn} if survey.agent else None
    return {
        "type": "rating",
        "survey": str(survey.id),
        "about": survey.about.value,
        "agent": agent,
        "scale": BEST,
        "rating": rating,
    }


def ratings() -> range:
    """Every rating there is, worst first."""
    return range(WORST, BEST + 1)


def _is_count(word: str) -> bool:
    return word == "*" or bool(re.fullmatch(r"[1-5]", word))


def _with_latin_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
