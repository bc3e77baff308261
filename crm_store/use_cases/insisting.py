"""Running a write again while somebody else was first."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from crm_store.domain.errors import ConflictingWrite

Answer = TypeVar("Answer")

CONFLICT_RETRIES: Final = 3  # copies of one event, or two of a new person, collide; the next look finds all


async def insist(write: Callable[[], Awaitable[Answer]]) -> Answer:
    """What `write` answers, tried a few times; its last ConflictingWrite is raised."""
    for _ in range(CONFLICT_RETRIES):
        try:
            return await write()
        except ConflictingWrite:
            continue
    return await write()
