"""Understanding as stock Rasa does it, for comparison: its own Agent, graph runner and parse."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from bot.engine.splitting import Understood


def load_stock_understanding(model: Path) -> Callable[[str], Understood]:
    """The understanding of an unmodified `rasa run` with this model."""
    logging.disable(logging.WARNING)  # its debug lines are not what is measured
    from rasa.core.agent import Agent  # heavy (TensorFlow): only when it is what shall be measured

    agent = Agent.load(model)
    loop = asyncio.new_event_loop()

    def understand(text: str) -> Understood:
        parsed = loop.run_until_complete(agent.parse_message(text))
        return Understood(parsed, [parsed])

    return understand
