"""A run: so many inputs of a seed, over all surfaces by turns."""

import asyncio
import random
import tempfile
from pathlib import Path
from typing import Final

from tests.fixtures.production_log import production_log
from tests.fuzz.judging import Judge
from tests.fuzz.mangling import Mangler
from tests.fuzz.surfaces import Surfaces
from tests.fuzz.world import open_world

RENEW_EVERY: Final = 500  # sessions are used up: some inputs log out, close and hand over
SETTLE_SECONDS: Final = 1.0  # turns in flight may still write into the log


async def fuzz(inputs: int, seed: int) -> Judge:
    """Send them; everything that is wrong is in the judge."""
    judge, chance = Judge(), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, production_log() as log:
        async with open_world(Path(folder)) as world:
            surfaces = Surfaces(world, Mangler(chance), judge)
            weights, sends = zip(*surfaces.all(), strict=True)
            for sent in range(inputs):
                if sent % RENEW_EVERY == RENEW_EVERY - 1:
                    await world.renew()
                [send] = chance.choices(sends, weights)
                await send()
            await surfaces.sockets.close()
            await asyncio.sleep(SETTLE_SECONDS)
        judge.read_log(log)
    return judge
