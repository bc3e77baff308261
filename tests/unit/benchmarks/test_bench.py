"""What `make bench` computes and how it is asked; no service is needed."""

from __future__ import annotations

import argparse
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import filled_store, growth, idle_sockets, many_customers, messages, several_engines, start_up
from benchmarks.__main__ import ALL, numbers, parse, parts
from benchmarks.beside_stock import lengths_up_to, loads
from benchmarks.load import Measured
from benchmarks.own_folder import own_folder
from benchmarks.processor_time import TURNS, UNDERSTANDING, Spent, value
from benchmarks.report import Results, Section, table
from benchmarks.rounds import in_turn, rotated


def make_spent(*, engine: float, gateway: float, understanding: float, turns: float) -> Spent:
    return Spent({"engine": engine, "gateway": gateway}, understanding, turns)


def make_cell(turns_per_second: float, *, p50: float = 10.0, p95: float = 20.0) -> Measured:
    return Measured(turns_per_second, p50, p95, 100)


def test_without_options_only_what_is_quick_is_measured() -> None:
    options = parse([])
    assert options.parts == ["throughput", "length"]
    assert max(options.concurrent) == 32
    assert options.longest == 1000


def test_parts_are_measured_in_one_order_whatever_was_typed() -> None:
    assert parts("sockets, throughput") == ["throughput", "sockets"]
    assert parts("all") == list(ALL)


def test_a_part_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"no such part: sokets; there are throughput"):
        parts("sokets")


def test_numbers_are_each_taken_once_from_the_smallest() -> None:
    assert numbers("64,1,8,8") == [1, 8, 64]
    with pytest.raises(argparse.ArgumentTypeError):
        numbers("0,1")


def test_custom_actions_are_measured_with_the_most_customers() -> None:
    assert [(name, count) for name, count, _ in loads([1, 64], "plain")] == [
        ("mixed, 1 concurrent", 1),
        ("mixed, 64 concurrent", 64),
        ("custom actions, 64 concurrent", 64),
    ]


def test_a_short_conversation_is_looked_at_at_its_end() -> None:
    assert lengths_up_to(1000) == [10, 100, 1000]
    assert lengths_up_to(10_000)[-1] == 10_000
    assert lengths_up_to(5) == [5]


def test_every_round_begins_with_another_side() -> None:
    assert list(rotated("abc", 4)) == [list("abc"), list("bca"), list("cab"), list("abc")]


async def test_each_side_is_measured_once_a_round() -> None:
    asked: list[str] = []

    async def measure(side: str) -> int:
        asked.append(side)
        return len(asked)

    assert await in_turn(["a", "b"], 2, measure) == {"a": [1, 4], "b": [2, 3]}


def test_understanding_is_a_share_of_all_processes_time() -> None:
    before = make_spent(engine=10.0, gateway=5.0, understanding=4.0, turns=100.0)
    after = make_spent(engine=12.0, gateway=6.0, understanding=5.5, turns=300.0)
    assert after.since(before).per_turn_ms() == pytest.approx(
        {
            "engine, ms": 10.0,
            "gateway, ms": 5.0,
            "together, ms": 15.0,
            "understanding, ms": 7.5,
            "understanding, %": 50.0,
        }
    )


def test_windows_add_up() -> None:
    window = make_spent(engine=1.0, gateway=0.5, understanding=0.25, turns=10.0)
    assert window.plus(window) == make_spent(engine=2.0, gateway=1.0, understanding=0.5, turns=20.0)


def test_a_window_without_turns_has_no_share() -> None:
    nothing = make_spent(engine=0.0, gateway=0.0, understanding=0.0, turns=0.0)
    assert nothing.per_turn_ms()["understanding, %"] == 0.0


def test_a_metric_is_read_by_its_whole_name() -> None:
    page = f"# TYPE {UNDERSTANDING} counter\n{UNDERSTANDING} 1.5\n{TURNS} 7\n"
    assert (value(page, UNDERSTANDING), value(page, TURNS), value(page, "kotha_engine")) == (1.5, 7.0, 0.0)


def test_two_engines_are_told_as_so_many_times_one() -> None:
    section = several_engines.compared(
        "engines", {1: make_cell(50.0), 2: make_cell(90.0)}, {1: 55.0, 2: 97.0}
    )
    assert section.rows["2"]["of one"] == pytest.approx(1.8)
    assert section.rows["2"]["machine busy, %"] == 97.0


def test_a_large_store_is_compared_with_the_smallest() -> None:
    cells = {1000: make_cell(50.0, p50=20.0, p95=40.0), 1_000_000: make_cell(45.0, p50=22.0, p95=60.0)}
    costs = {
        1000: make_spent(engine=1.0, gateway=1.0, understanding=0.5, turns=100.0),
        1_000_000: make_spent(engine=1.0, gateway=1.2, understanding=0.5, turns=100.0),
    }
    row = many_customers.compared(8, cells, costs).rows["1,000,000"]
    assert row["processor ms"] == pytest.approx(22.0)
    assert row["processor of the smallest"] == pytest.approx(1.1)
    assert row["of the smallest"] == pytest.approx(1.1)
    assert row["p95 of the smallest"] == pytest.approx(1.5)


def test_a_long_conversation_is_compared_with_a_new_one_of_the_same_moment() -> None:
    rows = growth.compared({10_000: {"long": (22.0, 10.5), "new": (20.0, 10.0)}}).rows
    assert rows["10,000"]["of the new one's"] == pytest.approx(1.1)
    assert rows["10,000"]["processor of the new one's"] == pytest.approx(1.05)


async def test_a_conversation_grows_to_a_length_and_no_further() -> None:
    said: list[str] = []

    async def ask(text: str) -> None:
        said.append(text)

    talk = growth.Talk(ask)
    await talk.grow(["a", "b"], 3)
    await talk.grow(["a", "b"], 3)
    assert (talk.length, said) == (3, ["a", "b", "a"])


def test_a_benchmarks_folder_is_gone_when_it_ends() -> None:
    with own_folder() as folder:
        (folder / "store").write_text("gigabytes")
    assert not folder.exists()


def test_a_benchmarks_folder_is_gone_when_it_is_stopped() -> None:
    with pytest.raises(KeyboardInterrupt), own_folder() as folder:
        raise KeyboardInterrupt
    assert not folder.exists()


@pytest.mark.parametrize("keep", [True, False])
def test_a_benchmarks_folder_stays_where_something_failed(
    keep: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="odd"), own_folder(keep=keep) as folder:
        raise ValueError("odd")
    assert folder.exists()
    assert str(folder) in capsys.readouterr().out
    folder.rmdir()


def test_a_benchmarks_folder_stays_where_that_was_asked_for() -> None:
    with own_folder(keep=True) as folder:
        pass
    assert folder.exists()
    folder.rmdir()


def test_a_widget_costs_what_the_gateway_grew_by() -> None:
    row = idle_sockets.compared(5000, 100e6, 200e6, 150e6).rows["5,000"]
    assert row["a widget, kB"] == pytest.approx(20.0)


def test_too_few_files_are_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1024, 4096))
    with pytest.raises(idle_sockets.TooFewFiles, match=r"allows 4096: --sockets 3896"):
        idle_sockets.allow_files(5000)


def test_the_limit_of_files_is_raised_where_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1024, 8192))
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limits: raised.append(limits))
    idle_sockets.allow_files(5000)
    assert raised == [(5000 + idle_sockets.SPARE_FILES, 8192)]


def test_a_start_is_the_middle_of_its_rounds() -> None:
    assert start_up.compared({"stock": [9.0, 7.0, 30.0]}).rows["stock"] == {
        "median, s": 9.0,
        "least, s": 7.0,
        "most, s": 30.0,
    }


def test_what_was_not_measured_has_no_table() -> None:
    section = Section("idle widgets", {"5,000": {"a widget, kB": 21.3, "before, MB": 1234.5}})
    page = table(Results({}, {}, sections=[section]))
    assert page.splitlines() == [
        "| idle widgets | a widget, kB | before, MB |",
        "|---|---|---|",
        "| 5,000 | 21.3 | 1,234 |",
    ]


def test_a_length_stock_was_not_driven_to_is_said_so() -> None:
    lengths = {"stock": {10: 20.0}, "kotha": {10: 20.0, 10_000: 21.0}}
    rows = table(Results({}, {}, lengths=lengths)).splitlines()[2:]
    assert rows == ["| 10 | 20.0 | 1.00x | 20.0 | 1.00x |", "| 10000 | not run |  | 21.0 | 1.05x |"]


async def test_a_store_is_filled_up_to_the_number_with_whole_customers(tmp_path: Path) -> None:
    template = await filled_store.demo_store(tmp_path / "template")
    store = filled_store.copy_of(template, tmp_path / "copy")
    filled_store.fill(store, 30)
    filled_store.fill(store, 100)
    with closing(sqlite3.connect(template)) as demo, closing(sqlite3.connect(store)) as full:
        assert [added(demo, full, table) for table in ("customers", "orders", "interactions")] == [
            100,
            200,
            1000,
        ]
        assert full.execute("PRAGMA foreign_key_check").fetchall() == []
        last = "SELECT external_ref FROM customers WHERE external_ref IS NOT NULL ORDER BY 1 DESC LIMIT 1"
        assert full.execute(last).fetchone() == ("~filled-99",)


def added(before: sqlite3.Connection, after: sqlite3.Connection, table: str) -> int:
    count = f"SELECT count(*) FROM {table}"  # noqa: S608  a name of this file
    return int(after.execute(count).fetchone()[0]) - int(before.execute(count).fetchone()[0])


def test_held_out_words_are_everybodys_own_and_the_same_in_every_run() -> None:
    mixed = messages.mixed_in("held-out")
    first, second = mixed(1), mixed(2)
    assert first == mixed(1)
    assert first != second
    assert set(first[::2]) == set(second[::2])
    assert set(first[1::2]) <= set(messages.held_out(messages.ACTION_INTENTS))


def test_there_are_far_more_held_out_words_than_plain_ones() -> None:
    assert messages.mixed_in("plain")(3) == messages.mixed(3)
    held_out = messages.held_out(messages.UNDERSTANDING_INTENTS | messages.ACTION_INTENTS)
    assert len(held_out) > 5 * len({*messages.mixed()})
