"""What the benchmark's customers write: questions in three scripts that change nothing and can repeat.

Two wordings. The twelve `plain` texts are so clear that their words alone settle what they mean, and
understanding one takes half a millisecond. The `held-out` ones are everybody's words for the same things,
from the examples no model has seen: a third of them are read by the encoders, too: five times the work.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random

Texts = Callable[[int], list[str]]  # of each customer, by number
PLAIN, HELD_OUT = "plain", "held-out"
WORDINGS = (PLAIN, HELD_OUT)
HELD_OUT_FILE = Path(__file__).resolve().parents[1] / "tests" / "nlu" / "held_out.jsonl"
# What the plain texts mean. None of these changes anything.
UNDERSTANDING_INTENTS = frozenset({"ask_if_bot", "ask_how_are_you", "thank", "ask_help", "praise"})
ACTION_INTENTS = frozenset({"list_orders"})

# Answered by a response of the domain alone.
UNDERSTANDING = [
    "are you a real person or a bot?",
    "how are you doing today",
    "অনেক ধন্যবাদ",
    "tumi ki robot?",
    "what can you help me with",
    "আপনাদের সার্ভিস খুব ভালো",
    "thanks a lot",
    "kemon achen apnara",
]
# Answered by a custom action that reads the customer's own orders from the store.
ACTIONS = [
    "show me all my orders",
    "আমার অর্ডারগুলো দেখান",
    "amar order gula dekhan",
    "list my recent orders please",
]


def mixed(start: int = 0) -> list[str]:
    """Understanding-only and custom-action turns, turn about; `start` shifts customers against each other."""
    pairs = zip(cycle(UNDERSTANDING), islice(cycle(ACTIONS), len(UNDERSTANDING)), strict=False)
    flat = [text for pair in pairs for text in pair]
    return flat[start % len(flat) :] + flat[: start % len(flat)]


def actions_only(start: int = 0) -> list[str]:
    """Custom-action turns alone."""
    return ACTIONS[start % len(ACTIONS) :] + ACTIONS[: start % len(ACTIONS)]


def mixed_in(wording: str) -> Texts:
    """`mixed` in one of the wordings."""
    return mixed if wording == PLAIN else _mixed_held_out


def actions_only_in(wording: str) -> Texts:
    """`actions_only` in one of the wordings."""
    return actions_only if wording == PLAIN else _actions_held_out


def _mixed_held_out(start: int = 0) -> list[str]:
    told, asked = _shuffled(UNDERSTANDING_INTENTS, start), _shuffled(ACTION_INTENTS, start)
    return [text for pair in zip(told, cycle(asked), strict=False) for text in pair]


def _actions_held_out(start: int = 0) -> list[str]:
    return _shuffled(ACTION_INTENTS, start)


def _shuffled(intents: frozenset[str], start: int) -> list[str]:
    """Everybody says the same, each in an order of their own that is the same in every run."""
    texts = [*held_out(intents)]
    Random(start).shuffle(texts)
    return texts


@cache
def held_out(intents: frozenset[str]) -> tuple[str, ...]:
    """The held-out examples of these intents."""
    rows = map(json.loads, HELD_OUT_FILE.read_text(encoding="utf-8").splitlines())
    return tuple(row["text"] for row in rows if row["intent"] in intents)
