"""Which fault happens when: drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Nothing happens to the first and the last twentieth of the messages: they show that the service was well.
CALM = 0.05
# Of two kills one other fault: stops, restarts, connections, the database.
OTHERS_PER_KILL = 0.5


@dataclass(frozen=True)
class Fault:
    """When so many messages are accepted, this happens to that for so long."""

    after: int
    what: str
    target: str
    seconds: float = 0.0

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.what} {self.target}{lasting}"


@dataclass(frozen=True)
class Choice:
    """A kind of fault: what it can happen to, and how long."""

    what: str
    targets: Sequence[str]
    shortest: float = 0.0
    longest: float = 0.0

    def draw(self, chance: random.Random, after: int) -> Fault:
        """One of them."""
        target = chance.choice(list(self.targets))
        return Fault(after, self.what, target, round(chance.uniform(self.shortest, self.longest), 1))


def draw_plan(
    seed: int, *, messages: int, kills: int, nodes: Sequence[str], others: Sequence[Choice]
) -> list[Fault]:
    """`kills` kills over all nodes and half as many other faults, in the order they happen."""
    chance = random.Random(seed)
    moments = [_moment(chance, messages) for _ in range(kills)]
    killing = [
        Fault(after, "kill", node) for after, node in zip(moments, _turns(nodes, chance), strict=False)
    ]
    usable = [choice for choice in others if choice.targets]
    other = [
        chance.choice(usable).draw(chance, _moment(chance, messages))
        for _ in range(round(kills * OTHERS_PER_KILL) if usable else 0)
    ]
    return sorted([*killing, *other], key=lambda fault: fault.after)


def _moment(chance: random.Random, messages: int) -> int:
    return int(messages * chance.uniform(CALM, 1 - CALM))


def _turns(nodes: Sequence[str], chance: random.Random) -> list[str]:
    """Every node as often as the others, in any order; enough of them for any run."""
    order: list[str] = []
    for _ in range(1_000):
        order += chance.sample(list(nodes), len(nodes))
    return order


def counts(plan: Sequence[Fault]) -> Mapping[str, int]:
    """How often each fault happens."""
    found: dict[str, int] = {}
    for fault in plan:
        found[f"{fault.what} {fault.target}"] = found.get(f"{fault.what} {fault.target}", 0) + 1
    return dict(sorted(found.items()))
