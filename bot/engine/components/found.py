"""What the finders of entities answer, and how two of them agree on who keeps which characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Value = Any  # text, whole number, or a small mapping; docs/entities.md says which for each entity


@dataclass(frozen=True)
class Found:
    """`text[start:end]` of the normalised text is an `entity` that means `value`.

    `key` is the name a program knows it by, where the value does not say; one that is not `sure` gives way
    to whatever else was found at its place.
    """

    entity: str
    start: int
    end: int
    value: Value
    key: str | None = None
    sure: bool = True


def overlaps_any(found: Found, others: Iterable[Found]) -> bool:
    """Whether any of the others has a character of this one."""
    return any(found.start < other.end and other.start < found.end for other in others)


def first_come(candidates: Iterable[Found], taken: Sequence[Found] = ()) -> list[Found]:
    """The candidates, likelier ones first, without those that overlap an earlier or a `taken` one."""
    kept: list[Found] = []
    for found in candidates:
        if not overlaps_any(found, taken) and not overlaps_any(found, kept):
            kept.append(found)
    return kept
