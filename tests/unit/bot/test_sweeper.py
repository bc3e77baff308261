"""Files nobody owns leave the disk (G7) for as long as the service runs, whatever one look comes to."""

import asyncio
from typing import Any, cast

import pytest

from bot.attachments import sweeper
from bot.attachments.sweeper import Sweeper


async def test_a_sweep_that_breaks_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(sweeper, "EVERY_SECONDS", 0.0)
    swept, again = 0, asyncio.Event()

    async def break_once(_self: Sweeper) -> int:
        nonlocal swept
        swept += 1
        if swept == 1:
            raise ZeroDivisionError
        again.set()
        return 0

    monkeypatch.setattr(Sweeper, "sweep", break_once)
    sweeping = Sweeper(cast(Any, None), cast(Any, None))
    sweeping.start()
    await asyncio.wait_for(again.wait(), 5)
    await sweeping.stop()
