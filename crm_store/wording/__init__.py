"""What the store itself writes into conversations: `<language>.json` beside this file, the same keys in each.

Only notices that have to stand in the transaction of what they tell of; all else is the assistant's to say.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "bn", "bn-Latn")


def say(language: str | None, name: str, **arguments: str) -> str:
    """The sentence `name` in `language`, English when that is unknown, with `arguments` filled in."""
    return _catalogue(language if language in LANGUAGES else LANGUAGES[0])[name].format_map(arguments)


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    text = (Path(__file__).parent / f"{language}.json").read_text(encoding="utf-8")
    catalogue: dict[str, str] = json.loads(text)
    return catalogue
