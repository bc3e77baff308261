"""Carries out the plan: what each fault does to which part."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults.deployment import Deployment
from tests.faults.ledger import Ledger
from tests.faults.plan import Choice, Fault
from tests.faults.platforms import Platforms

POLL_SECONDS = 0.05
PLATFORMS = ("telegram", "slack")
PLATFORM_FAULTS = ("outage", "lose answers", "rate limit", "swallow")


def choices(deployment: Deployment, platforms: Platforms | None) -> list[Choice]:
    """What can happen to this deployment beside kills."""
    nodes = list(deployment.nodes)
    outer = [name for name in deployment.wires if name.startswith("gateway")]
    inner = [name for name in deployment.wires if name not in outer]
    answering = [name for name in inner if name != "store"]
    return [
        Choice("stop", nodes, 1.0, 10.0),
        Choice("restart", nodes),
        Choice("cut", [*outer, *inner]),
        Choice("refuse", [*outer, *inner], 0.5, 4.0),
        Choice("delay", [*outer, *inner], 2.0, 6.0),
        Choice("hang", [*outer, *inner], 1.0, 10.0),
        Choice("garble", answering, 0.5, 3.0),
        *(Choice(what, ["database"], 1.0, 12.0) for what in deployment.store.faults),
        *(Choice(what, PLATFORMS, 1.0, 6.0) for what in PLATFORM_FAULTS if platforms is not None),
    ]


@dataclass
class Striker:
    """Waits for each fault's moment, counted in accepted messages."""

    deployment: Deployment
    ledger: Ledger
    say: Callable[[str], None]
    platforms: Platforms | None = None
    _under_way: list[asyncio.Task[None]] = field(default_factory=list)

    async def carry_out(self, plan: Sequence[Fault]) -> None:
        """Every fault at its moment; returns when the last one is over."""
        for fault in plan:
            while self.ledger.accepted < fault.after:  # noqa: ASYNC110  many tasks raise it
                await asyncio.sleep(POLL_SECONDS)
            self.say(f"{self.ledger.accepted:>6} accepted: {fault}")
            self.ledger.note("fault", what=fault.what, target=fault.target, seconds=fault.seconds)
            self._under_way.append(asyncio.create_task(self._strike(fault)))
        await asyncio.gather(*self._under_way)
        self.ledger.note("faults_over")

    async def _strike(self, fault: Fault) -> None:
        if fault.target == "database":
            await self.deployment.store.strike(fault.what, fault.seconds)
        elif fault.target in PLATFORMS and self.platforms is not None:
            await self.platforms.strike(fault.what, fault.target, fault.seconds)
        elif fault.what in ("kill", "stop", "restart"):
            await self._strike_node(fault)
        else:
            await self._strike_wire(fault)
        self.ledger.note("fault_over", what=fault.what, target=fault.target)

    async def _strike_node(self, fault: Fault) -> None:
        node = self.deployment.nodes[fault.target]
        if fault.what == "kill":
            node.strike(signal.SIGKILL)
        elif fault.what == "restart":
            node.strike(signal.SIGTERM)
        else:
            await node.pause(fault.seconds)

    async def _strike_wire(self, fault: Fault) -> None:
        wire = self.deployment.wires[fault.target]
        if fault.what == "cut":
            wire.cut()
            return
        doing = {"refuse": wire.refuse, "delay": wire.delay, "hang": wire.hang, "garble": wire.garble}
        await doing[fault.what](fault.seconds)
