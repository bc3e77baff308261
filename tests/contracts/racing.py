"""Races of an agent's claim against the commit of a bot's turn: after the claim no bot message, ever (G3).

`python -m tests.contracts.racing --races 2000` runs them on SQLite and a private PostgreSQL and prints what
came of them; the tests run a few. Half of the races are on the web, half on a push channel, whose messages
a sender takes meanwhile. The bot, the agent and the sender each have a store (and connections) of their own.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from crm_store.domain.agents import Agent
from crm_store.domain.conversations import Author, IncomingMessage
from crm_store.domain.identities import Proof
from crm_store.domain.outbox import OutboxItem
from crm_store.migrations import migrate
from crm_store.sql import SqlStore, open_store
from crm_store.use_cases import handling
from crm_store.use_cases.conversations import accept_message, list_events
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.outbox import claim_outbox, mark_sent
from crm_store.use_cases.ports.conversations import NewConversation
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.turns import claim_turn, commit_turn
from tests.agents import make_agent
from tests.contracts.conversing import LEASE_S, answer
from tests.contracts.postgres import PostgresMissing, database_url, private_postgres

ACCOUNT: Final = "races"
# A commit takes one or two milliseconds: neither side should always be first.
JITTER_S: Final = 0.003
T = TypeVar("T")


@dataclass
class Outcome:
    """What came of many races. Every count of `violations` must stay at nought."""

    races: int = 0
    bot_first: int = 0
    agent_first: int = 0
    violations: Counter[str] = field(default_factory=Counter)

    def line(self, database: str) -> str:
        return (
            f"{database}: {self.races} races, the bot's commit first {self.bot_first}, the claim first "
            f"{self.agent_first}, bot messages after the claim {sum(self.violations.values())}"
        )


@dataclass(frozen=True)
class Track:
    """Stores of their own for the three that race."""

    bot: SqlStore
    agents: SqlStore
    sender: SqlStore

    async def close(self) -> None:
        for store in (self.bot, self.agents, self.sender):
            await store.close()


async def open_track(url: str) -> Track:
    return Track(await open_store(url), await open_store(url), await open_store(url))


async def race(track: Track, races: int, *, seed: int = 1) -> Outcome:
    """Run so many races, one after the other."""
    dice, outcome = random.Random(seed), Outcome()
    for number in range(races):
        agent = await make_agent(track.agents)
        await _race_once(track, agent, "slack" if number % 2 else "web", dice, outcome)
    return outcome


async def _race_once(track: Track, agent: Agent, channel: str, dice: random.Random, outcome: Outcome) -> None:
    conversation_id = await _write(track.bot, channel)
    turn = await claim_turn(track.bot, lease_seconds=LEASE_S, conversation_id=conversation_id)
    assert turn is not None
    taken: list[tuple[float, OutboxItem]] = []
    sending = asyncio.create_task(_send(track.sender, taken))
    commit = commit_turn(track.bot, turn, answer("one", "two"), keep_lease=True)
    claim = _timed(handling.claim(track.agents, conversation_id, agent_id=agent.id))
    committed, claimed_at = await asyncio.gather(_soon(dice, commit), _soon(dice, claim))
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await _drain(track.sender, taken)
    outcome.races += 1
    outcome.agent_first += committed.suppressed
    outcome.bot_first += not committed.suppressed
    await _judge(track, conversation_id, taken, claimed_at, outcome)


async def _judge(
    track: Track,
    conversation_id: UUID,
    taken: list[tuple[float, OutboxItem]],
    claimed_at: float,
    outcome: Outcome,
) -> None:
    authors = [event.author for event in await list_events(track.bot, conversation_id, after_seq=0)]
    joined = authors.index(Author.SYSTEM)
    outcome.violations["shown"] += authors[joined:].count(Author.BOT)
    late = [item for at, item in taken if at > claimed_at and item.author is Author.BOT]
    outcome.violations["sent"] += len(late)
    again = await claim_turn(track.bot, lease_seconds=LEASE_S, conversation_id=conversation_id)
    outcome.violations["claimed by the bot"] += again is not None


async def _write(store: SqlStore, channel: str) -> UUID:
    """A customer nobody has heard of writes on this channel."""
    identity = Identity(new_id(), channel, ACCOUNT, f"visitor:{new_id()}", Proof.NONE, customer_id=None)
    conversation = NewConversation(new_id(), channel, ACCOUNT, identity.id, None)
    async with store.begin() as uow:
        await uow.identities.add(identity, uow.now)
        await uow.conversations.add(conversation, uow.now)
        await uow.commit()
    external_id = f"{conversation.id}:1"
    hello = IncomingMessage(channel, ACCOUNT, identity.id, conversation.id, external_id, "hello", None)
    await accept_message(store, hello)
    return conversation.id


async def _send(store: SqlStore, taken: list[tuple[float, OutboxItem]]) -> None:
    """Take what is due, as a sender of the channel does, until told to stop."""
    while True:
        await _drain(store, taken)
        await asyncio.sleep(JITTER_S / 10)


async def _drain(store: SqlStore, taken: list[tuple[float, OutboxItem]]) -> None:
    while True:
        began = time.monotonic()  # what was decided before the claim may still be on its way
        item = await claim_outbox(store, lease_seconds=LEASE_S)
        if item is None:
            return
        taken.append((began, item))
        await mark_sent(store, item, external_id=None)


async def _soon(dice: random.Random, racing: Awaitable[T]) -> T:
    await asyncio.sleep(dice.random() * JITTER_S)
    return await racing


async def _timed(claiming: Awaitable[object]) -> float:
    await claiming
    return time.monotonic()


async def _run(database: str, url: str, races: int) -> bool:
    await migrate(url)
    track = await open_track(url)
    try:
        outcome = await race(track, races)
    finally:
        await track.close()
    sys.stdout.write(outcome.line(database) + "\n")
    return not sum(outcome.violations.values())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=2000)
    races = parser.parse_args(arguments).races
    with tempfile.TemporaryDirectory() as folder:
        clean = asyncio.run(_run("SQLite", f"sqlite:///{Path(folder) / 'races.sqlite3'}", races))
    try:
        with private_postgres() as home:
            clean &= asyncio.run(_run("PostgreSQL", database_url(home, "postgres"), races))
    except PostgresMissing as missing:
        sys.stdout.write(f"PostgreSQL: {missing}\n")
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
