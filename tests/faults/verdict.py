"""What the judge says: counts, and every violation with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

KINDS = ("lost", "repeated", "out of order", "unanswered", "after a take-over")


@dataclass(frozen=True)
class Violation:
    """One broken promise."""

    kind: str
    customer: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.customer}: {self.what}"


@dataclass
class Verdict:
    """Of a whole run, or of one customer: they add up."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds from each acknowledgement to the first answer."""

    def add(self, other: Verdict) -> None:
        """Another customer's."""
        self.counts.update(other.counts)
        self.violations += other.violations
        self.waits += other.waits

    def of(self, kind: str) -> int:
        """How many violations of a kind."""
        return sum(violation.kind == kind for violation in self.violations)


def table(verdict: Verdict, facts: Iterable[tuple[str, object]] = ()) -> str:
    """For people."""
    rows = [*facts, *sorted(verdict.counts.items())]
    if verdict.waits:
        waits = sorted(verdict.waits)
        rows.append(("wait for the answer, median", f"{waits[len(waits) // 2]:.1f} s"))
        rows.append(("wait for the answer, p99", f"{waits[int(len(waits) * 0.99)]:.1f} s"))
        rows.append(("wait for the answer, longest", f"{waits[-1]:.1f} s"))
    rows += [(kind.upper(), verdict.of(kind)) for kind in KINDS]
    return "\n".join(f"{name:<44}{value!s:>14}" for name, value in rows)
