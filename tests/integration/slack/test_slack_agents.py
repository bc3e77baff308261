"""Agents answer customers from the thread of a hand-over."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.channels.slack.client import SlackRefused
from crm_store.domain.handling import Handling
from crm_store.use_cases.agent_messages import mark_seen_by_customer
from crm_store.use_cases.colleagues import change_agent
from crm_store.use_cases.conversation_lists import list_agent_events
from tests.fakes.engine import FakeEngine
from tests.fakes.pictures import small_png
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


async def test_windows_answer_the_customer_and_keep_notes(desk: Desk) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    await (await window(desk, "Add note…")).submits({"Only colleagues see it": "called <her>"})
    note = await desk.line("called &lt;her&gt;")
    await (await window(desk, "Reply…")).submits({"The customer reads this": "We look & see."})
    sent = await desk.line("We look &amp; see.")
    assert await desk.heard() == ["We look & see."]
    await eventually(lambda: list(sent.reactions) == ["hourglass_flowing_sand"])
    assert note.reactions == {}


async def test_the_mark_follows_the_message_to_the_customer(desk: Desk) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    sent = await desk.says(">> I am looking into it.")
    await eventually(lambda: list(sent.reactions) == ["hourglass_flowing_sand"])
    seq = (await desk.handled()).last_seq
    await mark_seen_by_customer(desk.office.running.store, desk.conversation, seq=seq)
    await eventually(lambda: list(sent.reactions) == ["white_check_mark"])


async def test_a_customer_in_slack_is_answered_from_slack(desk: Desk, engine: FakeEngine) -> None:
    rahima = desk.office.rahima
    await rahima.says("I need somebody")
    await rahima.hears(1)
    desk.conversation = UUID(engine.questions[-1]["conversation"])
    await desk.ask()
    await desk.line("I need somebody")
    assert "rahima needs a person" in desk.shown
    await desk.farhana.clicks(desk.card, "Claim")
    sent = await desk.says("! Hello, I am here.")
    heard = await rahima.hears(3)
    assert heard[-1] == "*Farhana*\nHello, I am here."
    await eventually(lambda: list(sent.reactions) == ["white_check_mark"])


@pytest.mark.rules("G4", "SL5")
async def test_what_slack_brings_three_times_is_written_once(desk: Desk) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    desk.office.slack.courier.copies = 3
    await desk.says("a note")
    await desk.says("! a message for @kotha's customer")
    store = desk.office.running.store
    found = await list_agent_events(store, desk.conversation)
    assert [note.text for note in found.notes] == ["a note"]
    assert len(await desk.heard()) == 1


async def test_an_edit_in_the_thread_changes_what_the_customer_reads(desk: Desk) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    note = await desk.says("a remark")
    reply = await desk.says("! It comes tomorow.")
    await desk.farhana.edits(note, "another remark")
    await desk.farhana.edits(reply, "! It comes tomorrow.")
    await desk.office.slack.settled()
    found = await list_agent_events(desk.office.running.store, desk.conversation)
    written = [event for event in found.events if event.author == "agent"]
    assert [event.text for event in written] == ["It comes tomorow.", "It comes tomorrow."]
    assert written[1].replaces == written[0].id
    assert [note.text for note in found.notes] == ["another remark"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_how_far_a_correction_came_is_shown_on_it(
    desk: Desk, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    rahima = desk.office.rahima
    await rahima.says("I need somebody")
    await rahima.hears(1)
    desk.conversation = UUID(engine.questions[-1]["conversation"])
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    sent = await desk.says("! It comes tomorow.")
    await eventually(lambda: list(sent.reactions) == ["white_check_mark"])
    if not arrives:
        refuse_changes(desk, monkeypatch, channel=rahima.direct.id)
    await desk.farhana.edits(sent, "! It comes tomorrow.")
    changed = await desk.line("It comes tomorrow.")
    await eventually(lambda: list(changed.reactions) == ["white_check_mark" if arrives else "warning"])
    assert rahima.heard[-1] == f"*Farhana*\nIt comes {'tomorrow' if arrives else 'tomorow'}."


def refuse_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch, *, channel: str) -> None:
    """Slack lets nothing of ours be changed in this channel, nor anything be said anew."""
    api = desk.office.slack_channel.sending.api
    call = api.call

    async def refuse(team: str, method: str, **arguments: Any) -> Any:
        if method == "chat.update" and arguments["channel"] == channel:
            raise SlackRefused(method, "restricted_action")
        return await call(team, method, **arguments)

    monkeypatch.setattr(api, "call", refuse)


async def test_without_a_claim_nothing_reaches_the_customer(desk: Desk) -> None:
    await desk.ask()
    await desk.says("! hello")
    await eventually(lambda: desk.told(desk.farhana) != [])
    assert desk.told(desk.farhana) == ["Nobody has this conversation: claim it first. Nothing was sent."]
    await desk.says("but a note is fine")
    found = await list_agent_events(desk.office.running.store, desk.conversation)
    assert [note.text for note in found.notes] == ["but a note is fine"]
    assert await desk.heard() == []


@pytest.mark.rules("G5")
async def test_whoever_is_no_agent_changes_nothing_and_is_told_why(desk: Desk, engine: FakeEngine) -> None:
    await desk.ask()
    guest = desk.office.slack.person(desk.office.team, "guest")
    desk.channel.members[guest.id] = guest.member
    asked = len(engine.questions)
    await guest.clicks(desk.card, "Claim")
    await guest.clicks(desk.card, "Add note…")
    await desk.says("! hello from me", guest)
    await desk.says("and a note of @kotha", guest)
    await eventually(lambda: len(desk.told(guest)) == 4)
    assert all("I do not know you as one" in words for words in desk.told(guest))
    assert guest.modal is None
    assert (await desk.handled()).state is Handling.QUEUED
    found = await list_agent_events(desk.office.running.store, desk.conversation)
    assert (found.notes, await desk.heard(), len(engine.questions)) == ((), [], asked)


async def test_whoever_left_the_shop_is_no_agent_any_more(desk: Desk) -> None:
    await desk.ask()
    await change_agent(desk.office.running.store, desk.agent.id, {"active": False})
    await desk.farhana.clicks(desk.card, "Claim")
    assert (await desk.handled()).state is Handling.QUEUED


async def test_buttons_of_another_workspace_and_made_up_ones_do_nothing(desk: Desk) -> None:
    await desk.ask()
    button = {"type": "button", "action_id": "agents:claim", "block_id": "x"}
    for value in ("", "no id", str(uuid4()), str(desk.conversation)):
        heard = await desk.farhana.does(desk.card, {**button, "value": value})
        assert heard.taken
    elsewhere = desk.office.slack.workspace("Elsewhere")
    stranger = desk.office.slack.person(elsewhere, "stranger")
    room = desk.office.slack.channel(elsewhere, "room", [stranger], private=True)
    claim = next(each for each in desk.card.elements if each["action_id"] == "agents:claim")
    await stranger.does(await stranger.says("hello", room), {**button, "value": claim["value"]})
    assert (await desk.handled()).state is Handling.QUEUED


async def test_files_of_customers_are_named_and_stay_in_the_console(desk: Desk) -> None:
    await desk.ask()
    rahima = desk.office.rahima
    await rahima.sends_file(small_png(), "parcel.png", text="see")
    await rahima.hears(1)
    desk.conversation = UUID(desk.engine.questions[-1]["conversation"])
    await desk.ask()
    line = await desk.line("parcel.png")
    address = f"/console/inbox/all/{desk.conversation}|parcel.png>"
    assert ":paperclip: file(s) in the console: <http" in line.text
    assert address in line.text
    assert desk.office.slack.ledger.calls_of("files.getUploadURLExternal") == []
