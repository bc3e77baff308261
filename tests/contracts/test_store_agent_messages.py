"""What agents write: to customers once and in order, to one another out of the customer's sight."""

import asyncio
from uuid import uuid4

import pytest

from crm_store.domain.conversations import Author
from crm_store.domain.errors import (
    NotAssignee,
    TooLateToEdit,
    UnknownConversation,
    UnknownLabel,
    UnknownMessage,
    UnknownNote,
)
from crm_store.domain.handling import Handling
from crm_store.sql import SqlStore
from crm_store.use_cases.agent_messages import (
    edit_agent_message,
    list_edits,
    mark_seen,
    mark_seen_by_customer,
    send_agent_message,
)
from crm_store.use_cases.conversations import backlog, read_progress
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.notes import add_label, add_note, delete_label, edit_note, label_conversation
from crm_store.use_cases.presence import list_changed, list_viewers, watch
from tests.agents import agent_says, make_agent
from tests.contracts.conftest import Clock
from tests.contracts.handing import arrive, bring


async def test_a_message_is_an_event_with_its_author(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    await agent_says(store, visitor.conversation_id, agent, "Let me see.")
    event = (await visitor.transcript())[-1]
    assert (event.author, event.text, event.replaces) == (Author.AGENT, "Let me see.", None)
    assert event.agent == agent.shown


async def test_sent_twice_it_is_stored_once(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    conversation, client_id = visitor.conversation_id, uuid4().hex
    first = await send_agent_message(
        store, conversation, agent_id=agent.id, client_msg_id=client_id, text="Hello"
    )
    again = await send_agent_message(
        store, conversation, agent_id=agent.id, client_msg_id=client_id, text="Hello"
    )
    assert (first.duplicate, again.duplicate) == (False, True)
    assert again.event == first.event
    assert (await visitor.texts()).count("Hello") == 1


async def test_sent_many_times_at_once_it_is_stored_once(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    client_id = uuid4().hex
    copies = (
        send_agent_message(
            store, visitor.conversation_id, agent_id=agent.id, client_msg_id=client_id, text="Hello"
        )
        for _ in range(8)
    )
    sent = await asyncio.gather(*copies)
    assert sorted(each.duplicate for each in sent) == [False] + [True] * 7
    assert len({each.event.id for each in sent}) == 1


@pytest.mark.parametrize("state", [each for each in Handling if each is not Handling.CLAIMED])
async def test_only_who_has_the_conversation_writes(store: SqlStore, state: Handling) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, state, agent)
    with pytest.raises(NotAssignee):
        await agent_says(store, visitor.conversation_id, agent, "Hello")


async def test_a_colleague_does_not_write_in_it(store: SqlStore) -> None:
    agent, colleague = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, agent)
    with pytest.raises(NotAssignee):
        await agent_says(store, visitor.conversation_id, colleague, "Hello")
    with pytest.raises(UnknownConversation):
        await agent_says(store, new_id(), agent, "Hello")


async def test_an_answer_ends_the_customers_wait(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    written = await visitor.write("are you there?")
    assert (await read_progress(store, visitor.conversation_id)).taken_up_seq < written.seq
    await agent_says(store, visitor.conversation_id, agent, "I am.")
    assert (await read_progress(store, visitor.conversation_id)).taken_up_seq == written.seq
    assert (await backlog(store)).waiting == 0


async def test_an_edit_is_an_event_in_the_others_place(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    conversation = visitor.conversation_id
    first = await agent_says(store, conversation, agent, "Tomorow")
    second = await edit_agent_message(store, conversation, first.id, agent_id=agent.id, text="Tomorrow")
    third = await edit_agent_message(store, conversation, second.id, agent_id=agent.id, text="Today")
    assert (second.replaces, third.replaces) == (first.id, first.id)
    assert [each.text for each in await list_edits(store, conversation, third.id)] == [
        "Tomorow",
        "Tomorrow",
        "Today",
    ]


async def test_after_a_quarter_of_an_hour_it_stays_as_it_is(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    sent = await agent_says(store, visitor.conversation_id, agent, "Tomorow")
    clock.advance(15 * 60 + 1)
    with pytest.raises(TooLateToEdit):
        await edit_agent_message(store, visitor.conversation_id, sent.id, agent_id=agent.id, text="Tomorrow")


async def test_nobody_edits_anothers_words(store: SqlStore) -> None:
    agent, colleague = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, agent)
    sent = await agent_says(store, visitor.conversation_id, agent, "Hello")
    customers = (await visitor.transcript())[0]
    for message, who in ((sent, colleague), (customers, agent)):
        with pytest.raises(UnknownMessage):
            await edit_agent_message(store, visitor.conversation_id, message.id, agent_id=who.id, text="Bye")


async def test_what_the_assignee_has_read_shows_as_read(store: SqlStore) -> None:
    agent, colleague = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, agent)
    written = await visitor.write("hello?")
    conversation = visitor.conversation_id
    assert not await mark_seen(store, conversation, agent_id=colleague.id, seq=written.seq)
    assert (await read_progress(store, conversation)).taken_up_seq < written.seq
    assert await mark_seen(store, conversation, agent_id=agent.id, seq=written.seq + 99)
    assert (await read_progress(store, conversation)).taken_up_seq == written.seq
    await mark_seen_by_customer(store, conversation, seq=2)


async def test_a_note_stands_under_the_newest_event_and_the_customer_sees_none(store: SqlStore) -> None:
    agent, colleague = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, agent)
    before = await visitor.transcript()
    note = await add_note(store, visitor.conversation_id, agent_id=colleague.id, text="Knows her rights")
    assert (note.after_seq, note.agent.name) == (before[-1].seq, "Tanvir")
    assert await visitor.transcript() == before
    edited = await edit_note(store, visitor.conversation_id, note.id, agent_id=colleague.id, text="Kind")
    assert (edited.text, edited.edited_at is not None) == ("Kind", True)
    with pytest.raises(UnknownNote):
        await edit_note(store, visitor.conversation_id, note.id, agent_id=agent.id, text="Mine")


async def test_labels_are_set_whole(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.QUEUED, agent)
    late = await add_label(store, name="late", name_bn="দেরি", colour="red")
    fraud = await add_label(store, name="fraud", name_bn="প্রতারণা", colour="grey")
    conversation = visitor.conversation_id
    assert await label_conversation(store, conversation, [late.id, fraud.id], agent_id=agent.id) == [
        fraud,
        late,
    ]
    assert await label_conversation(store, conversation, [late.id], agent_id=agent.id) == [late]
    await delete_label(store, late.id)
    with pytest.raises(UnknownLabel):
        await label_conversation(store, conversation, [late.id], agent_id=agent.id)
    assert await label_conversation(store, conversation, [], agent_id=agent.id) == []


async def test_consoles_find_what_changed_since_they_looked(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    clock.advance(60)
    assert await list_changed(store, since_seconds=30) == []
    await visitor.write("hello?")
    with_the_bot = await bring(store, Handling.BOT, agent)
    await with_the_bot.write("hello bot")  # nobody's list is touched by what the bot does
    [changed] = await list_changed(store, since_seconds=30)
    assert changed.conversation_id == visitor.conversation_id


async def test_who_is_looking_is_known_while_they_are_there(store: SqlStore, clock: Clock) -> None:
    agent, colleague = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, agent)
    await arrive(store, agent)
    connection = await arrive(store, colleague)
    await watch(store, connection_id=connection, conversation_ids=[visitor.conversation_id])
    assert [each.name for each in await list_viewers(store, visitor.conversation_id)] == ["Tanvir"]
    clock.advance(91)
    assert await list_viewers(store, visitor.conversation_id) == []
