"""The agents' lists of conversations; on both databases."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from crm_store.domain.console_json import dump_json
from crm_store.domain.conversation_lists import Summary
from crm_store.domain.errors import BadCursor, UnknownConversation
from crm_store.domain.handling import HandBackOutcome, ResolveReason
from crm_store.sql import SqlStore
from crm_store.sql.queries.conversation_lists import COMMON_LABEL, COUNTS, page_query
from crm_store.sql.queries.conversation_rows import SUMMARIES
from crm_store.sql.tables import agent_presence, agent_watches, conversation_labels, conversations, labels
from crm_store.use_cases import handling
from crm_store.use_cases.agent_messages import send_agent_message
from crm_store.use_cases.conversation_lists import (
    Asker,
    ListFilter,
    View,
    count_conversations,
    find_summaries,
    list_conversations,
    read_conversation,
)
from crm_store.use_cases.identifiers import new_id
from tests.agents import make_agent
from tests.contracts.conftest import Clock
from tests.contracts.plans import explain, is_scan
from tests.contracts.shop.talking import ask_for_person, forget_the_desk, set_columns, talk, write
from tests.contracts.shop.visitors import enter, nobody


@pytest.fixture(autouse=True)
async def empty_desk(store: SqlStore) -> None:
    await forget_the_desk(store)


async def queue(store: SqlStore, clock: Clock, *refs: str | None) -> list[UUID]:
    """Conversations that ask for a person, a minute after one another."""
    waiting = []
    for ref in refs:
        clock.advance(60)
        waiting.append(await enter(store, ref))
        await ask_for_person(store, waiting[-1])
    return waiting


async def listed(store: SqlStore, view: View, **wanted: UUID) -> list[UUID]:
    page = await list_conversations(store, ListFilter(view, **{"agent_id": nobody(), **wanted}))
    return [summary.id for summary in page.items]


async def test_the_queue_is_in_the_order_of_urgency(store: SqlStore, clock: Clock) -> None:
    rahima, arif, john = await queue(store, clock, "rahima", "arif", "john")
    await set_columns(store, john, priority=0)
    assert await listed(store, View.QUEUE) == [john, rahima, arif]


async def test_pages_follow_one_another_without_gap_or_repeat(store: SqlStore, clock: Clock) -> None:
    waiting = await queue(store, clock, *[None] * 7)
    seen: list[UUID] = []
    cursor = None
    while True:
        page = await list_conversations(store, ListFilter(View.QUEUE, nobody()), cursor=cursor, limit=3)
        seen += [summary.id for summary in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == waiting


@pytest.mark.parametrize("view", [View.BOT, View.RESOLVED, View.ALL])
async def test_long_lists_are_paged_too(store: SqlStore, view: View) -> None:
    everything = await listed_through(store, view)
    assert len(everything) == len(set(everything))
    assert len(everything) == await _count(store, view)


async def listed_through(store: SqlStore, view: View) -> list[UUID]:
    seen: list[UUID] = []
    cursor = None
    for _ in range(50):
        page = await list_conversations(store, ListFilter(view, nobody()), cursor=cursor, limit=9)
        seen += [summary.id for summary in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen
    raise AssertionError("the list does not end")


async def _count(store: SqlStore, view: View) -> int:
    async with store.read() as uow:
        rows = (await uow.connection.execute(conversations.select())).all()
    return sum(view is View.ALL or row.state == view.value for row in rows)


@pytest.mark.parametrize("cursor", ["", "x", "bm9wZQ", "WyJxdWV1ZSJd", "💥"])
async def test_a_cursor_of_somewhere_else_is_refused(store: SqlStore, clock: Clock, cursor: str) -> None:
    await queue(store, clock, None, None)
    bots = await list_conversations(store, ListFilter(View.ALL, nobody()), limit=1)
    for foreign in filter(None, (cursor, bots.next_cursor)):
        with pytest.raises(BadCursor):
            await list_conversations(store, ListFilter(View.QUEUE, nobody()), cursor=foreign)


async def test_each_view_has_its_own(store: SqlStore, clock: Clock) -> None:
    claimed, snoozed, resolved, waiting = await queue(store, clock, "rahima", "arif", "john", "mitali")
    agent, other = await make_agent(store), await make_agent(store)
    await handling.claim(store, claimed, agent_id=agent.id)
    clock.advance(1)
    await handling.claim(store, snoozed, agent_id=other.id)
    await handling.resolve(store, resolved, agent_id=None, reason=ResolveReason.SOLVED)

    assert await listed(store, View.QUEUE) == [waiting]
    assert await listed(store, View.MINE, agent_id=agent.id) == [claimed]
    assert await listed(store, View.OPEN) == [snoozed, claimed]
    assert await listed(store, View.OPEN, assignee_id=other.id) == [snoozed]
    assert (await listed(store, View.RESOLVED))[0] == resolved
    assert resolved in await listed(store, View.ALL)
    counts = await count_conversations(store, agent.id)
    assert (counts.queue, counts.mine, counts.open, counts.snoozed) == (1, 1, 2, 0)


async def test_a_line_tells_what_an_agent_needs_to_choose(store: SqlStore, clock: Clock) -> None:
    arif = await enter(store, "arif")
    await talk(store, arif, "where is my refund?", "track_refund")
    await ask_for_person(store, arif)
    await set_columns(store, arif, mood="angry", mood_trend="worse")

    [line] = (await list_conversations(store, ListFilter(View.QUEUE, nobody()))).items

    assert (line.customer.name_bn, line.customer.tier, line.customer.verified) == (
        "আরিফ চৌধুরী",
        "platinum",
        True,
    )
    assert line.reason == "asked"
    assert line.wants is not None
    assert line.wants.en == "Asks where their refund is."
    assert line.mood is not None
    assert (line.mood.level, line.mood.trend, line.priority) == ("angry", "worse", "normal")
    assert line.last_message is not None
    assert (line.last_message.author, line.last_message.text) == ("bot", "Here you are.")
    assert line.unread == 2
    assert line.value is not None
    assert line.value.orders > 5
    assert line.value.lifetime > 0


async def test_an_anonymous_visitor_has_no_name_and_no_value(store: SqlStore, clock: Clock) -> None:
    await queue(store, clock, None)
    [line] = (await list_conversations(store, ListFilter(View.QUEUE, nobody()))).items
    assert (line.customer.id, line.customer.name, line.customer.verified, line.value) == (
        None,
        None,
        False,
        None,
    )


async def test_a_promise_that_was_not_kept_is_shown(store: SqlStore, clock: Clock) -> None:
    [waiting] = await queue(store, clock, "rahima")
    await set_columns(store, waiting, first_answer_due_at=clock.time + timedelta(minutes=5))
    assert await breached(store, waiting) == ("first_answer", False)
    clock.advance(301)
    assert await breached(store, waiting) == ("first_answer", True)


async def test_after_the_first_answer_the_next_one_is_timed(store: SqlStore, clock: Clock) -> None:
    [conversation] = await queue(store, clock, "rahima")
    agent = await make_agent(store)
    await handling.claim(store, conversation, agent_id=agent.id)
    await send_agent_message(
        store, conversation, agent_id=agent.id, client_msg_id=new_id().hex, text="Hello!"
    )
    await set_columns(store, conversation, first_answered_at=clock.time)
    assert (await find_summaries(store, [conversation]))[0].clock is None
    await write(store, conversation, "and?")
    assert await breached(store, conversation) == ("next_answer", False)
    clock.advance(601)
    assert await breached(store, conversation) == ("next_answer", True)


async def breached(store: SqlStore, conversation: UUID) -> tuple[str, bool]:
    [summary] = await find_summaries(store, [conversation])
    assert summary.clock is not None
    return summary.clock.kind, summary.clock.breached


async def test_labels_and_viewers_are_shown_and_filtered_by(store: SqlStore, clock: Clock) -> None:
    first, _ = await queue(store, clock, "rahima", "arif")
    agent = await make_agent(store)
    label = new_id()
    await _look_at(store, first, agent.id, label, clock)

    [line] = (await list_conversations(store, ListFilter(View.QUEUE, nobody(), label_id=label))).items

    assert line.id == first
    assert [each.name_bn for each in line.labels] == ["দেরি"]
    assert [viewer.id for viewer in line.viewers] == [agent.id]
    clock.advance(91)
    [line] = await find_summaries(store, [first])
    assert line.viewers == ()


async def _look_at(store: SqlStore, conversation: UUID, agent: UUID, label: UUID, clock: Clock) -> None:
    async with store.begin() as uow:
        run = uow.connection.execute
        await run(
            labels.insert().values(id=label, name="late", name_bn="দেরি", colour="red", created_at=clock.time)
        )
        await run(
            conversation_labels.insert().values(conversation_id=conversation, label_id=label, at=clock.time)
        )
        for _ in range(2):  # two tabs of the same agent
            tab = new_id()
            await run(
                agent_presence.insert().values(
                    connection_id=tab, agent_id=agent, node="n", opened_at=clock.time, last_seen=clock.time
                )
            )
            await run(agent_watches.insert().values(connection_id=tab, conversation_id=conversation))
        await uow.commit()


async def test_opening_a_conversation_brings_card_stretches_and_what_may_be_done(
    store: SqlStore, clock: Clock
) -> None:
    [conversation] = await queue(store, clock, "rahima")
    agent, other = await make_agent(store), await make_agent(store)

    waiting = await read_conversation(store, conversation, Asker(agent.id))
    await handling.claim(store, conversation, agent_id=agent.id)
    mine = await read_conversation(store, conversation, Asker(agent.id))
    theirs = await read_conversation(store, conversation, Asker(other.id))
    supervised = await read_conversation(store, conversation, Asker(other.id, assigns_others=True))
    await handling.hand_back(store, conversation, agent_id=agent.id, outcome=HandBackOutcome.SOLVED)
    back = await read_conversation(store, conversation, Asker(agent.id, writes=False))

    assert waiting.card is not None
    assert waiting.may[:2] == ("claim", "transfer")
    assert "send" in mine.may
    assert "send" not in theirs.may
    assert "transfer" not in theirs.may
    assert "transfer" in supervised.may
    assert back.may == ()
    [stretch] = back.handoffs
    assert (stretch.reason, stretch.outcome) == ("asked", "solved")
    assert stretch.agent is not None
    assert stretch.agent.id == agent.id


async def test_an_agent_may_wake_what_they_have_put_away(store: SqlStore, clock: Clock) -> None:
    [conversation] = await queue(store, clock, "rahima")
    agent, other = await make_agent(store), await make_agent(store)
    await handling.claim(store, conversation, agent_id=agent.id)
    until = clock.time + timedelta(hours=1)
    await handling.snooze(store, conversation, agent_id=agent.id, until=until)
    mine = await read_conversation(store, conversation, Asker(agent.id))
    theirs = await read_conversation(store, conversation, Asker(other.id, assigns_others=True))
    assert mine.may == ("claim", "release", "resolve", "note", "label")
    assert "claim" not in theirs.may


async def test_a_widget_that_was_only_opened_is_in_no_list(store: SqlStore) -> None:
    silent = await enter(store, None)
    spoken = await enter(store, None)
    before = await count_conversations(store, nobody())
    await talk(store, spoken, "hello", "greet")
    for view in (View.BOT, View.ALL):
        shown = await listed_through(store, view)
        assert spoken in shown
        assert silent not in shown
    assert (await count_conversations(store, nobody())).bot == before.bot + 1


@pytest.mark.parametrize("reopens", [False, True])
async def test_who_comes_unasked_keeps_what_it_is_about(store: SqlStore, reopens: bool) -> None:
    conversation = await enter(store, "rahima")
    await talk(
        store, conversation, "where is KT-10234?", "track_order", entities={"order_number": "KT-10234"}
    )
    agent = await make_agent(store)
    await handling.claim(store, conversation, agent_id=agent.id)
    if reopens:
        reason = ResolveReason.SOLVED
        await handling.resolve(store, conversation, agent_id=agent.id, reason=reason)
        await handling.reopen(store, conversation, agent_id=agent.id)
    [summary] = await find_summaries(store, [conversation])
    assert summary.reason == ("reopened" if reopens else "agent_stepped_in")
    assert summary.wants is not None
    assert "KT-10234" in summary.wants.en


async def test_nobody_opens_what_is_not_there(store: SqlStore) -> None:
    with pytest.raises(UnknownConversation):
        await read_conversation(store, nobody(), Asker(nobody()))
    assert await find_summaries(store, [nobody()]) == []


async def test_a_line_is_json_as_the_contract_says(store: SqlStore, clock: Clock) -> None:
    await queue(store, clock, "rahima")
    [line] = (await list_conversations(store, ListFilter(View.QUEUE, nobody()))).items
    shown = orjson.loads(dump_json(line))
    assert set(shown) == set(Summary.__slots__)
    assert shown["queued_at"].endswith("Z")
    assert shown["wants"].keys() == {"en", "bn"}


FILTERS = (
    frozenset[str](),
    frozenset({"team_id"}),
    frozenset({"assignee_id"}),
    frozenset({"label_id"}),
    frozenset({COMMON_LABEL}),
)


@pytest.mark.rules("G8")
@pytest.mark.parametrize("goes_on", [False, True])
@pytest.mark.parametrize("view", View)
async def test_no_list_reads_a_whole_table(store: SqlStore, view: View, goes_on: bool) -> None:
    for given in FILTERS:
        assert await whole_tables(store, page_query(view, given, goes_on, 30)) == []


@pytest.mark.rules("G8")
@pytest.mark.parametrize("query", [COUNTS, SUMMARIES.where(conversations.c.id == nobody())])
async def test_counting_and_finding_read_no_whole_table(store: SqlStore, query: sa.ClauseElement) -> None:
    assert await whole_tables(store, query) == []


async def whole_tables(store: SqlStore, query: sa.ClauseElement) -> list[str]:
    """Of the tables that grow, those that the query reads from end to end."""
    async with store.begin() as uow:
        plan = await explain(uow.connection, query)
    grow = ("conversations", "messages", "customers", "orders", "handoffs", "conversation_labels")
    read = [line for line in plan if is_scan(line) and "INDEX" not in line.upper()]
    return [line for line in read if any(f" {table}" in f"{line} " for table in grow)]
