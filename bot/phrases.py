"""The gateway's own sentences, in the customer's language: `bot/catalogue/<language>.json`.

Only what must be said when the engine cannot: everything else is the assistant's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from bot.messages import TALK_TO_A_PERSON
from crm_store.domain.turns import Reply, ReplyButton

CATALOGUE = Path(__file__).parent / "catalogue"
LANGUAGES = ("en", "bn", "bn-Latn")
DEFAULT_LANGUAGE = "en"
BENGALI_LETTER = re.compile("[\u0980-\u09ff]")


@dataclass(frozen=True)
class Phrases:
    """All catalogues, loaded once at start."""

    catalogues: Mapping[str, Mapping[str, str]]

    def say(self, name: str, language: str) -> Reply:
        """A sentence alone."""
        return Reply(self.catalogues[language][name], response=name, language=language)

    def offer_a_person(self, name: str, language: str) -> Reply:
        """A sentence with the "talk to a person" button under it."""
        button = ReplyButton(self.catalogues[language]["talk_to_a_person"], TALK_TO_A_PERSON)
        return replace(self.say(name, language), buttons=(button,))


def load_phrases() -> Phrases:
    """Read every catalogue."""
    return Phrases({name: orjson.loads((CATALOGUE / f"{name}.json").read_bytes()) for name in LANGUAGES})


def language_to_answer_in(text: str | None, known: str | None) -> str:
    """The language of a sentence about this message: its script decides, then what is on record.

    Without the engine nobody can tell English from romanised Bengali, so Latin text follows the record.
    """
    if text and BENGALI_LETTER.search(text):
        return "bn"
    return known if known in LANGUAGES else DEFAULT_LANGUAGE
