"""The language a person's app is set to, as ours. What they write in soon says more."""

from typing import Final

from bot.phrases import DEFAULT_LANGUAGE

_OURS: Final = {"bn": "bn", "en": "en"}


def language_known(code: str | None) -> str | None:
    """Our language for an app's ("bn-BD" -> "bn"); None where it is none of ours."""
    return _OURS.get((code or "").lower().split("-")[0])


def language_of_code(code: str | None) -> str:
    """The same, and English for everybody else."""
    return language_known(code) or DEFAULT_LANGUAGE
