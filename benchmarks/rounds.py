"""Several sides, several rounds, each round in another order: a noisy minute hits no side twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

Side = TypeVar("Side")
Found = TypeVar("Found")


def rotated(sides: Sequence[Side], rounds: int) -> Iterator[list[Side]]:
    """The sides of each round: every round begins with the next."""
    for number in range(rounds):
        first = number % len(sides)
        yield [*sides[first:], *sides[:first]]


async def in_turn(
    sides: Sequence[Side], rounds: int, measure: Callable[[Side], Awaitable[Found]]
) -> dict[Side, list[Found]]:
    """What was found of each side, round by round."""
    found: dict[Side, list[Found]] = {side: [] for side in sides}
    for order in rotated(sides, rounds):
        for side in order:
            found[side].append(await measure(side))
    return found
