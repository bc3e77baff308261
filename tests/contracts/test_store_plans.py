"""The statements every message goes through find their rows through indexes, on both databases (G8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from crm_store.sql import SqlStore
from crm_store.sql.queries import facts
from crm_store.sql.queries import search_index as index_statements
from crm_store.sql.queries import transcripts as transcript_statements
from crm_store.sql.repositories import agent_messages as agent_message_statements
from crm_store.sql.repositories import agent_threads as thread_statements
from crm_store.sql.repositories import agents as agent_statements
from crm_store.sql.repositories import conversations as conversation_statements
from crm_store.sql.repositories import desk as desk_statements
from crm_store.sql.repositories import handling as handling_statements
from crm_store.sql.repositories import messages as message_statements
from crm_store.sql.repositories import outbox as outbox_statements
from crm_store.sql.repositories import people as people_statements
from crm_store.sql.repositories import platforms as platform_statements
from crm_store.sql.repositories import received as received_statements
from crm_store.sql.repositories import review as review_statements
from crm_store.sql.repositories import turns as turn_statements
from crm_store.sql.tables import audit_log, orders
from crm_store.use_cases.turns import commit_turn
from tests.contracts.conversing import answer, claim, make_visitor
from tests.contracts.plans import explain, is_scan, scans
from tests.contracts.telegraphing import make_person

HOT: dict[str, sa.ClauseElement] = {
    "number a message": message_statements._NUMBER,
    "find a repeated message": message_statements._ACCEPTED,
    "look up a click": message_statements._CHOICE,
    "read a transcript": message_statements._EVENTS,
    "lease whatever is due": turn_statements._lease(True),
    "lease one conversation": turn_statements._lease(False),
    "load a turn": turn_statements._LOAD,
    "read the facts": facts.QUERY,
    "lock a conversation": turn_statements._LOCK,
    "close a turn": turn_statements._close(False, False, True),
    "close a turn and go on": turn_statements._close(True, False, True),
    "postpone a turn": turn_statements._postpone(True),
    "find the message before": review_statements._BEFORE,
    "list the waiting": conversation_statements._WAITING,
    "lease the outbox": outbox_statements._lease(True),
    "load from the outbox": outbox_statements._LOAD,
    "find a conversation's seat": handling_statements._FIND,
    "find claims of the absent": handling_statements._ABSENT,
    "find what wakes": handling_statements._SNOOZED,
    "find what changed": handling_statements._CHANGED,
    "find what changed hands": handling_statements._CHANGED_HANDS,
    "find an agent": agent_statements._FIND,
    "answer as an agent": agent_message_statements._ANSWER,
    "note the first answer": agent_message_statements._FIRST_ANSWER,
    "find a session": people_statements._SESSION,
    "find the conversation of a place": conversation_statements._IN_PLACE,
    "number what nobody answers": message_statements._NUMBER_QUIETLY,
    "find the buttons shown last": message_statements._LAST_BUTTONS,
    "find what a customer refers to": received_statements._THEIRS,
    "find an edited message": received_statements._WHERE_IT_IS,
    "find the newest text of a message": received_statements._NEWEST,
    "count again what waits": received_statements._recount(drop_lease=False),
    "confirm a part": outbox_statements._CONFIRM_PART,
    "look at a stretch of the outbox": outbox_statements._STRETCH,
    "forget what arrived": outbox_statements._REMOVE_SENT,
    "give up on somebody": outbox_statements._GIVE_UP_ON,
    "read what was never sent": transcript_statements.WITHHELD,
    "find whose words changed": index_statements.CHANGED,
    "find threads to write": thread_statements._DUE,
}

_LINES = desk_statements.NEWEST


@pytest.mark.rules("G8")
@pytest.mark.parametrize("name", HOT)
async def test_hot_statements_read_no_whole_table(store: SqlStore, name: str) -> None:
    async with store.begin() as uow:
        assert scans(await explain(uow.connection, HOT[name])) == []


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (platform_statements._UNDELIVERED, "ix_outbox_undelivered"),
        (platform_statements._UNREADABLE, "ix_dead_letters_at"),
        (_LINES.where(audit_log.c.agent_id == sa.bindparam("agent")), "ix_audit_log_agent_id_id"),
        (_LINES.where(audit_log.c.kind == sa.bindparam("kind")), "ix_audit_log_kind_id"),
    ],
)
async def test_the_newest_of_a_kind_are_read_off_an_index(
    store: SqlStore, statement: sa.Select[Any], index: str
) -> None:
    """A page of them: the index has the page's order."""
    async with store.begin() as uow:
        plan = await explain(uow.connection, statement.limit(5), sorts=False)
    assert any(index in line for line in plan)
    assert not any("B-TREE" in line for line in plan)  # SQLite's word; PostgreSQL may sort a test's few rows


async def test_a_persons_conversation_is_sought_among_those_of_its_place_only(store: SqlStore) -> None:
    """A member of many groups has conversations in each."""
    async with store.begin() as uow:
        plan = await explain(uow.connection, HOT["find the conversation of a place"])
    assert any("ix_conversations_identity_id_place" in line for line in plan)
    assert not any("MULTI-INDEX" in line or "BitmapOr" in line for line in plan)


async def test_what_waits_is_found_through_its_own_small_index(store: SqlStore) -> None:
    async with store.begin() as uow:
        plan = await explain(uow.connection, HOT["lease whatever is due"])
    assert any("ix_conversations_turn_due_at" in line for line in plan)


async def test_requests_without_a_thread_are_sought_among_those_with_people(store: SqlStore) -> None:
    async with store.begin() as uow:
        plan = await explain(uow.connection, thread_statements._UNTHREADED, sorts=False)
    assert any("ix_conversations_changed" in line for line in plan)


async def test_a_statement_without_an_index_is_caught(store: SqlStore) -> None:
    unindexed = sa.select(orders.c.id).where(orders.c.total == sa.bindparam("total"))
    async with store.begin() as uow:
        plan = await explain(uow.connection, unindexed)
    assert any(is_scan(line) for line in plan)


@pytest.mark.rules("G8")
async def test_a_turn_takes_the_same_few_statements_however_long_the_conversation_is(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    counts = []
    for _ in range(3):
        with counted_statements(store) as statements:
            await visitor.write("where is my order?")
            await commit_turn(store, await claim(store), answer("On its way."), keep_lease=True)
        counts.append(len(statements))
    locks = 0 if store.engine.dialect.name == "sqlite" else 1  # the conversation, before its turn is closed
    assert counts == [8 + locks] * 3


@pytest.mark.rules("G8")
async def test_a_turn_on_a_platform_takes_the_same_few_statements_too(store: SqlStore) -> None:
    rahima = make_person(store)
    await rahima.write()
    await commit_turn(store, await claim(store), answer("Hello!"), keep_lease=False)
    with counted_statements(store) as received:
        await rahima.write("where is my order?")
    # The update, the person, their conversation, its number, the message.
    assert len(received) == 5
    with counted_statements(store) as answered:
        await commit_turn(store, await claim(store), answer("On its way."), keep_lease=True)
    locks = 0 if store.engine.dialect.name == "sqlite" else 1
    assert len(answered) == 7 + locks  # as on the web, and the outbox


@contextmanager
def counted_statements(store: SqlStore) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(store.engine, "before_cursor_execute", note)
