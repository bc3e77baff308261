"""The service's processes: started, started again when they die, killed and stopped as the plan says."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tools.processes import Program, die_with_parent

RESTART_SECONDS = 0.3
STOP_SECONDS = 20.0


@dataclass
class Node:
    """One program that is always running, unless it was just killed."""

    program: Program
    log: Path
    starts: int = 0
    _process: asyncio.subprocess.Process | None = None
    _keeper: asyncio.Task[None] | None = None
    _stopping: bool = field(default=False)

    @property
    def name(self) -> str:
        """As the plan names it."""
        return self.program.name

    def start(self) -> None:
        """Run it from now on."""
        self._keeper = asyncio.create_task(self._keep_running(), name=self.name)

    def strike(self, number: signal.Signals) -> None:
        """Send it a signal; one that is just being started again has had its share."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def pause(self, seconds: float) -> None:
        """SIGSTOP, and go on after so long."""
        process = self._process
        self.strike(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """SIGTERM, then SIGKILL."""
        self._stopping = True
        if self._keeper is None:
            return
        self.strike(signal.SIGCONT)
        self.strike(signal.SIGTERM)
        done, _ = await asyncio.wait([self._keeper], timeout=STOP_SECONDS)
        if not done:
            self.strike(signal.SIGKILL)
            await self._keeper

    async def _keep_running(self) -> None:
        with self.log.open("ab") as log:
            while not self._is_stopping():
                self.starts += 1
                self._process = await asyncio.create_subprocess_exec(
                    *self.program.command,
                    cwd=self.program.cwd,
                    env={**_kept_environment(), **self.program.env},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=die_with_parent if sys.platform == "linux" else None,
                )
                if self._is_stopping():  # asked to stop while the process was being made
                    self.strike(signal.SIGTERM)
                await self._process.wait()
                await asyncio.sleep(0 if self._is_stopping() else RESTART_SECONDS)

    def _is_stopping(self) -> bool:
        return self._stopping


def _kept_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KOTHA_")}
