"""The short form of `make faults`: a fixed seed, about a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.judge import judge
from tests.faults.ledger import read_ledger
from tests.faults.running import Run, carry_out
from tests.faults.verdict import table
from tests.fixtures.service import missing_parts

SEED = 20
AGAIN = f"--seed {SEED} --messages 150 --kills 6 --pace 6 --customers 4 --messengers 1"

pytestmark = [pytest.mark.timeout(600), pytest.mark.rules("G1", "G2", "G3", "G4", "G6")]


async def test_nothing_is_lost_repeated_or_left_while_everything_breaks(tmp_path: Path) -> None:
    if missing := missing_parts():
        pytest.skip(f"the service lacks {missing}: run `make test KIND=faults`")
    run = Run(SEED, messages=150, kills=6, folder=tmp_path, pace=6.0, customers=4, messengers=1)
    print(f"the same again: make faults ARGS='{AGAIN}'")
    verdict = judge(read_ledger(await carry_out(run, print)))
    print(table(verdict))
    assert [str(violation) for violation in verdict.violations] == []
