"""The transcript as agents read it; on both databases."""

from uuid import UUID

import pytest

from crm_store.domain.errors import UnknownConversation
from crm_store.sql import SqlStore
from crm_store.sql.tables import notes
from crm_store.use_cases import handling
from crm_store.use_cases.agent_messages import send_agent_message
from crm_store.use_cases.conversation_lists import (
    find_agent_event,
    list_agent_events,
    list_earlier_events,
)
from crm_store.use_cases.identifiers import new_id
from tests.agents import make_agent
from tests.contracts.shop.talking import set_columns, talk
from tests.contracts.shop.visitors import enter, nobody

MOOD = {"level": "unhappy", "score": -0.4, "because": "complaint"}


async def test_agents_see_what_was_understood_and_done(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    message = await talk(
        store,
        rahima,
        "where is KT-10234",
        "track_order",
        action="action_track_order",
        entities={"order_number": "KT-10234"},
        mood=MOOD,
    )

    written, answered = (await list_agent_events(store, rahima)).events

    assert written.understanding is not None
    assert (written.understanding.intent, written.understanding.confidence) == ("track_order", 0.9)
    assert [guess.intent for guess in written.understanding.alternatives] == ["greet"]
    assert written.understanding.entities[0]["value"] == "KT-10234"
    assert written.understanding.mood == MOOD
    assert written.actions == ("action_track_order", "action_listen")
    assert written.delivery is None
    assert (answered.in_reply_to, answered.understanding) == (message, None)
    assert answered.delivery is not None
    assert answered.delivery.status == "stored"
    await set_columns(store, rahima, customer_seen_seq=2)
    seen = await find_agent_event(store, rahima, answered.id)
    assert seen is not None
    assert seen.delivery is not None
    assert seen.delivery.status == "seen"


async def test_an_agents_message_says_whose_it_is(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    agent = await make_agent(store)
    await handling.claim(store, rahima, agent_id=agent.id)
    await send_agent_message(store, rahima, agent_id=agent.id, client_msg_id="one", text="Hello!")

    event = (await list_agent_events(store, rahima)).events[-1]

    assert event.agent is not None
    assert (event.author, event.agent.id, event.client_msg_id) == ("agent", agent.id, "one")


async def test_reading_back_and_on_meets_every_event_once(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    for number in range(5):
        await talk(store, rahima, f"message {number}", "greet")

    end = await list_earlier_events(store, rahima, before_seq=11, limit=4)
    middle = await list_earlier_events(store, rahima, before_seq=end.events[0].seq, limit=4)
    start = await list_earlier_events(store, rahima, before_seq=middle.events[0].seq, limit=4)
    onwards = await list_agent_events(store, rahima, after_seq=2, limit=3)

    assert [event.seq for part in (start, middle, end) for event in part.events] == list(range(1, 11))
    assert (end.has_earlier, middle.has_earlier, start.has_earlier) == (True, True, False)
    assert [event.seq for event in onwards.events] == [3, 4, 5]
    assert onwards.last_seq == 10


async def test_each_note_stands_on_one_page(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    for number in range(3):
        await talk(store, rahima, f"message {number}", "greet")
    agent = await make_agent(store)
    for seq in (0, 2, 4, 6):
        await _note(store, rahima, agent.id, seq)

    newest = await list_earlier_events(store, rahima, before_seq=7, limit=3)
    older = await list_earlier_events(store, rahima, before_seq=newest.events[0].seq, limit=3)
    reconnected = await list_agent_events(store, rahima, after_seq=6)

    assert [note.after_seq for note in newest.notes] == [4, 6]
    assert [note.after_seq for note in older.notes] == [0, 2]
    assert [note.after_seq for note in reconnected.notes] == [6]
    assert newest.notes[0].agent.id == agent.id


async def _note(store: SqlStore, conversation: UUID, agent: UUID, seq: int) -> None:
    async with store.begin() as uow:
        row = {"id": new_id(), "conversation_id": conversation, "agent_id": agent, "after_seq": seq}
        await uow.connection.execute(notes.insert().values(**row, at=uow.now, text=f"note {seq}"))
        await uow.commit()


async def test_an_unknown_conversation_has_no_transcript(store: SqlStore) -> None:
    with pytest.raises(UnknownConversation):
        await list_agent_events(store, nobody())
    with pytest.raises(UnknownConversation):
        await list_earlier_events(store, nobody(), before_seq=2**63)
    assert await find_agent_event(store, nobody(), nobody()) is None
