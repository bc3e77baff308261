"""Who has a conversation: every legal change of hands, and that the database refuses every other."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest
import sqlalchemy as sa

from crm_store.domain.agents import GONE_AFTER_S, Agent
from crm_store.domain.errors import (
    AgentNotThere,
    AlreadyClaimed,
    BadSession,
    ConflictingWrite,
    EpochMoved,
    LoadLimitReached,
    NotAssignee,
    NotInThatState,
    UnknownAgent,
    UnknownConversation,
)
from crm_store.domain.handling import (
    LEGAL_EDGES,
    SEATS,
    Edge,
    HandBackOutcome,
    Handled,
    Handling,
    ResolveReason,
)
from crm_store.sql import SqlStore
from crm_store.sql.tables import agents, conversation_edges, conversation_transitions, conversations, handoffs
from crm_store.use_cases import handling
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.presence import expire_absent, wake_due
from crm_store.use_cases.teams import ensure_default_team
from tests.agents import agent_says, make_agent
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, claim, make_customer, nothing_to_claim
from tests.contracts.handing import arrive, ask, bring, hand_back

Attempt = Callable[[SqlStore, UUID, Agent], Awaitable[Handled]]
HOUR = timedelta(hours=1)


async def _snooze(store: SqlStore, conversation_id: UUID, agent: Agent) -> Handled:
    async with store.read() as uow:
        until = uow.now + HOUR
    return await handling.snooze(store, conversation_id, agent_id=agent.id, until=until)


async def _transfer_to_colleague(store: SqlStore, conversation_id: UUID, agent: Agent) -> Handled:
    colleague = await make_agent(store, "Tanvir")
    await arrive(store, colleague)
    return await handling.transfer_to_agent(
        store, conversation_id, agent_id=agent.id, to_agent_id=colleague.id
    )


async def _transfer_to_team(store: SqlStore, conversation_id: UUID, agent: Agent) -> Handled:
    team = await ensure_default_team(store)
    return await handling.transfer_to_team(store, conversation_id, agent_id=agent.id, team_id=team.id)


ATTEMPTS: dict[str, Attempt] = {
    "claim": lambda s, c, a: handling.claim(s, c, agent_id=a.id),
    "release": lambda s, c, a: handling.release(s, c, agent_id=a.id),
    "transfer_agent": _transfer_to_colleague,
    "transfer_team": _transfer_to_team,
    "hand_back": lambda s, c, a: handling.hand_back(s, c, agent_id=a.id, outcome=HandBackOutcome.OTHER),
    "withdraw": lambda s, c, a: handling.withdraw(s, c),
    "snooze": _snooze,
    "resolve": lambda s, c, a: handling.resolve(s, c, agent_id=a.id, reason=ResolveReason.SOLVED),
    "reopen": lambda s, c, a: handling.reopen(s, c, agent_id=a.id),
    "wake": lambda s, c, a: handling.wake_snoozed(s, c),
}
# What each attempt comes to from each state; what is not listed is refused.
ARRIVALS = {
    ("claim", Handling.BOT): (Edge.STEP_IN, Handling.CLAIMED),
    ("claim", Handling.QUEUED): (Edge.CLAIM, Handling.CLAIMED),
    ("claim", Handling.SNOOZED): (Edge.WAKE, Handling.CLAIMED),
    ("release", Handling.CLAIMED): (Edge.RELEASE, Handling.QUEUED),
    ("release", Handling.SNOOZED): (Edge.RELEASE, Handling.QUEUED),
    ("transfer_agent", Handling.CLAIMED): (Edge.TRANSFER_AGENT, Handling.CLAIMED),
    ("transfer_team", Handling.CLAIMED): (Edge.TRANSFER_TEAM, Handling.QUEUED),
    ("transfer_team", Handling.QUEUED): (Edge.TRANSFER_TEAM, Handling.QUEUED),
    ("hand_back", Handling.CLAIMED): (Edge.HAND_BACK, Handling.BOT),
    ("hand_back", Handling.QUEUED): (Edge.HAND_BACK, Handling.BOT),
    ("withdraw", Handling.QUEUED): (Edge.WITHDRAW, Handling.BOT),
    ("snooze", Handling.CLAIMED): (Edge.SNOOZE, Handling.SNOOZED),
    ("resolve", Handling.BOT): (Edge.RESOLVE, Handling.RESOLVED),
    ("resolve", Handling.QUEUED): (Edge.RESOLVE, Handling.RESOLVED),
    ("resolve", Handling.CLAIMED): (Edge.RESOLVE, Handling.RESOLVED),
    ("resolve", Handling.SNOOZED): (Edge.RESOLVE, Handling.RESOLVED),
    ("reopen", Handling.RESOLVED): (Edge.REOPEN, Handling.CLAIMED),
    ("wake", Handling.SNOOZED): (Edge.WAKE, Handling.QUEUED),
}
NOTHING_TO_DO = {("claim", Handling.CLAIMED)}


@pytest.mark.parametrize(("attempt", "state"), ARRIVALS)
async def test_a_legal_change_of_hands_is_made_and_journalled(
    store: SqlStore, attempt: str, state: Handling
) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, state, agent)
    before = await handling.read_handling(store, visitor.conversation_id)
    after = await ATTEMPTS[attempt](store, visitor.conversation_id, agent)
    edge, to_state = ARRIVALS[attempt, state]
    assert (after.state, after.epoch) == (to_state, before.epoch + 1)
    assert await handling.read_handling(store, visitor.conversation_id) == replace(after, last_seq=ANY)
    line = (await handling.list_transitions(store, visitor.conversation_id))[-1]
    assert (line.edge, line.from_state, line.to_state) == (edge, state, to_state)
    assert (line.epoch, line.assignee_id) == (after.epoch, after.assignee_id)
    assert await _has_open_stretch(store, visitor) is (to_state not in (Handling.BOT, Handling.RESOLVED))


@pytest.mark.parametrize(
    ("attempt", "state"),
    [each for each in product(ATTEMPTS, Handling) if each not in ARRIVALS and each not in NOTHING_TO_DO],
)
async def test_every_other_change_of_hands_is_refused(store: SqlStore, attempt: str, state: Handling) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, state, agent)
    before = await handling.read_handling(store, visitor.conversation_id)
    with pytest.raises(NotInThatState) as refused:
        await ATTEMPTS[attempt](store, visitor.conversation_id, agent)
    assert (refused.value.state, refused.value.assignee_id) == (state, before.assignee_id)
    assert await handling.read_handling(store, visitor.conversation_id) == before


async def test_the_database_knows_the_same_edges(store: SqlStore) -> None:
    async with store.read() as uow:
        rows = (await uow.connection.execute(sa.select(conversation_edges))).all()
    assert {tuple(row) for row in rows} == LEGAL_EDGES


@pytest.mark.rules("G3")
@pytest.mark.parametrize("state", Handling)
@pytest.mark.parametrize("to_state", Handling)
async def test_no_statement_changes_hands_unjournalled(
    store: SqlStore, state: Handling, to_state: Handling
) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, state, agent)
    seat = SEATS[to_state]
    values = {
        "state": to_state.value,
        "status": seat.status.value,
        "owner": seat.owner.value,
        "assignee_id": agent.id if seat.has_assignee else None,
        "epoch": conversations.c.epoch + 1,
    }
    with pytest.raises(ConflictingWrite):
        await _change(store, visitor, values | {"floor_epoch": conversations.c.epoch + 1})
    if state is not to_state:
        del values["epoch"]
        with pytest.raises(ConflictingWrite):
            await _change(store, visitor, values)


@pytest.mark.parametrize("edge", [("claim", "bot", "claimed"), ("resolve", "resolved", "bot")])
async def test_no_line_of_an_illegal_edge_can_be_journalled(
    store: SqlStore, edge: tuple[str, str, str]
) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling(edge[1]), agent)
    name, from_state, to_state = edge
    line = {"edge": name, "from_state": from_state, "to_state": to_state, "epoch": 99}
    with pytest.raises(ConflictingWrite):
        async with store.begin() as uow:
            await uow.connection.execute(
                conversation_transitions.insert().values(
                    conversation_id=visitor.conversation_id, at=uow.now, **line
                )
            )


@pytest.mark.rules("G3")
async def test_the_floor_cannot_be_given_back_to_what_the_bot_said_before(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    with pytest.raises(ConflictingWrite):
        await _change(store, visitor, {"floor_epoch": 0})


async def test_of_two_claims_the_second_learns_who_was_first(store: SqlStore) -> None:
    first, second = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, first)
    with pytest.raises(AlreadyClaimed) as refused:
        await handling.claim(store, visitor.conversation_id, agent_id=second.id)
    assert (refused.value.by.id, refused.value.by.name) == (first.id, "Farhana")


async def test_claiming_what_one_has_changes_nothing(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    before = await handling.read_handling(store, visitor.conversation_id)
    assert await handling.claim(store, visitor.conversation_id, agent_id=agent.id) == before


async def test_who_looked_at_an_earlier_epoch_is_told(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.QUEUED, agent)
    with pytest.raises(EpochMoved) as refused:
        await handling.claim(store, visitor.conversation_id, agent_id=agent.id, epoch=0)
    assert refused.value.epoch == 1
    await handling.claim(store, visitor.conversation_id, agent_id=agent.id, epoch=1)


@pytest.mark.parametrize("attempt", ["release", "transfer_agent", "transfer_team", "hand_back", "snooze"])
async def test_a_colleagues_conversation_is_left_alone(store: SqlStore, attempt: str) -> None:
    owner, other = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, owner)
    with pytest.raises(NotAssignee):
        await ATTEMPTS[attempt](store, visitor.conversation_id, other)


async def test_a_supervisor_may_release_anothers_claim(store: SqlStore) -> None:
    owner, supervisor = await make_agent(store), await make_agent(store, "Nasrin")
    visitor = await bring(store, Handling.CLAIMED, owner)
    after = await handling.release(store, visitor.conversation_id, agent_id=supervisor.id, for_others=True)
    assert (after.state, after.previous_agent_id) == (Handling.QUEUED, owner.id)


async def test_who_has_enough_claims_no_more_but_may_step_in(store: SqlStore) -> None:
    agent = await make_agent(store, max_load=1)
    await bring(store, Handling.CLAIMED, agent)
    waiting = await bring(store, Handling.QUEUED, agent)
    with pytest.raises(LoadLimitReached) as refused:
        await handling.claim(store, waiting.conversation_id, agent_id=agent.id)
    assert refused.value.limit == 1
    with_the_bot = await bring(store, Handling.BOT, agent)
    await handling.claim(store, with_the_bot.conversation_id, agent_id=agent.id)


async def test_nobody_is_given_a_conversation_who_is_not_there(store: SqlStore) -> None:
    agent, colleague = await make_agent(store), await make_agent(store, "Tanvir")
    visitor = await bring(store, Handling.CLAIMED, agent)
    with pytest.raises(AgentNotThere):
        await handling.transfer_to_agent(
            store, visitor.conversation_id, agent_id=agent.id, to_agent_id=colleague.id
        )


async def test_strangers_and_unknown_conversations_are_refused(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.QUEUED, agent)
    with pytest.raises(UnknownAgent):
        await handling.claim(store, visitor.conversation_id, agent_id=new_id())
    with pytest.raises(UnknownConversation):
        await handling.claim(store, new_id(), agent_id=agent.id)


async def test_released_it_has_its_old_place_in_the_queue(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.QUEUED, agent)
    queued = await handling.read_handling(store, visitor.conversation_id)
    clock.advance(60)
    await handling.claim(store, visitor.conversation_id, agent_id=agent.id)
    clock.advance(60)
    released = await handling.release(store, visitor.conversation_id, agent_id=agent.id)
    assert released.queued_at == queued.queued_at
    assert released.first_answer_due_at == queued.first_answer_due_at


async def test_an_agent_who_is_gone_for_90_seconds_loses_the_claim(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    await arrive(store, agent)
    clock.advance(90)
    assert await expire_absent(store) == []
    clock.advance(1)
    [expired] = await expire_absent(store)
    assert (expired.state, expired.previous_agent_id) == (Handling.QUEUED, agent.id)
    assert "Sorry, Farhana had to leave" in str((await visitor.texts())[-1])
    assert await expire_absent(store) == []


async def test_an_agent_who_is_heard_of_keeps_the_claim(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    await bring(store, Handling.CLAIMED, agent)
    for _ in range(4):
        clock.advance(60)
        await arrive(store, agent)
        assert await expire_absent(store) == []


async def test_an_agent_who_has_left_the_shop_keeps_nothing(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    await bring(store, Handling.CLAIMED, agent)
    clock.advance(GONE_AFTER_S + 1)
    await arrive(store, agent)
    assert await expire_absent(store) == []
    async with store.begin() as uow:
        await uow.connection.execute(agents.update().values(active=False))
        await uow.commit()
    assert len(await expire_absent(store)) == 1


@pytest.mark.parametrize("there", [True, False])
async def test_a_snooze_ends_with_its_agent_or_in_the_queue(
    store: SqlStore, clock: Clock, there: bool
) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.SNOOZED, agent)
    assert await wake_due(store) == []
    clock.advance(3600)
    if there:
        await arrive(store, agent)
    [woken] = await wake_due(store)
    assert woken.conversation_id == visitor.conversation_id
    assert woken.state is (Handling.CLAIMED if there else Handling.QUEUED)


@pytest.mark.parametrize("there", [True, False])
async def test_a_snooze_ends_when_the_customer_writes(store: SqlStore, there: bool) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.SNOOZED, agent)
    if there:
        await arrive(store, agent)
    await visitor.write("it came back")
    after = await handling.read_handling(store, visitor.conversation_id)
    assert after.state is (Handling.CLAIMED if there else Handling.QUEUED)
    assert (await visitor.texts())[-1] == "it came back"
    assert await nothing_to_claim(store) is there


async def test_a_resolved_conversation_is_the_bots_again_when_its_customer_writes(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.RESOLVED, agent)
    await visitor.write("hello again", client_msg_id="same")
    await visitor.write("hello again", client_msg_id="same")
    after = await handling.read_handling(store, visitor.conversation_id)
    assert (after.state, after.previous_agent_id) == (Handling.BOT, agent.id)
    assert (await claim(store)).message.text == "hello again"
    edges = [line.edge for line in await handling.list_transitions(store, visitor.conversation_id)]
    assert edges == [Edge.ASK, Edge.CLAIM, Edge.RESOLVE, Edge.CUSTOMER_WRITES]


async def test_a_stranger_wakes_nobodys_conversation(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.RESOLVED, agent)
    stranger = await make_customer(store)
    theirs = Visitor(store, replace(stranger.session, conversation_id=visitor.conversation_id))
    with pytest.raises((UnknownConversation, BadSession)):
        await theirs.write("let me in")
    assert (await handling.read_handling(store, visitor.conversation_id)).state is Handling.RESOLVED


@pytest.mark.rules("G3")
async def test_what_was_not_answered_when_it_was_resolved_stays_unanswered(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    await visitor.write("thanks")
    await handling.resolve(store, visitor.conversation_id, agent_id=agent.id, reason=ResolveReason.SOLVED)
    assert await nothing_to_claim(store)


async def test_who_comes_back_is_given_to_the_last_agent_when_that_one_is_there(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.RESOLVED, agent)
    await arrive(store, agent)
    await ask(store, visitor)
    after = await handling.read_handling(store, visitor.conversation_id)
    assert (after.state, after.assignee_id) == (Handling.CLAIMED, agent.id)
    line = (await handling.list_transitions(store, visitor.conversation_id))[-1]
    assert (line.agent_id, line.reason) == (None, "last_agent")
    assert (await visitor.texts())[-1] == "Farhana has joined the conversation."


async def test_who_comes_back_waits_when_the_last_agent_has_enough(store: SqlStore) -> None:
    agent = await make_agent(store, max_load=1)
    visitor = await bring(store, Handling.RESOLVED, agent)
    await arrive(store, agent)
    await bring(store, Handling.CLAIMED, agent)
    await ask(store, visitor)
    assert (await handling.read_handling(store, visitor.conversation_id)).state is Handling.QUEUED


async def test_handed_back_the_next_turn_knows_once_what_came_of_it(store: SqlStore) -> None:
    agent = await make_agent(store)
    visitor = await bring(store, Handling.CLAIMED, agent)
    await agent_says(store, visitor.conversation_id, agent, "Done.")
    await hand_back(store, visitor, agent)
    await visitor.write("so?")
    turn = await claim(store)
    word = turn.facts.handed_back
    assert word is not None
    assert (word["outcome"], word["summary"], word["resume"]) == ("solved", "Refunded the cover.", True)
    assert word["agent"] == {"name": "Farhana", "name_bn": "ফারহানা"}
    assert turn.facts.handoff_pending is False


async def _has_open_stretch(store: SqlStore, visitor: Visitor) -> bool:
    query = sa.select(handoffs.c.id).where(
        handoffs.c.conversation_id == visitor.conversation_id, handoffs.c.returned_at.is_(None)
    )
    async with store.read() as uow:
        return (await uow.connection.execute(query)).one_or_none() is not None


async def _change(store: SqlStore, visitor: Visitor, values: dict[str, Any]) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(
            conversations.update().where(conversations.c.id == visitor.conversation_id).values(values)
        )
        await uow.commit()
