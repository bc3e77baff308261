"""New ids, and the numbers customers see."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from uuid_utils.compat import uuid7

from crm_store.domain.errors import ConflictingWrite

# Six digits are easy to read out; with 100,000 numbers taken, one draw in nine is taken already.
NUMBER_DIGITS: Final = 6
# Twenty draws all taken by chance: never. It would mean that the numbers have run out.
DRAWS: Final = 20


def new_id() -> UUID:
    """A time-ordered id: new rows stay together in the index."""
    return uuid7()


async def draw_number(prefix: str, is_taken: Callable[[str], Awaitable[bool]]) -> str:
    """A free number such as "RT-482913". Drawn, not counted, so it does not tell how many there are."""
    lowest = 10 ** (NUMBER_DIGITS - 1)
    for _ in range(DRAWS):
        number = f"{prefix}-{lowest + secrets.randbelow(9 * lowest)}"
        if not await is_taken(number):
            return number
    raise ConflictingWrite(f"no free number found for {prefix}")
