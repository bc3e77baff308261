"""The supervisors' board; on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.sql.elements import ClauseElement

from crm_store.domain.console_json import dump_json
from crm_store.domain.handling import HandBackOutcome
from crm_store.sql import SqlStore
from crm_store.sql.queries import board_statements as statements
from crm_store.sql.queries.board import SPAN
from crm_store.sql.tables import agent_presence, customers, handoffs, survey_responses
from crm_store.use_cases import handling
from crm_store.use_cases.board import read_board
from crm_store.use_cases.identifiers import new_id
from tests.agents import make_agent
from tests.contracts.conftest import Clock
from tests.contracts.plans import explain, is_scan
from tests.contracts.shop.talking import ask_for_person, forget_the_desk, set_columns, talk, write
from tests.contracts.shop.visitors import enter

TODAY = date(2026, 11, 21)
END = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def empty_desk(store: SqlStore) -> None:
    await forget_the_desk(store)


async def serve(store: SqlStore, clock: Clock, agent: UUID, *, waited: int, took: int) -> UUID:
    """A customer asks, an agent answers after `waited` seconds and gives back after `took` more."""
    conversation = await enter(store, None)
    await ask_for_person(store, conversation)
    clock.advance(waited)
    await handling.claim(store, conversation, agent_id=agent)
    await _first_answered(store, conversation, clock)
    clock.advance(took)
    await handling.hand_back(store, conversation, agent_id=agent, outcome=HandBackOutcome.SOLVED)
    return conversation


async def _first_answered(store: SqlStore, conversation: UUID, clock: Clock) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(
            handoffs.update()
            .where(handoffs.c.conversation_id == conversation)
            .values(first_answered_at=clock.time)
        )
        await uow.commit()


async def rate(store: SqlStore, agent: UUID | None, rating: int, clock: Clock) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(
            survey_responses.insert().values(
                id=new_id(),
                about="agent" if agent else "bot",
                agent_id=agent,
                rating=rating,
                answered_at=clock.time,
            )
        )
        await uow.commit()


async def test_the_figures_of_the_last_days(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    for waited, took in ((10, 100), (20, 200), (600, 900)):
        await serve(store, clock, agent.id, waited=waited, took=took)
    quiet = await enter(store, None)
    await talk(store, quiet, "hello", "greet")
    await rate(store, agent.id, 5, clock)
    await rate(store, agent.id, 4, clock)
    await rate(store, None, 3, clock)

    board = await read_board(store, days=3)

    totals = board.totals
    assert (totals.first_answer_s.p50, totals.first_answer_s.p90) == (20, 600)
    assert (totals.handling_s.p50, totals.handling_s.p90) == (200, 900)
    assert totals.handed_over == 3
    assert totals.conversations >= 4
    assert totals.answered_by_bot_share == round(1 - 3 / totals.conversations, 3)
    assert (totals.rating.bot, totals.rating.agent, totals.rating.answers) == (3.0, 4.5, 3)
    assert [day.day for day in board.series] == [TODAY - timedelta(days=ago) for ago in (2, 1, 0)]
    today = board.series[-1]
    assert (today.handed_over, today.first_answer_p50_s, today.rating_agent) == (3, 20, 4.5)
    assert [(each.reason, each.count) for each in board.reasons] == [("asked", 3)]
    [figures] = board.agents
    assert (figures.agent.id, figures.claimed, figures.handling_p50_s, figures.rating) == (
        agent.id,
        3,
        200,
        4.5,
    )
    assert len(board.by_hour) == 24
    assert sum(hour.queued for hour in board.by_hour) == 3


@pytest.mark.parametrize(("timezone", "hour"), [("Asia/Dhaka", 15), ("Asia/Kathmandu", 15), ("UTC", 9)])
async def test_hours_are_those_of_the_shops_clock(
    store: SqlStore, clock: Clock, timezone: str, hour: int
) -> None:
    """At half past nine in Greenwich it is a quarter past three in Kathmandu."""
    conversation = await enter(store, None)
    await talk(store, conversation, "hello", "greet")
    await ask_for_person(store, conversation)
    board = await read_board(store, days=1, timezone=timezone)
    assert [each.hour for each in board.by_hour if each.queued] == [hour]
    assert board.series[-1].handed_over == 1


async def test_the_board_shows_who_is_here_and_who_waits(store: SqlStore, clock: Clock) -> None:
    agent, _gone = await make_agent(store), await make_agent(store)
    async with store.begin() as uow:
        await uow.connection.execute(
            agent_presence.insert().values(
                connection_id=new_id(),
                agent_id=agent.id,
                node="n",
                opened_at=clock.time,
                last_seen=clock.time,
            )
        )
        await uow.commit()
    mine, waiting = await enter(store, None), await enter(store, None)
    await ask_for_person(store, mine)
    await handling.claim(store, mine, agent_id=agent.id)
    await ask_for_person(store, waiting)
    clock.advance(60)

    now = (await read_board(store)).now

    [present] = now.agents
    assert (present.agent.id, present.claimed, present.agent.status) == (agent.id, 1, "available")
    assert (now.queue, now.open, now.longest_wait_s) == (1, 1, 60)


async def test_topics_are_counted_with_their_share_of_people(store: SqlStore) -> None:
    for ref, asks in (("rahima", True), ("arif", False)):
        conversation = await enter(store, ref)
        await write(store, conversation, "where is it?")
        await set_columns(store, conversation, topic="track_order")
        if asks:
            await ask_for_person(store, conversation)
    [topic, *_] = (await read_board(store, days=1)).top_topics
    assert (topic.intent, topic.count, topic.handed_over) == ("track_order", 2, 1)


async def test_who_asks_for_a_person_twice_is_one_conversation_handed_over(
    store: SqlStore, clock: Clock
) -> None:
    agent = await make_agent(store)
    conversation = await serve(store, clock, agent.id, waited=10, took=100)
    await set_columns(store, conversation, topic="get_refund")
    clock.advance(60)
    await ask_for_person(store, conversation)
    board = await read_board(store, days=1)
    assert (board.totals.handed_over, board.series[-1].handed_over) == (1, 2)
    assert [(each.intent, each.handed_over) for each in board.top_topics] == [("get_refund", 1)]


async def test_a_month_is_put_together_without_losing_or_counting_twice(
    store: SqlStore, clock: Clock
) -> None:
    """It is counted span by span: each day's share, at the edges too, is in one of them."""
    agent = await make_agent(store)
    clock.time = (END - timedelta(days=30)).replace(hour=18, minute=0)  # midnight at the shop
    edges = (0.0, 1e-6, SPAN.total_seconds() - 1e-6, SPAN.total_seconds(), 4 * SPAN.total_seconds())
    begins = clock.time
    for edge in edges:
        clock.time = begins + timedelta(seconds=edge)
        conversation = await serve(store, clock, agent.id, waited=10, took=100)
        await set_columns(store, conversation, topic="get_refund")
        await rate(store, agent.id, 5, clock)
    clock.time = END
    board = await read_board(store, days=30)
    assert board.totals.handed_over == len(edges)
    assert sum(day.handed_over for day in board.series) == len(edges)
    assert sum(hour.queued for hour in board.by_hour) == len(edges)
    assert [(each.reason, each.count) for each in board.reasons] == [("asked", len(edges))]
    asked_for_a_person = [each for each in board.top_topics if each.handed_over]
    assert [(each.count, each.handed_over) for each in asked_for_a_person] == [(len(edges), len(edges))]
    [figures] = board.agents
    assert (figures.claimed, figures.handling_p50_s, figures.rating) == (len(edges), 100, 5)
    assert board.totals.rating.answers == len(edges)  # not those of the seed, which are about the shop


@pytest.mark.rules("G8")
async def test_turns_go_on_while_a_board_is_counted(store: SqlStore, clock: Clock) -> None:
    """SQLite counts in the loop's thread: no longer at a time than a few days take."""
    chances = 0

    async def wait_for_a_turn() -> None:
        nonlocal chances
        while True:
            await asyncio.sleep(0)
            chances += 1

    waiting = asyncio.create_task(wait_for_a_turn())
    await read_board(store, days=30)
    waiting.cancel()
    assert chances >= timedelta(days=30) / SPAN


@pytest.mark.rules("G7")
async def test_whoever_is_erased_is_in_no_figure(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    before = await read_board(store, days=7)
    conversation = await enter(store, "arif")
    await talk(store, conversation, "hello", "greet")
    await set_columns(store, conversation, topic="get_refund")
    await ask_for_person(store, conversation)
    await handling.claim(store, conversation, agent_id=agent.id)
    assert (await read_board(store, days=7)).totals.handed_over == before.totals.handed_over + 1
    async with store.begin() as uow:
        await uow.connection.execute(customers.delete().where(customers.c.external_ref == "arif"))
        await uow.commit()
    after = await read_board(store, days=7)
    assert (after.totals, after.top_topics, after.agents) == (before.totals, before.top_topics, before.agents)


async def test_an_empty_window_has_no_figures(store: SqlStore, clock: Clock) -> None:
    clock.advance(400 * 86400)
    board = await read_board(store, days=1)
    assert board.totals.answered_by_bot_share is None
    assert board.totals.first_answer_s.p50 is None
    assert [(day.conversations, day.rating_bot) for day in board.series] == [(0, None)]
    assert b'"first_answer_s":{"p50":null,"p90":null}' in dump_json(board)


@pytest.mark.rules("G8")
@pytest.mark.parametrize(
    "name",
    [
        "BEGUN",
        "RESOLVED",
        "ASKED",
        "REASONS",
        "TOPICS",
        "HANDED_OVER",
        "FIRST_ANSWER",
        "HANDLING",
        "RATINGS",
        "RATINGS_BY_AGENT",
        "CLAIMS",
    ],
)
async def test_the_board_reads_only_its_window(store: SqlStore, name: str) -> None:
    found: ClauseElement | statements.ByTime = getattr(statements, name)
    query = found.hour if isinstance(found, statements.ByTime) else found
    async with store.begin() as uow:
        plan = await explain(uow.connection, query)
    grow = ("conversations", "handoffs", "survey_responses")
    whole = [line for line in plan if is_scan(line) and any(f" {table}" in line for table in grow)]
    assert [line for line in whole if "USING" not in line] == []
