"""What a turn costs the processor, process by process, and how much of it is understanding.

The processes' times are the kernel's (user and system). Understanding is the engine's own count of its
thread's processor time, `kotha_engine_understanding_cpu_seconds_total`, so waiting is in neither.
"""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from tests.fixtures.service import COMMANDS, Service

UNDERSTANDING = "kotha_engine_understanding_cpu_seconds_total"
TURNS = 'kotha_engine_turns_total{outcome="ok"}'
SCRAPE_SECONDS = 30.0


@dataclass(frozen=True)
class Spent:
    """Processor seconds by program, of which understanding, and turns answered, since the service began."""

    programs: Mapping[str, float]
    understanding: float
    turns: float

    def since(self, earlier: Spent) -> Spent:
        """What was spent between two looks."""
        programs = {name: seconds - earlier.programs[name] for name, seconds in self.programs.items()}
        return Spent(programs, self.understanding - earlier.understanding, self.turns - earlier.turns)

    def plus(self, other: Spent) -> Spent:
        """Of two windows."""
        programs = {name: seconds + other.programs[name] for name, seconds in self.programs.items()}
        return Spent(programs, self.understanding + other.understanding, self.turns + other.turns)

    def per_turn_ms(self) -> dict[str, float]:
        """Milliseconds of one turn by program, all together, understanding; and its share in percent."""
        total = sum(self.programs.values())
        turns = self.turns or 1.0
        return {
            **{f"{name}, ms": 1000 * seconds / turns for name, seconds in self.programs.items()},
            "together, ms": 1000 * total / turns,
            "understanding, ms": 1000 * self.understanding / turns,
            "understanding, %": 100 * self.understanding / total if total else 0.0,
        }


async def spent(service: Service) -> Spent:
    """A look at the running service."""
    return await asyncio.to_thread(_spent, service)


def _spent(service: Service) -> Spent:
    programs = {name: _seconds(service, name) for name in COMMANDS}
    pages = [_scrape(url) for url in service.engine_urls]
    return Spent(
        programs, sum(value(page, UNDERSTANDING) for page in pages), sum(value(page, TURNS) for page in pages)
    )


def _seconds(service: Service, name: str) -> float:
    times = [process.cpu_times() for process in service.processes_of(name)]
    return float(sum(each.user + each.system for each in times))


def _scrape(url: str) -> str:
    with urllib.request.urlopen(f"{url}/metrics", timeout=SCRAPE_SECONDS) as answer:
        return str(answer.read().decode())


def value(page: str, name: str) -> float:
    """One number of a page of metrics; 0 when nothing was counted yet."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else 0.0
