"""How well entities are found: precision, recall and F1 per entity (the rule is in docs/entities.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Entity = Mapping[str, Any]


@dataclass
class EntityScores:
    """Counts over any number of rows."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)

    def add(self, meant: Sequence[Entity], found: Iterable[Entity]) -> tuple[list[Entity], list[Entity]]:
        """Count one row; answers what was missed and what was invented in it."""
        missed, invented = list(meant), []
        for one in found:
            match = next((other for other in missed if is_same(other, one)), None)
            if match is None:
                invented.append(one)
            else:
                missed.remove(match)
                self.right[one["entity"]] += 1
        self.missed.update(one["entity"] for one in missed)
        self.invented.update(one["entity"] for one in invented)
        return missed, invented

    def f1(self, entity: str | None = None) -> float:
        """F1 of one entity, or over all of them (micro average); 1.0 where there was nothing to find."""
        right, wrong = _count(self.right, entity), _count(self.missed, entity) + _count(self.invented, entity)
        return 2 * right / (2 * right + wrong) if right + wrong else 1.0

    def by_entity(self) -> dict[str, float]:
        """F1 of each entity that was meant or found."""
        names = sorted({*self.right, *self.missed, *self.invented})
        return {name: round(self.f1(name), 4) for name in names}


def is_same(meant: Entity, found: Entity) -> bool:
    """Same name, overlapping places, and the same value unless the row leaves it open."""
    return bool(
        meant["entity"] == found["entity"]
        and meant["start"] < found["end"]
        and found["start"] < meant["end"]
        and (meant.get("value") is None or _comparable(meant["value"]) == _comparable(found["value"]))
    )


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _count(counts: Counter[str], entity: str | None) -> int:
    return sum(counts.values()) if entity is None else counts[entity]
