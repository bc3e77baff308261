"""`make faults`: break the running service at random and judge what its customers got."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.agents import AgentStuck
from tests.faults.deployment import NeverReady
from tests.faults.judge import judge
from tests.faults.ledger import Entry, of_kind, read_ledger
from tests.faults.running import LEDGER, Run, Standstill, carry_out
from tests.faults.verdict import table
from tests.fixtures.service import missing_parts

SHOWN_VIOLATIONS = 30


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="draws the faults (%(default)s)")
    parser.add_argument("--messages", type=int, default=10_000, help="to be accepted (%(default)s)")
    parser.add_argument("--kills", type=int, default=100, help="kill -9 of any process (%(default)s)")
    parser.add_argument("--pace", type=float, default=10.0, help="messages a second (%(default)s)")
    parser.add_argument("--customers", type=int, default=12, help="at the widget (%(default)s)")
    parser.add_argument("--messengers", type=int, default=3, help="customers at each platform (%(default)s)")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--gateways", type=int, choices=[1, 2], default=1)
    parser.add_argument("--engines", type=int, choices=[1, 2, 3, 4], default=1)
    parser.add_argument("--only", nargs="*", default=[], help="of the other faults only these, as lock full")
    parser.add_argument("--folder", type=Path, help="for logs, store and ledger; default: a new one")
    parser.add_argument("--judge", type=Path, help="only judge the ledger of an earlier run")
    return parser.parse_args(arguments)


def say(line: str) -> None:
    """Progress."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def main() -> int:
    """Run, judge, print; 1 on any violation."""
    options = read_arguments()
    if options.judge:
        return report(read_ledger(options.judge))
    if missing := missing_parts():
        print(f"the service lacks {missing}: `make run` makes it")
        return 2
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kotha-faults-"))
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(
        seed=options.seed,
        messages=options.messages,
        kills=options.kills,
        folder=folder,
        pace=options.pace,
        customers=options.customers,
        messengers=options.messengers,
        gateways=options.gateways,
        engines=options.engines,
        store=options.store,
        only=frozenset(options.only),
    )
    say(
        f"seed {run.seed}: {run.messages} messages, {run.kills} kills, {run.store}, {run.gateways} gateway(s)"
    )
    return perform(run)


def perform(run: Run) -> int:
    """The run and its verdict; a run that broke off has none, for nobody read back what is kept."""
    code = 1
    # Ended politely, it leaves no disk and no server behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        asyncio.run(carry_out(run, say))
        code = report(read_ledger(run.folder / LEDGER))
    except* (NeverReady, Standstill, AgentStuck) as found:
        say(f"broke off: {type(found.exceptions[0]).__name__}: {found.exceptions[0]}")
    except* KeyboardInterrupt:
        say("broke off: stopped")
    say(f"seed {run.seed}, ledger: {run.folder / LEDGER}")
    return code


def report(entries: Sequence[Entry]) -> int:
    """The verdict table and the first violations; 1 when there are any."""
    verdict = judge(entries)
    faults = of_kind(entries, "fault")
    kills = sum(fault["what"] == "kill" for fault in faults)
    print(table(verdict, [("kills", kills), ("other faults", len(faults) - kills)]))
    for violation in verdict.violations[:SHOWN_VIOLATIONS]:
        print(violation)
    return int(bool(verdict.violations))


if __name__ == "__main__":
    sys.exit(main())
