"""The language a training example is tagged with; `importer` writes the tags."""

from __future__ import annotations

from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message

LANGUAGES = ("en", "bn", "bn-Latn")
LANGUAGE_KEY = "language"


def language_of_example(example: Message) -> str | None:
    """The language an example is tagged with, by itself, its intent's block or its file."""
    metadata = example.get(METADATA) or {}
    for level in (METADATA_EXAMPLE, METADATA_INTENT):
        tagged = metadata.get(level)
        if isinstance(tagged, dict) and tagged.get(LANGUAGE_KEY) in LANGUAGES:
            return str(tagged[LANGUAGE_KEY])
    return None
