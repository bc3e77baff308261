"""Agents' accounts on platforms, and the threads in which teams follow hand-overs, on both databases."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from crm_store.domain.agent_threads import (
    CODE_LIFETIME,
    EARLIER_EVENTS,
    FOLLOWED_FOR,
    AgentThread,
    ThreadLine,
    ThreadWork,
)
from crm_store.domain.agents import Agent
from crm_store.domain.errors import LinkUnusable, NotLinked, TurnLost, UnknownAgent, UnknownTeam
from crm_store.domain.handling import HandBackOutcome
from crm_store.domain.teams import Team, support_hours
from crm_store.sql import SqlStore
from crm_store.sql.tables import agent_thread_lines, agent_threads, conversations
from crm_store.use_cases import handling
from crm_store.use_cases.agent_accounts import (
    access_account_agent,
    keep_present,
    link_agent,
    list_agent_accounts,
    list_present,
    list_team_channels,
    offer_agent_code,
    redeem_agent_code,
    remove_team_channel,
    set_team_channel,
    unlink_agent,
)
from crm_store.use_cases.agent_threads import (
    claim_thread,
    end_stretch,
    find_line,
    find_thread,
    finish_thread,
    follow_again,
    follow_message,
    give_thread_up,
    keep_posted,
    keep_root,
    keep_shown,
    list_unposted_notes,
    list_unsettled,
    mark_line,
    note_line,
    open_threads,
    postpone_thread,
    read_thread,
)
from crm_store.use_cases.agents import read_agent
from crm_store.use_cases.colleagues import change_agent
from crm_store.use_cases.notes import add_note
from crm_store.use_cases.presence import expire_absent
from crm_store.use_cases.teams import add_team, ensure_default_team
from tests.agents import agent_says, make_agent, take_over_by
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, make_visitor
from tests.contracts.handing import ask

SLACK = "slack"
TEAM = "T1"
USER = "U1"
LEASE = 60.0


async def waiting(store: SqlStore) -> Visitor:
    """A visitor for whom a person was asked; their team has a channel."""
    await ensure_default_team(store)
    await set_team_channel(store, SLACK, TEAM, "C1", language="bn")
    visitor = await make_visitor(store)
    await ask(store, visitor)
    return visitor


async def claimed(store: SqlStore) -> ThreadWork:
    """The thread that is due."""
    work = await claim_thread(store, SLACK, lease_seconds=LEASE)
    assert work is not None
    return work


async def opened(store: SqlStore) -> tuple[Visitor, ThreadWork]:
    """A waiting visitor whose thread has its card."""
    visitor = await waiting(store)
    assert await open_threads(store, SLACK, [TEAM]) == 1
    work = await claimed(store)
    handled = await handling.read_handling(store, visitor.conversation_id)
    await keep_root(store, work, "1.0", shown_epoch=handled.epoch)
    return visitor, work


async def done(store: SqlStore, work: ThreadWork, conversation: UUID) -> AgentThread:
    """Everything that was to be written is."""
    handled = await handling.read_handling(store, conversation)
    await keep_posted(store, work, handled.last_seq, None, lease_seconds=LEASE)
    await keep_shown(store, work, handled.epoch, is_over=False)
    await finish_thread(store, work, look_after=None)
    return await read_thread(store, work.thread.id)


async def give_back(store: SqlStore, conversation: UUID, agent: Agent) -> None:
    """The bot has it again."""
    outcome = HandBackOutcome.SOLVED
    await handling.hand_back(store, conversation, agent_id=agent.id, outcome=outcome)


# ---- accounts


async def test_a_code_is_good_once_for_ten_minutes(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    late = await offer_agent_code(store, agent.id)
    clock.advance(CODE_LIFETIME.total_seconds() + 1)
    with pytest.raises(LinkUnusable):
        await redeem_agent_code(store, SLACK, TEAM, USER, late.code)
    code = await offer_agent_code(store, agent.id)
    assert (await redeem_agent_code(store, SLACK, TEAM, USER, code.code)).id == agent.id
    with pytest.raises(LinkUnusable):
        await redeem_agent_code(store, SLACK, TEAM, "U2", code.code)


async def test_an_account_is_one_agents_until_somebody_says_otherwise(store: SqlStore) -> None:
    first, second = await make_agent(store), await make_agent(store)
    await link_agent(store, SLACK, TEAM, USER, agent_id=first.id)
    await link_agent(store, SLACK, TEAM, USER, agent_id=second.id)
    assert (await access_account_agent(store, SLACK, TEAM, USER)).id == second.id
    with pytest.raises(NotLinked):
        await unlink_agent(store, SLACK, TEAM, USER, only_of=first.id)
    await unlink_agent(store, SLACK, TEAM, USER, only_of=second.id)
    with pytest.raises(UnknownAgent):
        await access_account_agent(store, SLACK, TEAM, USER)


async def test_who_left_the_shop_has_no_account(store: SqlStore) -> None:
    agent = await make_agent(store)
    await link_agent(store, SLACK, TEAM, USER, agent_id=agent.id)
    await change_agent(store, agent.id, {"active": False})
    assert await list_agent_accounts(store) == []
    with pytest.raises(UnknownAgent):
        await access_account_agent(store, SLACK, TEAM, USER)


async def test_doing_something_is_being_there_for_a_while(store: SqlStore, clock: Clock) -> None:
    visitor = await waiting(store)
    agent = await make_agent(store)
    await link_agent(store, SLACK, TEAM, USER, agent_id=agent.id)
    await access_account_agent(store, SLACK, TEAM, USER)
    await take_over_by(store, visitor.conversation_id, agent)
    for _ in range(4):
        clock.advance(60)
        acted, _ = await list_present(store, SLACK, minutes=10)
        for account in acted:
            await keep_present(store, account)
        assert await expire_absent(store) == []
    assert (await read_agent(store, agent.id)).present
    clock.advance(600)
    acted, quiet = await list_present(store, SLACK, minutes=10)
    assert (acted, [each.agent_id for each in quiet]) == ([], [agent.id])
    assert [each.conversation_id for each in await expire_absent(store)] == [visitor.conversation_id]


# ---- threads


async def test_a_request_gets_one_thread_in_its_teams_channel(store: SqlStore) -> None:
    visitor = await waiting(store)
    assert await open_threads(store, SLACK, ["T9"]) is None
    assert await open_threads(store, SLACK, [TEAM]) == 1
    assert await open_threads(store, SLACK, [TEAM]) == 0
    thread = (await claimed(store)).thread
    assert (thread.conversation_id, thread.place, thread.language) == (visitor.conversation_id, "C1", "bn")
    handled = await handling.read_handling(store, visitor.conversation_id)
    assert thread.posted_seq == max(0, handled.last_seq - EARLIER_EVENTS)


async def test_a_team_without_a_channel_uses_the_default_teams(store: SqlStore) -> None:
    visitor = await waiting(store)
    agent = await make_agent(store)
    night = Team(uuid4(), "night", "Night", "রাত", support_hours(), is_default=False)
    await add_team(store, night)
    with pytest.raises(UnknownTeam):
        await set_team_channel(store, SLACK, TEAM, "C2", team="nobody")
    await handling.transfer_to_team(store, visitor.conversation_id, agent_id=agent.id, team_id=night.id)
    assert await open_threads(store, SLACK, [TEAM]) == 1
    assert (await claimed(store)).thread.place == "C1"


async def test_nobody_is_called_where_an_agent_came_unasked(store: SqlStore) -> None:
    await ensure_default_team(store)
    await set_team_channel(store, SLACK, TEAM, "C1")
    visitor, agent = await make_visitor(store), await make_agent(store)
    await visitor.write("hello")
    await take_over_by(store, visitor.conversation_id, agent)
    assert await open_threads(store, SLACK, [TEAM]) == 0


async def test_a_channel_that_was_taken_away_gets_nothing(store: SqlStore) -> None:
    await waiting(store)
    (found,) = await list_team_channels(store)
    await remove_team_channel(store, found.team_id)
    assert await open_threads(store, SLACK, [TEAM]) is None


async def test_a_thread_is_written_by_one_at_a_time_and_in_doubt_after_a_crash(
    store: SqlStore, clock: Clock
) -> None:
    _, work = await opened(store)
    assert not work.in_doubt
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None
    clock.advance(LEASE + 1)
    second = await claimed(store)
    assert second.in_doubt
    assert second.thread.root == "1.0"
    with pytest.raises(TurnLost):
        await keep_posted(store, work, 1, None, lease_seconds=LEASE)


async def test_a_thread_is_due_when_anything_is_new(store: SqlStore, clock: Clock) -> None:
    visitor, work = await opened(store)
    conversation = visitor.conversation_id
    agent = await make_agent(store)
    await done(store, work, conversation)
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None
    await visitor.write("hello?")
    await done(store, await claimed(store), conversation)
    await add_note(store, conversation, agent_id=agent.id, text="look")
    work = await claimed(store)
    (note,) = await list_unposted_notes(store, work.thread)
    async with store.begin() as uow:
        await uow.agent_threads.add_line(work.thread.id, ThreadLine("2.0", note_id=note.id), uow.now)
        await uow.commit()
    thread = await done(store, work, conversation)
    assert await list_unposted_notes(store, thread) == []
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None
    await take_over_by(store, conversation, agent)
    await done(store, await claimed(store), conversation)
    sent = await agent_says(store, conversation, agent, "hello")
    await follow_message(store, thread, "3.0", sent.id)
    work = await claimed(store)
    assert [line.line for line in await list_unsettled(store, thread)] == ["3.0"]
    await mark_line(store, thread, "3.0", "eyes", settled=True)
    await done(store, work, conversation)
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None
    clock.advance(FOLLOWED_FOR.total_seconds())
    await visitor.write("after a month")
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None


async def test_what_was_sent_while_a_thread_was_finished_is_followed(store: SqlStore) -> None:
    visitor, work = await opened(store)
    agent = await make_agent(store)
    await take_over_by(store, visitor.conversation_id, agent)
    sent = await agent_says(store, visitor.conversation_id, agent, "hello")
    await follow_message(store, work.thread, "3.0", sent.id)
    await done(store, work, visitor.conversation_id)
    assert (await claimed(store)).thread.id == work.thread.id


async def test_what_is_postponed_waits_its_time(store: SqlStore, clock: Clock) -> None:
    _, work = await opened(store)
    await postpone_thread(store, work, seconds=5, in_doubt=False)
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None
    clock.advance(5)
    again = await claimed(store)
    assert (again.in_doubt, again.thread.failures) == (False, 1)
    await postpone_thread(store, again, seconds=5, in_doubt=True)
    clock.advance(6)
    doubtful = await claimed(store)
    assert doubtful.in_doubt
    await give_thread_up(store, doubtful)
    clock.advance(LEASE)
    assert await claim_thread(store, SLACK, lease_seconds=LEASE) is None


async def test_a_line_is_one_note_however_often_it_comes(store: SqlStore) -> None:
    visitor, work = await opened(store)
    agent = await make_agent(store)
    note = await note_line(store, work.thread, "2.0", agent_id=agent.id, text="once")
    assert note is not None
    assert await note_line(store, work.thread, "2.0", agent_id=agent.id, text="once") is None
    found = await find_line(store, work.thread, "2.0")
    assert found is not None
    assert found.note_id == note.id
    assert await list_unposted_notes(store, work.thread) == []
    assert await find_thread(store, SLACK, TEAM, "C1", "1.0") == await read_thread(store, work.thread.id)
    assert visitor.conversation_id == note.conversation_id


async def test_a_second_request_opens_a_second_thread_and_ends_the_first(store: SqlStore) -> None:
    visitor, work = await opened(store)
    conversation, agent = visitor.conversation_id, await make_agent(store)
    await take_over_by(store, conversation, agent)
    await give_back(store, conversation, agent)
    await end_stretch(store, work)
    await done(store, work, conversation)
    await ask(store, visitor)
    assert await open_threads(store, SLACK, [TEAM]) == 1
    first = await read_thread(store, work.thread.id)
    assert (first.is_superseded, first.is_ended) == (True, True)
    await follow_again(store, first)
    assert (await read_thread(store, first.id)).handoff_id == work.thread.handoff_id


async def test_stepping_in_from_a_thread_goes_on_in_it(store: SqlStore) -> None:
    visitor, work = await opened(store)
    conversation, agent = visitor.conversation_id, await make_agent(store)
    await take_over_by(store, conversation, agent)
    await give_back(store, conversation, agent)
    await take_over_by(store, conversation, agent)
    await follow_again(store, work.thread)
    await end_stretch(store, work)  # decided before, and of another hand-over
    thread = await read_thread(store, work.thread.id)
    assert thread.handoff_id != work.thread.handoff_id
    assert not thread.is_ended


@pytest.mark.rules("G7")
async def test_an_erased_conversation_leaves_no_thread(store: SqlStore) -> None:
    visitor, work = await opened(store)
    agent = await make_agent(store)
    await note_line(store, work.thread, "2.0", agent_id=agent.id, text="about them")
    async with store.begin() as uow:
        gone = conversations.delete().where(conversations.c.id == visitor.conversation_id)
        await uow.connection.execute(gone)
        for table in (agent_threads, agent_thread_lines):
            left = await uow.connection.execute(sa.select(sa.func.count()).select_from(table))
            assert left.scalar_one() == 0
