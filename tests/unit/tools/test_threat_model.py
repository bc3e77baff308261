"""The threat model names code and tests that exist, so that it cannot go on saying what is gone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w./-]+\.(?:py|txt|md)(?:::\w+)?)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [STRIDE] \|", line)]


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_exists(named: str) -> None:
    path, _, test = named.partition("::")
    assert (ROOT / path).is_file(), f"{path} is gone: say what holds now"
    if test:
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{test} is gone from {path}"


@pytest.mark.parametrize("row", ROWS)
def test_every_threat_has_something_against_it_and_a_test(row: str) -> None:
    _, _, threat, against, held_by, _ = (cell.strip() for cell in row.split("|"))
    assert threat
    assert re.search(r"`[\w./-]+`", against), threat
    assert re.search(r"`tests/[\w/]+\.py(::\w+)?`", held_by), threat


def test_the_page_is_whole() -> None:
    assert len(ROWS) > 30
    for boundary in range(1, 9):
        assert f"### {boundary}. " in PAGE
