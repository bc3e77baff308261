"""A command that is told to stop ends what it started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# A step that lasts, as training does; its process tells its number first.
STEP = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it
from tools import cli, progress
progress.LOG_FOLDER = Path(sys.argv[1])
child = "import os, time; print(os.getpid(), flush=True); time.sleep(300)"
work = lambda arguments: progress.Reporter(terminal=False).run(
    [sys.executable, "-c", child], doing="lasting", on_failure="Look."
)
cli.COMMANDS["last"] = work
sys.exit(cli.main(["last"]))
"""


def number_of_child(log: Path) -> int:
    """The process number that the step has written into its log."""
    for _ in range(1200):
        lines = log.read_text().split("\n") if log.exists() else []
        if numbers := [int(line) for line in lines if line.isdigit()]:
            return numbers[-1]
        time.sleep(0.05)
    raise AssertionError("the step has not begun")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_step_ends_with_its_command(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", STEP, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        child = number_of_child(tmp_path / "setup.log")
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing is half-done" in errors
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
