"""Say what is being done and how far it is, on a terminal and in a log alike."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOG_LINES_ON_FAILURE = 25
HEARTBEAT_SECONDS = 10.0  # without a terminal: a line this often shows that work goes on
POLL_SECONDS = 0.2
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # a line that only ends a colour says nothing

ROOT = Path(__file__).resolve().parent.parent
LOG_FOLDER = ROOT / "var" / "log"

OWN_CLONE = "Set-up needs a clone that this account may write to, and room on its disk."


class StepFailed(Exception):
    """A set-up step failed: the message says which and what to do; the log file holds the details."""


class Steps:
    """Numbered steps, each either skipped as up to date or run with its time shown."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0
        self.terminal = sys.stdout.isatty()

    def step(self, title: str, *, needed: bool, work: Callable[[Reporter], None]) -> None:
        """Run `work` when `needed`; print one line either way."""
        self.number += 1
        label = f"[{self.number}/{self.total}] {title}"
        if not needed:
            print(f"{label}: up to date", flush=True)
            return
        print(f"{label} …", flush=True)
        started = time.monotonic()
        work(Reporter(terminal=self.terminal))
        print(f"{label}: done in {time.monotonic() - started:.0f} s", flush=True)


class Reporter:
    """Runs the commands of one step, keeps their output in a log file and shows that they are alive."""

    def __init__(self, *, terminal: bool) -> None:
        self.terminal = terminal

    def run(
        self,
        command: Sequence[str | Path],
        *,
        doing: str,
        on_failure: str,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run `command`; raise StepFailed with `on_failure` (what to do) and the end of its output."""
        log = _log_file()
        with log.open("ab") as output:
            start = output.tell()
            output.write(f"\n$ {' '.join(str(part) for part in command)}\n".encode())
            output.flush()
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                code = self._wait(process, doing, log)
            except BaseException:
                process.kill()
                process.wait()
                raise
        if code != 0:
            raise StepFailed(
                f"{_tail(log, start)}\n{doing} failed. {on_failure} (full output: {log.relative_to(ROOT)})"
            )

    def _wait(self, process: subprocess.Popen[bytes], doing: str, log: Path) -> int:
        started = last_shown = time.monotonic()
        while (code := process.poll()) is None:
            time.sleep(POLL_SECONDS)
            now = time.monotonic()
            if self.terminal:
                print(f"\r    {doing}: {now - started:.0f} s  {_last_line(log)[:60]:<60}", end="", flush=True)
            elif now - last_shown >= HEARTBEAT_SECONDS:
                print(f"    {doing}: {now - started:.0f} s  {_last_line(log)[:100]}", flush=True)
                last_shown = now
        if self.terminal:
            print("\r" + " " * 110 + "\r", end="", flush=True)
        return code


def _log_file() -> Path:
    """The first thing a command writes: a clone of somebody else's shows here."""
    try:
        LOG_FOLDER.mkdir(parents=True, exist_ok=True)
        (LOG_FOLDER / "setup.log").touch()
    except OSError as problem:
        raise StepFailed(f"{LOG_FOLDER} cannot be written ({problem.strerror}). {OWN_CLONE}") from problem
    return LOG_FOLDER / "setup.log"


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 400))
        text = COLOURS.sub("", file.read().decode(errors="replace")).replace("\r", "\n")
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(f"    | {line}" for line in lines[-LOG_LINES_ON_FAILURE:])
