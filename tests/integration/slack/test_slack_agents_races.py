"""Several hands at one conversation: Slack and the console, two gateways, and processes that die."""

import asyncio
from uuid import uuid4

import pytest

from bot.channels.slack.agents.following import Following
from bot.channels.slack.agents.presence import SlackPresence
from bot.channels.slack.places import CHANNEL
from crm_store.domain.errors import AlreadyClaimed, KothaStoreError
from crm_store.domain.handling import Handling
from crm_store.domain.teams import Team, support_hours
from crm_store.use_cases import handling
from crm_store.use_cases.agent_accounts import keep_present, list_agent_accounts, set_team_channel
from crm_store.use_cases.agents import read_agent
from crm_store.use_cases.notes import add_note
from crm_store.use_cases.presence import expire_absent
from crm_store.use_cases.teams import add_team
from tests.agents import agent_says, make_agent
from tests.fakes.engine import FakeEngine, waiting_for
from tests.integration.conftest import eventually
from tests.integration.slack.agents import Desk, window


def following_of(desk: Desk) -> Following:
    """The gateway's loop over threads."""
    (found,) = [each for each in desk.office.slack_channel.companions if isinstance(each, Following)]
    return found


async def test_of_two_who_claim_at_once_one_wins_and_the_other_learns_who(desk: Desk) -> None:
    await desk.ask()
    karim = await desk.new_colleague("karim")
    await asyncio.gather(desk.farhana.clicks(desk.card, "Claim"), karim.clicks(desk.card, "Claim"))
    await eventually(lambda: len(desk.told(desk.farhana) + desk.told(karim)) == 1)
    (told,) = desk.told(desk.farhana) + desk.told(karim)
    winner = "Farhana" if (await desk.handled()).assignee_id == desk.agent.id else "Karim"
    assert told == f"{winner} was quicker and has this conversation."
    await eventually(lambda: f"*{winner}* has it" in desk.shown)


async def test_a_claim_in_the_console_is_seen_in_slack_and_the_other_way_round(desk: Desk) -> None:
    await desk.ask()
    store = desk.office.running.store
    colleague = await make_agent(store, "Nusrat")
    await handling.claim(store, desk.conversation, agent_id=colleague.id)
    await eventually(lambda: "*Nusrat* has it" in desk.shown)
    await window(desk, "Reply…")
    heard = await desk.farhana.submits({"The customer reads this": "Hello!"})
    assert heard.errors == {"text": "Nusrat has this conversation. Your words were not sent."}
    await handling.release(store, desk.conversation, agent_id=colleague.id)
    await eventually(lambda: "Waiting since" in desk.shown)
    await desk.farhana.clicks(desk.card, "Claim")
    with pytest.raises(AlreadyClaimed):
        await handling.claim(store, desk.conversation, agent_id=colleague.id)


async def test_what_the_console_writes_stands_in_the_thread_too(desk: Desk) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    store = desk.office.running.store
    await add_note(store, desk.conversation, agent_id=desk.agent.id, text="She is <kind>.")
    note = await desk.line("She is &lt;kind&gt;.")
    assert note.text == ":lock: *Note of Farhana*: She is &lt;kind&gt;."
    await agent_says(store, desk.conversation, desk.agent, "From the console.")
    sent = await desk.line("From the console.")
    await eventually(lambda: "hourglass_flowing_sand" in sent.reactions)
    assert note.reactions == {}


@pytest.mark.rules("G3")
async def test_no_bot_message_comes_after_a_claim_in_slack(desk: Desk, engine: FakeEngine) -> None:
    await desk.ask()
    release = asyncio.Event()
    engine.script.append(waiting_for(release))
    asked = len(engine.questions)
    await desk.customer.send(desk.token, "are you there?")
    await eventually(lambda: len(engine.questions) > asked)
    await desk.farhana.clicks(desk.card, "Claim")
    release.set()
    await desk.line("are you there?")
    await desk.says("! I am here.")
    events = await desk.customer.events(desk.token)
    claimed = next(n for n, event in enumerate(events) if "joined" in str(event["text"]))
    assert [event["author"] for event in events[claimed + 1 :]] == ["agent"]


@pytest.mark.rules("G1", "SL13")
async def test_a_crash_between_posting_and_remembering_repeats_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is away just after each kind of post; the lease is short, as if much time had passed."""
    broken: set[str] = set()

    def breaking(name: str, real: object) -> object:
        async def once(*given: object, **named: object) -> object:
            if name not in broken:
                broken.add(name)
                raise KothaStoreError(name)
            return await real(*given, **named)  # type: ignore[operator]  # one of the use cases below

        return once

    writing = "bot.channels.slack.agents.writing"
    monkeypatch.setattr("bot.channels.slack.agents.following.LEASE_SECONDS", 0.2)
    monkeypatch.setattr(f"{writing}.LEASE_SECONDS", 0.2)
    for name in ("keep_root", "keep_posted", "keep_note_line"):
        module = __import__(writing, fromlist=[name])
        monkeypatch.setattr(f"{writing}.{name}", breaking(name, getattr(module, name)))
    await desk.ask()
    store = desk.office.running.store
    await desk.line("my parcel is")
    await handling.claim(store, desk.conversation, agent_id=desk.agent.id)
    await add_note(store, desk.conversation, agent_id=desk.agent.id, text="a note")
    await agent_says(store, desk.conversation, desk.agent, "a message")
    sent = await desk.line("a message")
    await eventually(lambda: "hourglass_flowing_sand" in sent.reactions)
    await eventually(lambda: broken == {"keep_root", "keep_posted", "keep_note_line"})
    await asyncio.sleep(0.6)  # time for a repeat that must not come
    assert len(desk.cards) == 1
    assert len(desk.lines) == len(set(desk.lines))
    assert sum("a note" in line for line in desk.lines) == 1


async def test_an_answer_of_slack_that_is_lost_repeats_nothing(desk: Desk) -> None:
    desk.office.slack.faults.drop_answer("chat.postMessage", times=2)
    await desk.ask()
    await desk.line("my parcel is")
    await eventually(lambda: "Waiting since" in desk.shown)
    await asyncio.sleep(0.5)
    assert len(desk.cards) == 1
    assert len(desk.lines) == len(set(desk.lines))


async def test_two_gateways_write_each_line_once(desk: Desk) -> None:
    ours = following_of(desk)
    second = Following(ours.store, ours.writer, ours.presence, ours.teams, ours.poll_seconds)
    await second.start()
    try:
        await desk.ask()
        await desk.farhana.clicks(desk.card, "Claim")
        for number in range(6):
            await desk.customer.send(desk.token, f"message {number}")
        await desk.line("message 5")
    finally:
        await second.stop()
    text = "\n".join(desk.lines)
    assert [text.count(f"message {number}") for number in range(6)] == [1] * 6
    assert len(desk.cards) == 1


async def test_a_claim_from_slack_lives_while_the_agent_does(desk: Desk) -> None:
    """No console is open: what they did last in Slack counts, then whether Slack says they are active."""
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    store, slack = desk.office.running.store, following_of(desk).presence
    assert (await read_agent(store, desk.agent.id)).present
    assert await expire_absent(store) == []
    gone = SlackPresence(store, slack.api, minutes=1e-9)  # whatever they did is long ago
    (account,) = await list_agent_accounts(store, desk.agent.id)
    assert await gone._is_active(account)
    desk.farhana.member.presence = "away"
    assert not await gone._is_active(account)
    await keep_present(store, account)
    assert account.channel == CHANNEL


async def test_a_second_request_gets_a_card_of_its_own(desk: Desk) -> None:
    first = await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    await window(desk, "Hand back…")
    await desk.farhana.submits({})
    await eventually(lambda: "The bot has it again" in desk.shown)
    await desk.ask()
    assert (await desk.handled()).assignee_id == desk.agent.id  # the last agent is there: theirs at once
    await eventually(lambda: "*Farhana* has it" in desk.shown)
    await eventually(lambda: "goes on in a newer thread" in first.text)
    assert [element["text"]["text"] for element in first.elements] == ["Open in console"]


async def test_stepping_in_again_from_the_card_goes_on_in_its_thread(desk: Desk) -> None:
    await desk.ask()
    await desk.farhana.clicks(desk.card, "Claim")
    await window(desk, "Hand back…")
    await desk.farhana.submits({})
    await eventually(lambda: "Step in" in desk.labels())
    await desk.farhana.clicks(desk.card, "Step in")
    assert (await desk.handled()).state is Handling.CLAIMED
    await desk.customer.send(desk.token, "one more thing")
    await desk.line("one more thing")
    assert len(desk.cards) == 1


async def test_passed_on_to_another_team_it_begins_anew_in_that_teams_channel(desk: Desk) -> None:
    first = await desk.ask()
    store, here = desk.office.running.store, desk.channel
    await desk.farhana.clicks(desk.card, "Claim")
    await desk.says("keep an eye on this")
    returns = Team(uuid4(), "returns", "Returns", "ফেরত", support_hours(), is_default=False)
    await add_team(store, returns)
    there = desk.office.slack.channel(desk.office.team, "returns", [desk.farhana], private=True)
    await set_team_channel(store, "slack", desk.office.team.id, there.id, team="returns", language="bn")
    desk.channel = there
    await handling.transfer_to_team(store, desk.conversation, agent_id=desk.agent.id, team_id=returns.id)
    await eventually(lambda: desk.cards != [])
    assert "থেকে অপেক্ষায়" in desk.shown
    assert "goes on in a newer thread" in first.text
    await desk.line("keep an eye on this")
    await desk.farhana.clicks(desk.card, "আমি নিচ্ছি")
    assert (await desk.handled()).assignee_id == desk.agent.id
    assert len([message for message in here.sent_by_bot if message.thread is None]) == 1
