"""`python -m tests.fuzz --inputs 100000 --seed 7`: fails on any 5xx, broken socket or traceback."""

import argparse
import asyncio
import secrets
import sys
import time

from tests.fuzz.running import fuzz


def main() -> int:
    """Run and report; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="the same inputs again")
    given = parser.parse_args()
    sys.stdout.write(f"{given.inputs} inputs, seed {given.seed}\n")
    started = time.monotonic()
    judge = asyncio.run(fuzz(given.inputs, given.seed))
    sys.stdout.writelines(f"{line}\n" for line in judge.lines())
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")
    return 1 if judge.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
