"""The plan of faults: the same for the same seed, fair to all processes."""

from __future__ import annotations

from collections import Counter

from tests.faults.plan import Choice, draw_plan

NODES = ["engine1", "actions", "gateway1"]
OTHERS = [Choice("stop", NODES, 1.0, 5.0), Choice("cut", ["gateway1"]), Choice("lock", [])]


def test_a_seed_gives_the_same_plan_again() -> None:
    first, second, other = (
        draw_plan(seed, messages=1_000, kills=20, nodes=NODES, others=OTHERS) for seed in (4, 4, 5)
    )
    assert first == second
    assert first != other


def test_every_process_is_killed_as_often_as_the_others() -> None:
    plan = draw_plan(1, messages=1_000, kills=30, nodes=NODES, others=OTHERS)
    assert Counter(fault.target for fault in plan if fault.what == "kill") == dict.fromkeys(NODES, 10)


def test_faults_come_in_order_and_within_the_run() -> None:
    plan = draw_plan(1, messages=1_000, kills=30, nodes=NODES, others=OTHERS)
    moments = [fault.after for fault in plan]
    assert moments == sorted(moments)
    assert moments[0] > 0
    assert moments[-1] < 1_000


def test_what_can_happen_to_nothing_is_never_drawn() -> None:
    plan = draw_plan(2, messages=1_000, kills=60, nodes=NODES, others=OTHERS)
    assert {fault.what for fault in plan} == {"kill", "stop", "cut"}
