"""The short form of `python -m tests.fuzz`: broken inputs at every surface, and nothing breaks."""

import pytest

from tests.fuzz.judging import is_bad
from tests.fuzz.running import fuzz

INPUTS, SEED = 400, 20_261_122


@pytest.mark.timeout(120)
@pytest.mark.rules("W3", "TG4", "CH7")
async def test_nothing_from_outside_breaks_the_gateway() -> None:
    judge = await fuzz(INPUTS, SEED)
    assert not judge.wrong, judge.wrong[:5]
    assert judge.answers.total() == INPUTS
    reached = {kind for kind, _ in judge.answers}
    assert {"web", "web.socket", "console.change", "console.read", "attachment", "telegram"} <= reached
    assert {"slack.events", "slack.interactivity", "slack.commands", "console.socket"} <= reached


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "request.defect", "level": "error", "error": "KeyError", "at": ["bot/x.py:1 f"]}',
        '{"event": "slack.poison", "level": "error"}',
        "Traceback (most recent call last):",
    ],
)
def test_a_defect_in_the_log_is_seen(line: str) -> None:
    assert is_bad(line)


def test_an_everyday_line_is_none() -> None:
    assert not is_bad('{"event": "delivery.sent", "level": "info", "channel": "slack"}')
