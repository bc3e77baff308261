"""What the soak computes from its figures, and how its customers keep to the clock; no service is needed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import memory_log, soak, soak_verdict
from benchmarks.memory_log import MB, Sample, program_of, rollup
from benchmarks.messages import HELD_OUT_FILE
from benchmarks.soak_customers import Counts, Permits
from benchmarks.soak_verdict import HOUR, TooShort, growth_of, judge, theil_sen

LOOK_SECONDS = 20


def make_samples(
    size_mb: Callable[[float], float], *, process: str = "gateway", hours: float = 1.0, pid: int = 7
) -> list[Sample]:
    """A look every 20 s; `size_mb` says what the process holds after so many hours."""
    return [
        Sample(
            at=at,
            process=process,
            pid=pid,
            rss=int(size_mb(at / HOUR) * MB),
            pss=0,
            private=int(size_mb(at / HOUR) * MB / 2),
            anonymous=0,
            files=30,
            threads=5,
        )
        for at in range(0, int(hours * HOUR), LOOK_SECONDS)
    ]


def make_counts(**changes: Any) -> dict[str, Any]:
    none: dict[str, Any] = {
        "visits": {"anonymous, short": 9},
        "sent": 100,
        "accepted": 100,
        "answered": 98,
        "unanswered": 0,
        "lost": 0,
        "reloads": 5,
        "trouble": {},
        "seconds": [0.1, 0.2, 0.3],
    }
    return {**none, **changes}


def write_run(folder: Path, samples: list[Sample], **counts: Any) -> Path:
    memory_log.append(folder / soak_verdict.MEMORY, samples)
    (folder / soak_verdict.COUNTS).write_text(json.dumps(make_counts(**counts)))
    (folder / soak_verdict.SETTINGS).write_text(json.dumps({"hours": 1.0}))
    return folder


def test_a_process_that_grows_is_told_in_megabytes_an_hour() -> None:
    growth = growth_of(make_samples(lambda hours: 100 + 3 * hours))
    assert growth.mb_an_hour == pytest.approx(3.0, abs=0.01)
    assert growth.by_least_squares == pytest.approx(3.0, abs=0.01)
    assert growth.private_an_hour == pytest.approx(1.5, abs=0.01)
    assert not growth.is_flat


def test_a_short_burst_is_no_growth() -> None:
    growth = growth_of(make_samples(lambda hours: 160 if 0.9 < hours < 0.95 else 100))
    assert growth.mb_an_hour == 0.0
    assert growth.by_least_squares > 1.0
    assert growth.most == 160.0
    assert growth.is_flat


def test_a_process_that_shrinks_is_flat() -> None:
    assert growth_of(make_samples(lambda hours: 100 - 5 * hours)).is_flat


def test_a_process_that_began_anew_proves_nothing() -> None:
    samples = make_samples(lambda _: 100) + make_samples(lambda _: 100, pid=8)
    growth = growth_of(samples)
    assert growth.restarts == 1
    assert not growth.is_flat


def test_two_looks_at_one_moment_have_no_slope() -> None:
    assert theil_sen([0.0, 0.0, 1.0], [1.0, 5.0, 3.0]) == pytest.approx(0.0)


def test_what_a_process_takes_while_it_warms_up_is_not_growth(tmp_path: Path) -> None:
    folder = write_run(tmp_path, make_samples(lambda hours: 100 + 200 * min(hours, 0.2)))
    assert judge(folder, warm_up=0.25).is_good
    assert not judge(folder, warm_up=0.0).growth["gateway"].by_least_squares < 1.0


def test_too_few_looks_are_said_to_be_too_few(tmp_path: Path) -> None:
    folder = write_run(tmp_path, make_samples(lambda _: 100, hours=0.03))
    with pytest.raises(TooShort, match="10 needed"):
        judge(folder, warm_up=0.25)


@pytest.mark.parametrize("forgotten", ["lost", "unanswered"])
def test_one_forgotten_message_breaks_the_promise(tmp_path: Path, forgotten: str) -> None:
    folder = write_run(tmp_path, make_samples(lambda _: 100), **{forgotten: 1})
    assert not judge(folder, warm_up=0.25).is_good


def test_every_process_is_judged_by_itself(tmp_path: Path) -> None:
    still, growing = (
        make_samples(lambda _: 100),
        make_samples(lambda hours: 100 + 2 * hours, process="actions"),
    )
    verdict = judge(write_run(tmp_path, still + growing), warm_up=0.25)
    assert {name: growth.is_flat for name, growth in verdict.growth.items()} == {
        "gateway": True,
        "actions": False,
    }
    assert not verdict.is_good


def test_the_page_says_whether_the_promise_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.report.RESULTS", tmp_path / "results")
    verdict = judge(write_run(tmp_path, make_samples(lambda _: 100)), warm_up=0.25)
    page = soak_verdict.write(verdict, "soak").read_text()
    assert page.startswith("# Hours at a steady rate")
    assert "nothing unanswered: kept" in page
    assert "| gateway | 0.00 |" in page


def test_messages_whose_answer_was_not_looked_for_are_not_counted_as_answered() -> None:
    assert soak_verdict.customers_row(make_counts())["not read back"] == 2


def test_samples_are_read_as_they_were_written(tmp_path: Path) -> None:
    samples = make_samples(lambda hours: 100 + hours, hours=0.1)
    memory_log.append(tmp_path / "memory.csv", samples[:5])
    memory_log.append(tmp_path / "memory.csv", samples[5:])
    assert memory_log.read(tmp_path / "memory.csv") == samples


def test_the_kernels_kibibytes_become_bytes() -> None:
    text = "55d0-7fff ---p 00000000 00:00 0   [rollup]\nRss:      12 kB\nPrivate_Dirty:   3 kB\n"
    assert rollup(text) == {"Rss": 12 * 1024, "Private_Dirty": 3 * 1024}


def test_programs_are_told_apart_by_their_command_lines() -> None:
    assert program_of(["python", "-m", "bot.engine.server", "--port", "1"]) == "engine"
    assert program_of(["python", "-m", "bot"]) == "gateway"
    assert program_of(["git", "status"]) == ""


async def test_permits_come_at_the_rate_and_end_with_the_time() -> None:
    permits = Permits(100.0, time.monotonic() + 0.2)
    await permits.hand_out()
    taken = 0
    while await permits.take():
        taken += 1
    assert 15 <= taken <= 20
    assert permits.is_over
    assert not await permits.take()


def test_counts_become_figures_json_can_hold() -> None:
    counts = Counts(sent=3, seconds=[0.1, 0.2, 0.3])
    counts.visits["anonymous, short"] += 1
    figures = json.loads(json.dumps(counts.figures()))
    assert figures["visits"] == {"anonymous, short": 1}
    assert figures["seconds"][0] == 0.2
    assert Counts().figures()["seconds"] == []


def test_nobody_of_a_soak_asks_to_be_erased() -> None:
    texts = soak.texts_of(soak.EVERYTHING)
    rows = [json.loads(line) for line in HELD_OUT_FILE.read_text(encoding="utf-8").splitlines()]
    assert len(texts) > 1000
    assert not set(texts) & {row["text"] for row in rows if row["intent"] == "delete_account"}


def test_two_hours_at_ten_a_second_are_what_is_asked_for() -> None:
    given = soak.parse([])
    assert (given.hours, given.rate, given.every) == (2.0, 10.0, 20.0)
