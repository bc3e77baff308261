"""Customers talk in Slack: direct messages, mentions, threads, edits, other people's talk."""

import asyncio
from uuid import UUID

import pytest

from bot.channels.slack.people import NOBODY
from bot.channels.slack.places import direct_place, sender_of
from crm_store.domain.agent_events import Quote
from crm_store.domain.conversations import ConversationEvent
from crm_store.use_cases.conversation_lists import list_agent_events
from crm_store.use_cases.conversations import list_events
from crm_store.use_cases.receiving import find_conversation
from tests.fakes.engine import FakeEngine, answer_of, answering, waiting_for
from tests.fakes.slack.people import Person
from tests.fakes.slack.server import FakeSlack
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office, OpenOffice


async def transcript(office: Office, person: Person) -> list[ConversationEvent]:
    """What agents see of somebody's direct message."""
    store = office.running.store
    sender = sender_of(office.team.id, person.id, NOBODY)
    conversation = await find_conversation(store, sender, direct_place(person.id))
    return await list_events(store, conversation, after_seq=0) if conversation else []


@pytest.mark.rules("SL4", "CH1")
async def test_a_direct_message_is_answered(office: Office) -> None:
    await office.rahima.says("আমার অর্ডার কোথায়?")
    assert await office.rahima.hears() == ["You said: আমার অর্ডার কোথায়?"]
    assert not office.slack.ledger.breaches


@pytest.mark.rules("SL5", "SL6")
async def test_a_mention_and_its_twin_are_one_turn_answered_in_the_thread(
    office: Office, engine: FakeEngine
) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    asked = await office.rahima.says("@kotha do you deliver to Sylhet?", help_channel)
    assert await office.rahima.hears(channel=help_channel) == ["You said: do you deliver to Sylhet?"]
    await office.slack.settled()
    assert engine.asked == ["do you deliver to Sylhet?"]
    assert help_channel.last.thread == asked.ts
    assert not office.slack.ledger.breaches


@pytest.mark.rules("CH6", "SL6")
async def test_a_thread_goes_on_without_calling_again(office: Office, engine: FakeEngine) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    asked = await office.rahima.says("@kotha hello", help_channel)
    await office.rahima.hears(1, channel=help_channel)
    await office.rahima.says("and to Khulna?", help_channel, thread=asked)
    assert (await office.rahima.hears(2, channel=help_channel))[-1] == "You said: and to Khulna?"
    assert {message.thread for message in help_channel.sent_by_bot} == {asked.ts}
    assert len({question["conversation"] for question in engine.questions}) == 1


@pytest.mark.rules("CH6")
async def test_a_public_place_is_told_to_the_engine_and_leads_to_the_direct_message(
    office: Office, engine: FakeEngine
) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    await eventually(lambda: office.slack_channel.workspaces.bot_users != {})
    await office.rahima.says("@kotha where is my order?", help_channel)
    await office.rahima.hears(1, channel=help_channel)
    facts = engine.questions[0]["facts"]
    assert (facts["place"], facts["channel"]) == ("public", "slack")
    (way_out,) = help_channel.last.elements
    assert way_out["url"] == f"slack://user?team={office.team.id}&id={office.team.bot.id}"
    heard = await office.rahima.clicks(help_channel.last, "Write to me privately")
    assert heard.taken  # Slack tells of clicks on links too
    await office.rahima.says("where is my order?")
    await office.rahima.hears(1)
    assert engine.questions[1]["facts"]["place"] == "private"
    assert office.rahima.direct.last.elements == []


@pytest.mark.rules("CH6")
async def test_each_person_in_a_thread_has_a_conversation_of_their_own(
    office: Office, engine: FakeEngine
) -> None:
    karim = office.slack.person(office.team, "karim")
    help_channel = office.slack.channel(office.team, "help", [office.rahima, karim])
    asked = await office.rahima.says("@kotha hello", help_channel)
    await office.rahima.hears(1, channel=help_channel)
    await karim.says("just between us", help_channel, thread=asked)
    await karim.says("@kotha me too", help_channel, thread=asked)
    await karim.hears(2, channel=help_channel)
    assert engine.asked == ["hello", "me too"]
    assert len({question["conversation"] for question in engine.questions}) == 2


async def test_what_people_say_to_one_another_is_not_kept(office: Office, engine: FakeEngine) -> None:
    karim = office.slack.person(office.team, "karim")
    help_channel = office.slack.channel(office.team, "help", [office.rahima, karim])
    first = await office.rahima.says("lunch?", help_channel)
    await karim.says("@rahima yes", help_channel, thread=first)
    await office.slack.settled()
    assert office.count("events_ignored", channel="slack", why="not_for_us") == 2
    assert office.count("messages_accepted", channel="slack") == 0
    assert engine.asked == []


@pytest.mark.rules("SL6")
async def test_joins_and_our_own_words_are_ignored(office: Office, engine: FakeEngine) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    await office.slack.person(office.team, "karim").joins(help_channel)
    await office.rahima.says("hello")
    await office.rahima.hears()
    await office.slack.settled()
    assert office.count("events_ignored", channel="slack", why="notice") == 1
    assert (
        office.count("events_ignored", channel="slack", why="bot") == 1
    )  # the answer comes back as an event
    assert engine.asked == ["hello"]


@pytest.mark.rules("SL6")
async def test_only_our_name_is_a_greeting(office: Office, engine: FakeEngine) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    await office.rahima.says("@kotha", help_channel)
    await office.rahima.hears(1, channel=help_channel)
    assert engine.questions[0]["choice"] == {"intent": "greet", "entities": {}}


@pytest.mark.rules("SL6")
async def test_a_thread_in_the_direct_message_is_answered_there(office: Office, engine: FakeEngine) -> None:
    first = await office.rahima.says("hello")
    await office.rahima.hears(1)
    await office.rahima.says("and this?", thread=first)
    await office.rahima.hears(2)
    assert [message.thread for message in office.rahima.direct.sent_by_bot] == [None, first.ts]
    assert len({question["conversation"] for question in engine.questions}) == 1


async def test_agents_see_under_what_a_thread_of_the_direct_message_stands(
    office: Office, engine: FakeEngine
) -> None:
    hello = await office.rahima.says("hello")
    await office.rahima.hears(1)
    await office.rahima.says("and this?", thread=hello)
    await office.rahima.hears(2)
    await office.rahima.says("why?", thread=office.rahima.direct.sent_by_bot[0])
    await office.rahima.hears(3)
    conversation = UUID(engine.questions[0]["conversation"])
    events = (await list_agent_events(office.running.store, conversation)).events
    quotes = {event.text: event.quote for event in events if event.author == "customer"}
    assert quotes == {
        "hello": None,
        "and this?": Quote("reply", ours=False, text="hello"),
        "why?": Quote("reply", ours=True, text="You said: hello"),
    }


@pytest.mark.rules("SL6")
async def test_an_unanswered_message_is_answered_as_edited(office: Office, engine: FakeEngine) -> None:
    go_on = asyncio.Event()
    engine.script.append(waiting_for(go_on))
    await office.rahima.says("first")
    await eventually(lambda: engine.asked == ["first"])
    second = await office.rahima.says("secnod")
    await office.slack.settled()
    await office.rahima.edits(second, "second")
    await office.slack.settled()
    go_on.set()
    assert await office.rahima.hears(2) == ["You said: first", "You said: second"]


@pytest.mark.rules("SL6")
async def test_an_answered_message_is_not_answered_again(office: Office, engine: FakeEngine) -> None:
    said = await office.rahima.says("where is it?")
    await office.rahima.hears()
    await office.rahima.edits(said, "where is my parcel?")
    await office.slack.settled()
    events = await transcript(office, office.rahima)
    assert [event.text for event in events if event.replaces] == ["where is my parcel?"]
    await office.rahima.says("thanks")
    await office.rahima.hears(2)
    assert engine.asked == ["where is it?", "thanks"]


@pytest.mark.rules("SL6", "CH2")
async def test_an_edit_that_overtakes_its_message_is_the_message(office: Office, engine: FakeEngine) -> None:
    office.slack.hold()
    said = await office.rahima.says("helo")
    await office.rahima.edits(said, "hello")
    office.slack.courier.waiting.reverse()
    edit, _message = office.slack.courier.waiting
    await office.slack.courier.attempt(edit)
    assert await office.rahima.hears() == ["You said: hello"]
    office.slack.courier.release()
    await office.slack.settled()
    await office.rahima.says("thanks")
    await office.rahima.hears(2)
    assert engine.asked == ["hello", "thanks"]


async def test_an_edit_of_what_we_never_knew_is_none_of_ours(office: Office, engine: FakeEngine) -> None:
    office.slack.hold()
    said = await office.rahima.says("from before the bot came")
    office.slack.courier.waiting.clear()
    office.slack.courier.held = False
    said.ts = "1500000000.000100"
    await office.rahima.edits(said, "changed")
    await office.slack.settled()
    assert office.count("events_ignored", channel="slack", why="not_for_us") == 1
    assert engine.asked == []


@pytest.mark.rules("SL6")
async def test_a_deleted_message_is_gone_for_agents(office: Office) -> None:
    said = await office.rahima.says("my card is 4111 1111 1111 1111")
    await office.rahima.hears()
    await office.rahima.deletes(said)
    await office.slack.settled()
    events = await transcript(office, office.rahima)
    assert not [event for event in events if event.author == "customer" and event.text]
    assert [event for event in events if event.deleted_at]


@pytest.mark.rules("SL10")
async def test_links_names_and_signs_are_read_as_written(office: Office, engine: FakeEngine) -> None:
    office.slack.person(office.team, "karim", real_name="Abdul Karim")
    await office.rahima.says("is 2 < 3 & https://shop.example/a?b=1&c=2 ok, @karim?")
    await office.rahima.hears()
    assert engine.asked == ["is 2 < 3 & https://shop.example/a?b=1&c=2 ok, @karim?"]


@pytest.mark.rules("SL10", "SL9")
async def test_answers_are_escaped_and_long_ones_come_in_parts(office: Office, engine: FakeEngine) -> None:
    long_answer = "Tom & Jerry <b>. " * 400
    engine.script.append(answering(answer_of(long_answer.strip())))
    await office.rahima.says("tell me everything")
    await eventually(
        lambda: sum(map(len, office.rahima.heard)) >= 400 * len("Tom &amp; Jerry &lt;b&gt;."), seconds=15
    )
    assert max(map(len, office.rahima.heard)) <= 3000
    assert "".join(office.rahima.heard).count("Tom &amp; Jerry &lt;b&gt;") == 400
    assert not office.slack.ledger.breaches


@pytest.mark.rules("CH4")
async def test_text_that_looks_like_a_command_is_text(office: Office, engine: FakeEngine) -> None:
    for text in ("/restart", '/greet{"order_number": "KT-1"}', "/kotha help"):
        await office.rahima.says(text)
    await office.rahima.hears(3)
    assert engine.asked == ["/restart", '/greet{"order_number": "KT-1"}', "/kotha help"]
    assert not [question for question in engine.questions if question["choice"]]


@pytest.mark.rules("CH5")
async def test_a_failing_engine_is_not_silence(office: Office, engine: FakeEngine) -> None:
    engine.script += [answering({}, status=500)] * 2
    await office.rahima.says("hello")
    assert "trouble" in (await office.rahima.hears())[0]
    await office.rahima.says("hello?")
    await eventually(lambda: any("colleague" in text for text in office.rahima.heard))


@pytest.mark.rules("CH3")
async def test_replies_keep_the_order_of_the_messages(office: Office, engine: FakeEngine) -> None:
    for number in range(4):
        await office.rahima.says(f"message {number}")
        await office.slack.settled()
    assert await office.rahima.hears(4, within=20) == [f"You said: message {number}" for number in range(4)]
    assert engine.overlaps == 0


async def test_people_are_known_by_their_names(office: Office) -> None:
    await office.rahima.says("hello")
    await office.rahima.hears()
    async with office.running.store.read() as uow:
        identity = await uow.identities.find("slack", office.team.id, f"user:{office.rahima.id}")
    assert identity is not None
    assert (identity.display_name, identity.username) == ("rahima", "rahima")


async def test_each_workspace_is_answered_with_its_own_token(
    open_office: OpenOffice, slack: FakeSlack, engine: FakeEngine
) -> None:
    other = slack.workspace("Another shop")
    karim = slack.person(other, "karim")
    async with open_office() as office:
        await office.rahima.says("hello")
        await karim.says("good morning")
        assert await office.rahima.hears() == ["You said: hello"]
        assert await karim.hears() == ["You said: good morning"]
        assert office.slack_channel.health().details == {"workspaces": [office.team.id, other.id]}


async def test_a_workspace_without_a_token_is_heard_all_the_same(office: Office, engine: FakeEngine) -> None:
    """What waits for it leaves once we have its token."""
    other = office.slack.workspace("Another shop")
    karim = office.slack.person(other, "karim")
    await karim.says("hello")
    await eventually(lambda: engine.asked == ["hello"])
    await office.slack.settled()
    await eventually(lambda: office.count("deliveries", channel="slack", outcome="postponed") >= 1)
    assert karim.heard == []
