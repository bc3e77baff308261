"""Understands the texts of all turns that wait at the same moment in one go.

What understanding costs is mostly fetching the encoders' matrices, and several texts share it: of 6 together,
each takes little more than half the time. Nobody waits for company: what has arrived by the next round of the
event loop goes together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

MOST_TURNS = 8  # more save little, and the first of them would wait for the last

Parsed = dict[str, Any]
Text = TypeVar("Text")  # with whatever tells how it is meant


@dataclass(frozen=True)
class _Turn(Generic[Text]):
    texts: list[Text]
    parses: asyncio.Future[list[Parsed]]


class WaitingTexts(Generic[Text]):
    """Collects what turns want to have understood. Belongs to one event loop at a time."""

    def __init__(self, understand: Callable[[Sequence[Text]], list[Parsed]]) -> None:
        self._understand = understand
        self._waiting: list[_Turn[Text]] = []

    async def understood(self, texts: Sequence[Text]) -> list[Parsed]:
        """The parse data of each text; raises what the understanding of these very texts raises."""
        loop = asyncio.get_running_loop()
        turn = _Turn([*texts], loop.create_future())
        self._waiting.append(turn)
        if len(self._waiting) == 1:
            loop.call_soon(self._work_off, loop)
        return await turn.parses

    def _work_off(self, loop: asyncio.AbstractEventLoop) -> None:
        turns, self._waiting = self._waiting[:MOST_TURNS], self._waiting[MOST_TURNS:]
        if self._waiting:
            loop.call_soon(self._work_off, loop)
        wanted = [turn for turn in turns if not turn.parses.done()]  # the others were cancelled meanwhile
        if wanted and (len(wanted) == 1 or not self._understand_together(wanted)):
            for turn in wanted:
                self._understand_alone(turn)

    def _understand_together(self, turns: Sequence[_Turn[Text]]) -> bool:
        """False when it failed: one turn is to blame, which must not cost the others their answers."""
        try:
            parses = iter(self._understand([text for turn in turns for text in turn.texts]))
            answers = [[next(parses) for _ in turn.texts] for turn in turns]
        except Exception:  # noqa: BLE001  whatever it is, it comes again for the turn it belongs to
            return False
        for turn, answer in zip(turns, answers, strict=True):
            turn.parses.set_result(answer)
        return True

    def _understand_alone(self, turn: _Turn[Text]) -> None:
        try:
            turn.parses.set_result(self._understand(turn.texts))
        except Exception as error:  # noqa: BLE001  it is the turn's, which fails with it
            turn.parses.set_exception(error)
