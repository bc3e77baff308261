"""Scripted conversations in Rasa's test-story format, as tests/conversations/*.yml hold them.

Beyond Rasa's keys nothing is invented:

* `metadata: {persona: rahima, language: en}` of a story says who writes (`anonymous` for nobody) and in which
  language every reply has to be; `persona` and `language` must be given.
* `user:` is what is typed. "👉 Yes" clicks the newest button whose title begins like this.
* `action:` are the actions that run, in order; `bot:` the names of the responses the customer sees, in order.
  `bot: utter_thank in bn` says that this turn is answered in another language than the story's; a `*` stands
  for what depends on the time of day.
* `intent: pick_option|nlu_fallback`: where a form understands the words themselves, the intent may be either.
* `slot_was_set:` is compared with what the dialogue state holds after the turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent
ANONYMOUS: Final = "anonymous"
IN_LANGUAGE: Final = " in "


@dataclass
class Exchange:
    """One message and what has to come of it."""

    text: str
    intent: str
    actions: list[str] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    language: str | None = None


@dataclass
class Script:
    """One conversation."""

    name: str
    file: str
    persona: str
    language: str
    exchanges: list[Exchange]


def load_scripts() -> list[Script]:
    """All conversations, file by file."""
    return [
        _script(path, story)
        for path in sorted(FOLDER.glob("test_*.yml"))
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    ]


def _script(path: Path, story: dict[str, Any]) -> Script:
    return Script(
        name=story["story"],
        file=path.stem,
        persona=story["metadata"]["persona"],
        language=story["metadata"]["language"],
        exchanges=_exchanges(story["steps"]),
    )


def _exchanges(steps: list[dict[str, Any]]) -> list[Exchange]:
    exchanges: list[Exchange] = []
    for step in steps:
        if "user" in step:
            exchanges.append(Exchange(step["user"].strip("\n"), step["intent"]))
        else:
            _add_expectation(exchanges[-1], step)
    return exchanges


def _add_expectation(exchange: Exchange, step: dict[str, Any]) -> None:
    if "action" in step:
        exchange.actions.append(step["action"])
    elif "bot" in step:
        response, _, language = step["bot"].partition(IN_LANGUAGE)
        exchange.responses.append(response)
        exchange.language = language or exchange.language
    else:
        for slot in step["slot_was_set"]:
            exchange.slots.update(slot)
