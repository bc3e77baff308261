"""Numbers of returns and tickets are drawn until a free one is found."""

import re

import pytest

from crm_store.domain.errors import ConflictingWrite
from crm_store.use_cases.identifiers import DRAWS, draw_number


async def test_a_taken_number_is_drawn_again() -> None:
    asked: list[str] = []

    async def first_two_are_taken(number: str) -> bool:
        asked.append(number)
        return len(asked) < 3

    drawn = await draw_number("RT", first_two_are_taken)

    assert drawn == asked[-1]
    assert len(asked) == 3
    assert re.fullmatch(r"RT-[1-9][0-9]{5}", drawn)


async def test_when_every_number_is_taken_it_gives_up() -> None:
    asked: list[str] = []

    async def all_taken(number: str) -> bool:
        asked.append(number)
        return True

    with pytest.raises(ConflictingWrite):
        await draw_number("RT", all_taken)
    assert len(asked) == DRAWS
