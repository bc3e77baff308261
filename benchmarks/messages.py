"""What the benchmark's customers write: questions in three scripts that change nothing and can repeat."""

from __future__ import annotations

from itertools import cycle, islice

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
