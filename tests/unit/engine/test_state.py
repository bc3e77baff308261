"""The state between turns: bounded, versioned, and as good as the whole conversation."""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from bot.engine.state import KEPT_TURNS, MAX_LOOK_BACK, MAX_STATE_BYTES
from tests.unit.engine.fake_actions import FakeActions, answering
from tests.unit.engine.tiny import Conversation, texts

Json = Any


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Counts the calls of Python functions in this thread."""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, argument: object) -> None:
        counted["calls"] += event == "call"

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(None)


def size(state: Json) -> int:
    return len(json.dumps(state, ensure_ascii=False).encode())


def users(state: Json) -> list[Json]:
    return [event for event in state["events"] if event["e"] == "user"]


async def test_form_goes_on_from_its_state(talk: Conversation) -> None:
    assert texts(await talk.say("cancel my order")) == ["Which order?"]
    assert texts(await talk.say("it is KT-10001")) == ["Why?"]
    assert texts(await talk.say("because it came late")) == ["Cancel KT-10001?"]
    assert texts(await talk.choose("affirm")) == ["Cancelled KT-10001: because it came late, True."]


async def test_refused_value_is_asked_for_again(talk: Conversation) -> None:
    await talk.say("cancel my order")
    assert texts(await talk.say("it is KT-20002")) == ["I know no order KT-20002.", "Which order?"]


async def test_form_survives_an_interruption(talk: Conversation) -> None:
    await talk.say("cancel my order")
    await talk.say("it is KT-10001")
    assert texts(await talk.say("what is the return policy")) == ["Thirty days.", "Why?"]
    assert texts(await talk.say("because it came late")) == ["Cancel KT-10001?"]


async def test_form_survives_many_interruptions_within_bounds(talk: Conversation) -> None:
    await talk.say("cancel my order")
    await talk.say("it is KT-10001")
    sizes = []
    for _ in range(150):
        assert texts(await talk.say("what is the return policy")) == ["Thirty days.", "Why?"]
        sizes.append(size(talk.state))
    assert max(sizes[60:]) <= 1.02 * max(sizes[:60])  # message ids get longer
    assert texts(await talk.say("because it came late")) == ["Cancel KT-10001?"]


async def test_two_stage_fallback_looks_back_through_its_messages(talk: Conversation) -> None:
    asked = await talk.say("order policy thanks stop")
    assert asked["actions"] == ["action_two_stage_fallback", "action_listen"]
    assert texts(await talk.choose("out_of_scope")) == ["Please say it in other words."]
    assert texts(await talk.say("order policy thanks stop"))[0].startswith("Did you mean")
    gave_up = await talk.choose("out_of_scope")
    assert texts(gave_up) == ["I could not follow."]


async def test_story_begins_anywhere(talk: Conversation) -> None:
    assert texts(await talk.say("red colour")) == ["Nice colour."]


async def test_story_remembers_the_message_before(talk: Conversation) -> None:
    await talk.say("well done")
    assert texts(await talk.say("red colour")) == ["A nice colour, and thank you again."]


async def test_story_reaches_past_turns_that_rules_made(talk: Conversation) -> None:
    await talk.say("well done")
    for _ in range(6):
        await talk.say("thank you")
    assert texts(await talk.say("red colour")) == ["A nice colour, and thank you again."]


@pytest.mark.rules("G8")
async def test_thousandth_turn_is_as_small_and_quick_as_the_tenth(talk: Conversation) -> None:
    lines = ["hello there", "thank you", "what is the return policy", "well done", "red colour"]
    sizes: list[int] = []
    calls: list[int] = []  # what a turn does, counted: seconds would tell how busy the machine is
    for turn in range(1000):
        with counted_calls() as counted:
            await talk.say(lines[turn % len(lines)])
        calls.append(counted["calls"])
        sizes.append(size(talk.state))

    assert max(sizes) <= 1.02 * max(sizes[:60])  # message ids get longer
    assert sum(calls[-100:]) <= 1.05 * sum(calls[30:130])
    assert texts(await talk.say("thank you")) == ["You are welcome."]


async def test_only_the_last_turns_are_kept_as_they_were(talk: Conversation) -> None:
    for _ in range(40):
        await talk.say("thank you")
    kept = [event["m"] for event in users(talk.state)]
    assert kept[-KEPT_TURNS:] == ["m-36", "m-37", "m-38", "m-39"]
    assert len(kept) <= KEPT_TURNS + MAX_LOOK_BACK


async def test_slots_outlive_the_turn_that_set_them(talk: Conversation) -> None:
    await talk.say("where is order KT-10001 now")
    for _ in range(30):
        await talk.say("thank you")
    assert texts(await talk.say("where is my order")) == ["Order KT-10001 is shipped."]


async def test_facts_are_not_kept(talk: Conversation) -> None:
    talk.facts.update(customer_name="Rahima", verified=True)
    await talk.say("hello there")
    assert "Rahima" not in json.dumps([event for event in talk.state["events"] if event["e"] == "slot"])
    talk.facts.update(customer_name=None)
    assert texts(await talk.say("hello there")) == ["Hello None"]


async def test_fallback_that_undoes_the_message_keeps_the_facts(talk: Conversation) -> None:
    talk.facts.update(customer_name="Rahima")
    await talk.choose("intent_of_an_older_model")
    assert texts(await talk.say("hello there")) == ["Hello Rahima"]


async def test_long_messages_stay_within_the_limit(talk: Conversation) -> None:
    for _ in range(8):
        await talk.say("hello " + "ক" * 3990)
        assert size(talk.state) <= MAX_STATE_BYTES


async def test_state_that_cannot_fit_is_dropped(talk: Conversation, action_server: FakeActions) -> None:
    flood = {"event": "slot", "name": "order_number", "value": "ক" * 12_000}
    action_server.misbehaviour["action_track_order"] = answering(
        {"events": [flood], "responses": [{"text": "here"}]}
    )
    answer = await talk.say("where is my order")
    assert texts(answer) == ["here"]
    assert answer["state"] is None
    assert texts(await talk.say("thank you")) == ["You are welcome."]


DAMAGES: dict[str, Json] = {
    "a text": "state",
    "a list": [],
    "empty": {},
    "other version": {"v": 99, "at": 0, "language": None, "events": []},
    "no events": {"v": 1, "at": 0, "language": None},
    "events a number": {"v": 1, "at": 0, "language": None, "events": 7},
    "event a text": {"v": 1, "at": 0, "language": None, "events": ["user"]},
    "unknown event": {"v": 1, "at": 0, "language": None, "events": [{"e": "explode"}]},
    "incomplete user": {"v": 1, "at": 0, "language": None, "events": [{"e": "user"}]},
    "entity without name": {
        "v": 1,
        "at": 0,
        "language": None,
        "events": [{"e": "user", "t": "a", "i": "b", "c": 1.0, "n": [{"value": 1}]}],
    },
    "slot name a list": {"v": 1, "at": 0, "language": None, "events": [{"e": "slot", "k": [], "v": 1}]},
    "time a text": {"v": 1, "at": "noon", "language": None, "events": []},
    "no time": {"v": 1, "language": None, "events": []},
    "action without name": {"v": 1, "at": 0, "language": None, "events": [{"e": "action", "a": None}]},
}


@pytest.mark.parametrize("damaged", DAMAGES.values(), ids=DAMAGES.keys())
async def test_damaged_state_begins_a_fresh_dialogue(talk: Conversation, damaged: Json) -> None:
    talk.facts["customer_name"] = "Rahima"
    talk.state = damaged
    assert texts(await talk.say("hello there")) == ["Hello Rahima"]


async def test_damaged_states_are_counted(talk: Conversation) -> None:
    async def count() -> int:
        async with talk.client.get("/metrics") as response:
            lines = (await response.text()).splitlines()
        [line] = [line for line in lines if line.startswith("kotha_engine_states_unreadable_total ")]
        return int(line.split()[1])

    before = await count()
    talk.state = {"v": 99}
    await talk.say("hello there")
    assert await count() == before + 1


async def test_slots_and_forms_of_an_older_model_are_forgotten(talk: Conversation) -> None:
    await talk.say("thank you")
    talk.state["events"] += [
        {"e": "slot", "k": "slot_of_an_older_model", "v": 1},
        {"e": "active_loop", "n": "form_of_an_older_model"},
    ]
    assert texts(await talk.say("hello there")) == ["Hello None"]


async def test_dialogue_starts_anew_after_a_long_silence(talk: Conversation) -> None:
    await talk.say("cancel my order")
    await talk.say("it is KT-10001")
    talk.state["at"] -= 61 * 60
    assert texts(await talk.say("because it came late")) != ["Cancel KT-10001?"]
    assert texts(await talk.say("where is my order")) == ["Order KT-10001 is shipped."]


async def test_state_is_left_alone_by_the_turn_that_reads_it(talk: Conversation) -> None:
    await talk.say("cancel my order")
    before = copy.deepcopy(talk.state)
    body = talk.body("it is KT-10001")
    await talk.post(body)
    assert body["state"] == before
