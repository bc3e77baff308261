import asyncio
import sys
from pathlib import Path

import pytest

from tools import processes
from tools.processes import Child, Program


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.changed = asyncio.Condition()
        self.tellers: set[asyncio.Task[None]] = set()

    def __call__(self, name: str, line: str) -> None:
        self.lines.append(line)
        teller = asyncio.get_running_loop().create_task(self._tell())
        self.tellers.add(teller)
        teller.add_done_callback(self.tellers.discard)

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def wait_for(self, text: str, times: int = 1) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: sum(text in line for line in self.lines) >= times)


def child(tmp_path: Path, code: str, log: Log) -> Child:
    return Child(Program("worker", [sys.executable, "-uc", code], {}, tmp_path), log)


async def test_a_program_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FIRST_RESTART_SECONDS", 0.01)
    log = Log()
    worker = child(tmp_path, "print('hello'); raise SystemExit(1)", log)
    running = asyncio.create_task(worker.keep_running())
    await log.wait_for("hello", times=2)
    await worker.stop()
    await running


async def test_a_program_that_keeps_dying_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FIRST_RESTART_SECONDS", 0.01)
    monkeypatch.setattr(processes, "LONGEST_RESTART_SECONDS", 0.02)
    log = Log()
    await asyncio.wait_for(child(tmp_path, "raise SystemExit(1)", log).keep_running(), 30)
    assert "is not started again" in log.lines[-1]


async def test_a_program_that_was_well_for_long_is_started_again_as_quickly_as_the_first_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FIRST_RESTART_SECONDS", 0.1)
    monkeypatch.setattr(processes, "DEATHS_WINDOW_SECONDS", 0.0)
    log = Log()
    worker = child(tmp_path, "raise SystemExit(1)", log)
    running = asyncio.create_task(worker.keep_running())
    await log.wait_for("starting it again in 0.1 s", times=3)
    await worker.stop()
    await running


async def test_a_fatal_exit_is_not_tried_again(tmp_path: Path) -> None:
    log = Log()
    await asyncio.wait_for(child(tmp_path, "print('no model'); raise SystemExit(3)", log).keep_running(), 30)
    assert log.lines == ["no model", "ended with code 3 and is not started again"]


async def test_a_program_is_stopped_politely(tmp_path: Path) -> None:
    log = Log()
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('draining'), sys.exit(0)))\n"
        "print('up')\n"
        "time.sleep(60)"
    )
    worker = child(tmp_path, code, log)
    running = asyncio.create_task(worker.keep_running())
    await log.wait_for("up")
    await worker.stop()
    await running
    assert log.lines == ["up", "draining"]


async def test_a_program_that_does_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    log = Log()
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
    worker = child(tmp_path, code, log)
    running = asyncio.create_task(worker.keep_running())
    await log.wait_for("up")
    await worker.stop()
    await running
    assert "killed" in log.lines[-1]


async def test_a_line_too_long_to_show_does_not_block_the_program(tmp_path: Path) -> None:
    log = Log()
    code = f"print('x' * {2 * processes.LONGEST_LINE_BYTES}); print('still here'); raise SystemExit(3)"
    await asyncio.wait_for(child(tmp_path, code, log).keep_running(), 30)
    assert "still here" in log.lines
    assert any("was cut" in line for line in log.lines)


async def test_stopping_while_a_program_is_being_started_stops_it(tmp_path: Path) -> None:
    worker = child(tmp_path, "import time; time.sleep(60)", Log())
    running = asyncio.create_task(worker.keep_running())
    await asyncio.sleep(0)  # creating the process has begun, no more
    await worker.stop()
    await asyncio.wait_for(running, 20)
