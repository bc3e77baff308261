"""A claim against the commit of a bot's turn: whoever is first, no bot message after the claim (G3)."""

import asyncio

import pytest

from crm_store.domain.errors import AlreadyClaimed
from crm_store.domain.handling import Handled, Handling
from crm_store.sql import SqlStore
from crm_store.use_cases import handling
from tests.agents import make_agent
from tests.contracts.handing import bring
from tests.contracts.racing import open_track, race

RACES = 60  # 2,000 of them: python -m tests.contracts.racing
CLAIMERS = 12


@pytest.mark.rules("G3")
async def test_after_a_claim_no_bot_message_is_shown_or_sent(store_url: str) -> None:
    track = await open_track(store_url)
    try:
        outcome = await race(track, RACES, seed=7)
    finally:
        await track.close()
    assert outcome.races == RACES
    assert min(outcome.bot_first, outcome.agent_first) > 0, "the races were none"
    assert sum(outcome.violations.values()) == 0, outcome


async def test_of_many_claims_at_once_one_wins_and_the_others_learn_who(store: SqlStore) -> None:
    agents = [await make_agent(store, f"Agent {number}") for number in range(CLAIMERS)]
    visitor = await bring(store, Handling.QUEUED, agents[0])
    claims = (handling.claim(store, visitor.conversation_id, agent_id=agent.id) for agent in agents)
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    [winner] = [outcome for outcome in outcomes if isinstance(outcome, Handled)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, AlreadyClaimed)]
    assert len(losers) == CLAIMERS - 1
    assert {loser.by.id for loser in losers} == {winner.assignee_id}


async def test_claims_of_one_agent_at_once_keep_to_the_limit(store: SqlStore) -> None:
    agent = await make_agent(store, max_load=2)
    other = await make_agent(store)
    waiting = [await bring(store, Handling.QUEUED, other) for _ in range(5)]
    claims = (handling.claim(store, each.conversation_id, agent_id=agent.id) for each in waiting)
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    assert sum(isinstance(outcome, Handled) for outcome in outcomes) == 2
