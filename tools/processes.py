"""One supervised process: started, its lines passed on, restarted with back-off, stopped politely."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_RESTART_SECONDS = 0.5
LONGEST_RESTART_SECONDS = 10.0
# A process that dies this often within a minute will not get better by starting it once more.
DEATHS_TO_GIVE_UP = 5
DEATHS_WINDOW_SECONDS = 60.0
# The gateway finishes turns in flight within its own limit (KOTHA_DRAIN_SECONDS, 10 by default).
STOP_SECONDS = 15.0
LONGEST_LINE_BYTES = 1_048_576
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """What to start. `fatal_codes` are exit codes after which a restart cannot help."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    fatal_codes: frozenset[int] = frozenset({2, 3})


@dataclass
class Child:
    """A running program and what is remembered of its deaths."""

    program: Program
    say: Callable[[str, str], None]
    process: asyncio.subprocess.Process | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_TO_GIVE_UP))

    async def keep_running(self) -> None:
        """Start and restart until stopped; return when it will not run any more: the caller ends the rest."""
        delay = FIRST_RESTART_SECONDS
        while not self.stopping.is_set():
            started = time.monotonic()
            code = await self._run_once()
            if self.stopping.is_set():
                return
            if code in self.program.fatal_codes or self._dies_too_often():
                self.say(self.program.name, f"ended with code {code} and is not started again")
                return
            if time.monotonic() - started > DEATHS_WINDOW_SECONDS:  # it was well: this death is a new matter
                delay = FIRST_RESTART_SECONDS
            self.say(self.program.name, f"ended with code {code}; starting it again in {delay:.1f} s")
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_RESTART_SECONDS)

    def _dies_too_often(self) -> bool:
        self.deaths.append(time.monotonic())
        full = len(self.deaths) == DEATHS_TO_GIVE_UP
        return full and self.deaths[-1] - self.deaths[0] < DEATHS_WINDOW_SECONDS

    async def _run_once(self) -> int:
        self.process = await asyncio.create_subprocess_exec(
            *self.program.command,
            cwd=self.program.cwd,
            env={**os.environ, **self.program.env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE_BYTES,
            # Ctrl-C reaches only the supervisor, which stops the programs in the right order.
            start_new_session=True,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )
        assert self.process.stdout is not None  # noqa: S101  asked for above
        if self.stopping.is_set():  # asked to stop while the process was being made
            self.process.terminate()
        await self._pass_on(self.process.stdout)
        return await self.process.wait()

    async def _pass_on(self, output: asyncio.StreamReader) -> None:
        """Say every line. A line over the limit is cut: somebody must read on, or the program would block."""
        while not output.at_eof():
            try:
                line = await output.readline()
            except ValueError:
                self.say(self.program.name, f"(a line over {LONGEST_LINE_BYTES} bytes was cut)")
                continue
            if line:
                self.say(self.program.name, line.decode(errors="replace").rstrip())

    async def stop(self) -> None:
        """SIGTERM, then SIGKILL after STOP_SECONDS."""
        self.stopping.set()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.say(self.program.name, f"did not stop within {STOP_SECONDS:.0f} s: killed")
            self.process.kill()
            await self.process.wait()


def die_with_parent() -> None:
    """Between fork and exec: the program ends when whoever started it does."""
    # When the supervisor is killed outright nobody would stop the programs and free their ports.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
