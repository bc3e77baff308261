"""`python -m bot.doctor [--json] [--model FILE]`: examine the service; exit code 1 when something failed."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from bot.doctor.examination import examine
from bot.doctor.findings import Finding, Level, worst


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine and report; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.doctor", description="Looks at the whole service.")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--model", type=Path, help="the archive that today's training files give")
    options = parser.parse_args(arguments)
    with _no_logs():
        findings = asyncio.run(examine(model=options.model))
    sys.stdout.write(_as_json(findings) if options.json else _as_text(findings))
    return int(worst(findings) is Level.FAIL)


@contextmanager
def _no_logs() -> Iterator[None]:
    """The report is all there is to say; whoever called goes on to log."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _as_json(findings: Sequence[Finding]) -> str:
    level = worst(findings)
    report = {"level": level.word, "findings": [finding.as_json() for finding in findings]}
    return orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() + "\n"


def _as_text(findings: Sequence[Finding]) -> str:
    counts = [f"{sum(f.level is level for f in findings)} {level.word}" for level in Level]
    return "\n".join([*(finding.as_line() for finding in findings), ", ".join(counts)]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
