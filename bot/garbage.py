"""What Python's reference counts do not free, freed at even distances and given back to the system.

Every request and socket of aiohttp leaves some thirty objects that lead to each other. The collector's own
count comes round to the oldest generation after hours of an ordinary day; until then they are memory. What a
long transcript took is free again a moment later, but scattered: the allocator keeps it until it is told.
"""

import asyncio
import contextlib
import ctypes
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

# What was imported is frozen, so that a look at everything else takes less than a turn does.
COLLECT_SECONDS: Final = 60.0


@asynccontextmanager
async def collected_regularly(seconds: float = COLLECT_SECONDS) -> AsyncIterator[None]:
    """As long as the block runs."""
    collecting = asyncio.create_task(_collect(seconds), name="garbage")
    try:
        yield
    finally:
        collecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await collecting


async def _collect(seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        gc.collect()
        _give_back()


def _give_back() -> None:
    """By glibc's `malloc_trim`; other C libraries have none, and keep what they have."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
