"""The words actions put into responses, buttons and lists: actions/labels/<language>.yml."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

LABELS: Final = Path(__file__).with_name("labels")
LANGUAGES: Final = ("en", "bn", "bn-Latn")


@cache
def _catalogue(language: str) -> dict[str, Any]:
    text = (LABELS / f"{language}.yml").read_text(encoding="utf-8")
    catalogue: dict[str, Any] = yaml.safe_load(text)
    return catalogue


def label(language: str, path: str, **arguments: str) -> str:
    """The words at `path` ("status.shipped") in `language`, with `arguments` filled in."""
    return str(_find(language, path)).format_map(arguments)


def find_label(language: str, path: str) -> str | None:
    """The words at `path`, or None where the catalogue has none."""
    try:
        return str(_find(language, path))
    except KeyError:
        return None


def _find(language: str, path: str) -> object:
    found: Any = _catalogue(language)
    for part in path.split("."):
        found = found[part]
    return found
