"""A button whose title is typed is clicked: what stands on it says best what it means."""

from __future__ import annotations

import unicodedata
from collections.abc import Reversible
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered

from bot.engine.replies import choice_of
from bot.engine.requests import Choice

Json = Any  # what JSON can hold

LONGEST = 200  # characters; titles are far below, and a long message is not compared letter by letter
WORD_CATEGORIES = frozenset("LMN")  # letters, the marks on them, digits


def typed_choice(text: str, events: Reversible[Event]) -> Choice | None:
    """The choice of the last turn's button that `text` names; None when buttons of that name differ."""
    wanted = _words(text) if len(text) <= LONGEST else ""
    if not wanted:
        return None
    named = [choice for title, choice in _offered(events) if _words(title) == wanted]
    return named[0] if named and all(choice == named[0] for choice in named) else None


def _offered(events: Reversible[Event]) -> list[tuple[str, Choice]]:
    """Title and choice of every button shown since the customer last wrote; the latest event comes last."""
    offered = []
    for event in reversed(events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            offered += [shown for button in event.data.get("buttons") or () if (shown := _shown(button))]
    return offered


def _shown(button: Json) -> tuple[str, Choice] | None:
    choice = choice_of(button.get("payload")) if isinstance(button, dict) else None
    return (str(button.get("title") or ""), Choice(**choice)) if choice else None


def _words(text: str) -> str:
    """Without case, signs and white space: "No, thanks!" is "no thanks". Stars alone are what they are."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(letter for letter in folded if unicodedata.category(letter)[0] in WORD_CATEGORIES)
    return words or folded.strip()
