"""The language of people the store knows no language of."""

from bot.phrases import DEFAULT_LANGUAGE


def language_of_code(code: str | None) -> str:
    """Our language for the one a person's app is set to ("bn-BD" -> "bn")."""
    return "bn" if (code or "").lower().split("-")[0] == "bn" else DEFAULT_LANGUAGE
