"""Prometheus metrics in the text format, without a client library: counters, one gauge, one histogram."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

# Seconds; a turn takes a few milliseconds, one with an action some ten, a struggling action server up to its
# time-out.
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

UNDERSTANDING = "kotha_engine_understanding_cpu_seconds_total"
HELP = {
    "kotha_engine_turns_total": "Turns by outcome: ok, bad_request, actions, engine.",
    "kotha_engine_states_unreadable_total": "Dialogue states that could not be read; a fresh dialogue began.",
    "kotha_engine_states_dropped_total": "Dialogue states that did not fit the limit and were dropped.",
}


class Metrics:
    """Counts of one process; used from one thread."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._understanding_seconds = 0.0
        self.turns_running = 0
        for name in HELP:
            if name != "kotha_engine_turns_total":
                self._counts[name, ""] = 0

    def count(self, name: str, outcome: str = "") -> None:
        """One more of `name`."""
        self._counts[name, f'{{outcome="{outcome}"}}' if outcome else ""] += 1

    def observe_turn(self, seconds: float) -> None:
        """A turn that was answered took this long."""
        self._buckets[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += seconds

    def observe_understanding(self, cpu_seconds: float) -> None:
        """Understanding some texts took this much of the processor."""
        self._understanding_seconds += cpu_seconds

    def text(self, *, ready: bool) -> str:
        """What `GET /metrics` answers."""
        lines = []
        for name, about in HELP.items():
            lines += [f"# HELP {name} {about}", f"# TYPE {name} counter"]
            lines += [
                f"{name}{labels} {count}"
                for (counted, labels), count in self._counts.items()
                if counted == name
            ]
        lines += self._histogram("kotha_engine_turn_seconds", "Time of an answered turn.")
        lines += [
            f"# HELP {UNDERSTANDING} Processor time of understanding texts.",
            f"# TYPE {UNDERSTANDING} counter",
            f"{UNDERSTANDING} {self._understanding_seconds:.6f}",
        ]
        lines += _gauge("kotha_engine_turns_running", "Turns in progress.", self.turns_running)
        lines += _gauge("kotha_engine_ready", "1 when turns are answered.", int(ready))
        return "\n".join(lines) + "\n"

    def _histogram(self, name: str, about: str) -> list[str]:
        lines, total = [f"# HELP {name} {about}", f"# TYPE {name} histogram"], 0
        for limit, count in zip((*map(str, BUCKETS), "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{limit}"}} {total}')
        return [*lines, f"{name}_sum {self._seconds:.6f}", f"{name}_count {total}"]


def _gauge(name: str, about: str, value: int) -> list[str]:
    return [f"# HELP {name} {about}", f"# TYPE {name} gauge", f"{name} {value}"]
