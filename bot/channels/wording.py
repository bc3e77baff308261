"""What a channel itself says, in the customer's language: `bot/catalogue/<channel>.<language>.json`.

Everything about the shop is the assistant's to say; here is only what belongs to the platform.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from bot.phrases import CATALOGUE, DEFAULT_LANGUAGE, LANGUAGES


@dataclass(frozen=True)
class Wording:
    """A channel's sentences, loaded once at start."""

    sentences: Mapping[str, Mapping[str, str]]

    def say(self, name: str, language: str | None) -> str:
        """One sentence; in English where the language is not one of ours."""
        return self.sentences[known_language(language)][name]


def known_language(language: str | None) -> str:
    """One of our languages: the given one, or English."""
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def load_wording(channel: str) -> Wording:
    """Read a channel's catalogues."""
    return Wording(
        {name: orjson.loads((CATALOGUE / f"{channel}.{name}.json").read_bytes()) for name in LANGUAGES}
    )
