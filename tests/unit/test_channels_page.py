"""docs/channels.md: what it says is done is named by a test of ours, and no rule is forgotten."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
RULE = re.compile(r"\b(?:CH|W|SL|TG)\d+\b")
# How many rules each family has; a new one goes onto the page.
FAMILIES = {"CH": 7, "W": 5, "SL": 13, "TG": 11}
RULES = {f"{family}{number + 1}" for family, most in FAMILIES.items() for number in range(most)}


def test_every_rule_of_the_platforms_is_on_the_page() -> None:
    assert set(RULE.findall(PAGE)) >= RULES


def test_every_rule_is_named_by_a_test_of_the_service() -> None:
    named = {
        rule
        for path in (ROOT / "tests").rglob("test_*.py")
        if "fakes" not in path.parts
        for marks in re.findall(r"rules\(([^)]*)\)", path.read_text(encoding="utf-8"))
        for rule in RULE.findall(marks)
    }
    assert RULES - named == set()


def test_every_line_says_done_to_do_or_why_not() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and "**" not in line]
    cells = [cell.strip() for line in lines[1:] for cell in line.strip("|").split("|")[1:]]
    unclear = [cell for cell in cells if not cell.startswith(("done", "to do", "exempt: "))]
    assert unclear == []
