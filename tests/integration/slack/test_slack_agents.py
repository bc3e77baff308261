"""Agents answer customers from the thread of a hand-over."""

import pytest

from crm_store.domain.handling import Handling
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import eventually
from tests.integration.slack.agents import Desk, window


async def test_a_request_for_a_person_is_a_card_with_the_talk_so_far_under_it(desk: Desk) -> None:
    await desk.ask()
    assert "A visitor needs a person" in desk.shown
    assert "Waiting since" in desk.shown
    assert desk.labels() == ["Claim", "Add note…", "Hand back…", "Resolve…", "Open in console"]
    said = await desk.line("my parcel is &lt;broken&gt;")
    assert "You said: my parcel is" in said.text


@pytest.mark.rules("G3")
async def test_the_whole_stretch_from_the_card_to_the_end(desk: Desk, engine: FakeEngine) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    assert (await desk.handled()).assignee_id == desk.agent.id
    await eventually(lambda: "*Farhana* has it" in desk.shown)
    asked = len(engine.questions)
    await desk.customer.send(desk.token, "hello? anybody?")
    await desk.line("hello? anybody?")
    note = await desk.says("her parcel was late before")
    reply = await desk.says("! I am sending you a new one today.")
    assert await desk.heard() == ["I am sending you a new one today."]
    await eventually(lambda: "hourglass_flowing_sand" in reply.reactions)
    assert note.reactions == {}
    assert len(engine.questions) == asked
    await window(desk, "Hand back…")
    await desk.farhana.submits({"outcome": "Solved", "What the bot should know": "a new parcel leaves today"})
    assert (await desk.handled()).state is Handling.BOT
    await eventually(lambda: "The bot has it again" in desk.shown)
    await desk.customer.send(desk.token, "thank you")
    await eventually(lambda: engine.asked[-1] == "thank you")
    assert engine.questions[-1]["facts"]["handed_back"]["summary"] == "a new parcel leaves today"
    await window(desk, "Resolve…")
    await desk.farhana.submits({})
    assert (await desk.handled()).state is Handling.RESOLVED
    await eventually(lambda: "Resolved" in desk.shown)
    assert desk.labels() == ["Open in console"]
