"""`make bench`: measure, print the tables, write them to benchmarks/results/.

Whatever is compared runs at once and takes turns on the processor: each cell is measured on one side, then
the other, several times over, so that a noisy machine disturbs both alike. `--parts` chooses what is
measured: throughput and length beside stock Rasa (the default), engines (two processes against one),
customers (how many are in the store), growth (a long
conversation beside a new one), sockets (idle widgets), startup, or all.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from benchmarks import (
    beside_stock,
    growth,
    idle_sockets,
    machine,
    many_customers,
    messages,
    several_engines,
    start_up,
)
from benchmarks.own_folder import own_folder
from benchmarks.report import Results, table, write

Part = Callable[[Results, argparse.Namespace, Path], Coroutine[None, None, None]]

BESIDE_STOCK = ("throughput", "length")  # one start of both services serves the two
ALONE: dict[str, Part] = {
    "engines": several_engines.measure,
    "customers": many_customers.measure,
    "growth": growth.measure,
    "sockets": idle_sockets.measure,
    "startup": start_up.measure,
}
ALL = (*BESIDE_STOCK, *ALONE)
# Short: the parts and customers of every day. A complete run says --parts all --concurrent 1,8,32,64
# --longest 10000.
CONCURRENT = [1, 8, 32]
LONGEST = 1000
CUSTOMERS = [1_000, 10_000, 100_000, 1_000_000]
SOCKETS = 5_000


def main() -> int:
    """Parse the command line and run."""
    options = parse(sys.argv[1:])
    results = Results(
        machine.describe(),
        {
            "seconds per cell": options.seconds,
            "rounds": options.rounds,
            "parts": ", ".join(options.parts),
            "wording": options.wording,
        },
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended politely, it leaves nothing behind
    try:
        with own_folder(keep=options.keep) as folder:
            asyncio.run(run(results, options, folder))
    except idle_sockets.TooFewFiles as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"\n{table(results)}\n\nwritten to {write(results, options.name).relative_to(Path.cwd())}")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What is measured, and how long."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--parts", type=parts, default=parts(",".join(BESIDE_STOCK)), help=", ".join(ALL))
    parser.add_argument("--seconds", type=float, default=10.0, help="window of one cell on one side")
    parser.add_argument("--rounds", type=int, default=3, help="how often each; the median counts")
    parser.add_argument("--concurrent", type=numbers, default=CONCURRENT, help="customers at once: 1,8,32,64")
    parser.add_argument(
        "--wording", choices=messages.WORDINGS, default=messages.PLAIN, help="what customers write"
    )
    parser.add_argument("--engines", type=int, default=0, help="Kotha's engines beside stock: one a core")
    parser.add_argument("--longest", type=int, default=LONGEST, help="longest conversation, to 10000")
    parser.add_argument("--customers", type=numbers, default=CUSTOMERS, help="in the store: 1000,10000")
    parser.add_argument("--sockets", type=int, default=SOCKETS, help="idle widgets")
    parser.add_argument("--name", default="bench", help="name of the result files")
    parser.add_argument("--keep", action="store_true", help="leave the stores and logs where they are")
    return parser.parse_args(arguments)


def parts(text: str) -> list[str]:
    """Names by commas, or `all`; in the order they are measured."""
    named = set(ALL) if text == "all" else {name.strip() for name in text.split(",")}
    if unknown := named - set(ALL):
        raise argparse.ArgumentTypeError(
            f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}"
        )
    return [name for name in ALL if name in named]


def numbers(text: str) -> list[int]:
    """Positive numbers by commas, each once, the smallest first."""
    found = sorted({int(number) for number in text.split(",")})
    if found[0] < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return found


async def run(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """The chosen parts, one after the other, each with services of its own."""
    if set(options.parts) & set(BESIDE_STOCK):
        await beside_stock.measure(results, options, folder / "beside-stock")
    for name, measure in ALONE.items():
        if name in options.parts:
            await measure(results, options, folder)


if __name__ == "__main__":
    sys.exit(main())
