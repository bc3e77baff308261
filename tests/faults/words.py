"""What the customers write: questions in three scripts that change nothing and can be asked again."""

from __future__ import annotations

from benchmarks.messages import ACTIONS, UNDERSTANDING

WIDGET_TEXTS = [
    *UNDERSTANDING,
    *ACTIONS,
    "hello",
    "delivery koto din lage?",
    "what is your return policy?",
    "আপনারা কখন খোলা থাকেন?",
    "what payment methods do you accept?",
]
AGENT_TEXT = "A person is with you now ({number})."
