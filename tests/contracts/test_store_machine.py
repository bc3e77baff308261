"""Customers, bot turns, agents, absences and crashes in any order: G1, G2 and G3 hold.

Hypothesis chooses the order. After every step the transcript must obey the guarantees, and at the end, when
everybody has had a turn, every customer message is answered by the bot, or is with or was read by a person.
"""

import asyncio
import itertools
import shutil
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from crm_store.domain.agents import GONE_AFTER_S, Agent
from crm_store.domain.conversations import AcceptedMessage, Author, ConversationEvent
from crm_store.domain.errors import KothaStoreError, TurnLost
from crm_store.domain.handling import BOT_SPEAKS, HandBackOutcome, Handling, ResolveReason
from crm_store.domain.turns import Reply, TurnClaim
from crm_store.sql import SqlStore, open_store
from crm_store.sql.tables import conversations
from crm_store.use_cases import handling
from crm_store.use_cases.presence import expire_absent, heartbeat, wake_due
from crm_store.use_cases.turns import claim_turn, commit_turn, hand_over_turn, postpone_turn
from tests.agents import agent_says, make_agent
from tests.contracts.conftest import Clock
from tests.contracts.conversing import LEASE_S, answer, make_visitor
from tests.contracts.postgres import database_url

T = TypeVar("T")
CUSTOMERS: Final = 2
AGENTS: Final = 2
SORRY: Final = Reply("A person will help you.", language="en")
ONE_OF_THE_CUSTOMERS: Final = st.integers(0, CUSTOMERS - 1)
ONE_OF_THE_AGENTS: Final = st.integers(0, AGENTS - 1)
LONG: Final = timedelta(minutes=2)
# How notices that a person has it now end; the other notices say that nobody has.
TAKEN: Final = (
    "has joined the conversation.",
    "is looking after you from here.",
    "opened this conversation again.",
)
# Refusals are what the state machine is for; anything else a step raises is a defect.
REFUSED: Final = KothaStoreError


Deed = Callable[["Conversations", UUID, Agent], Coroutine[Any, Any, object]]
DEEDS: Final[dict[str, Deed]] = {
    "write": lambda m, c, a: agent_says(m.store, c, a, "let me see"),
    "release": lambda m, c, a: handling.release(m.store, c, agent_id=a.id),
    "hand back": lambda m, c, a: handling.hand_back(
        m.store, c, agent_id=a.id, outcome=HandBackOutcome.SOLVED
    ),
    "transfer": lambda m, c, a: handling.transfer_to_agent(
        m.store, c, agent_id=a.id, to_agent_id=m.colleague_of(a)
    ),
    "snooze": lambda m, c, a: handling.snooze(m.store, c, agent_id=a.id, until=m.clock.time + LONG),
    "resolve": lambda m, c, a: handling.resolve(m.store, c, agent_id=a.id, reason=ResolveReason.SOLVED),
    "reopen": lambda m, c, a: handling.reopen(m.store, c, agent_id=a.id),
    "withdraw": lambda m, c, a: handling.withdraw(m.store, c),
}


class Conversations(RuleBasedStateMachine):
    """Two customers, two agents, as many workers as there are turns in flight."""

    clock: Clock
    next_url: Callable[[], str]
    turns: Bundle[TurnClaim] = Bundle("turns")

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self.clock = Clock()
        self.store: SqlStore = self._await(open_store(type(self).next_url(), clock=self.clock))
        self.written: list[int] = [0] * CUSTOMERS

    @initialize()
    def everybody_arrives(self) -> None:
        self.visitors = [self._await(make_visitor(self.store)) for _ in range(CUSTOMERS)]
        self.agents = [self._await(make_agent(self.store, max_load=2)) for _ in range(AGENTS)]
        self.connections = [uuid4() for _ in range(AGENTS)]

    @rule(customer=ONE_OF_THE_CUSTOMERS, taken_up=st.booleans(), target=turns)
    def customer_writes(self, customer: int, taken_up: bool) -> Any:
        self._await(self._write(customer, self.written[customer]))
        self.written[customer] += 1
        return self._take_a_turn() if taken_up else multiple()

    @rule(customer=ONE_OF_THE_CUSTOMERS, number=st.integers(0, 20))
    def channel_repeats_a_message(self, customer: int, number: int) -> None:
        if number < self.written[customer]:
            self._await(self._write(customer, number))

    @rule(target=turns)
    def worker_claims_a_turn(self) -> Any:
        return self._take_a_turn()

    @rule(turn=consumes(turns), keep=st.booleans(), target=turns)
    def worker_commits(self, turn: TurnClaim, keep: bool) -> Any:
        try:
            done = self._await(
                commit_turn(self.store, turn, answer(f"re {turn.message.text}"), keep_lease=keep)
            )
        except TurnLost:
            return multiple()
        return done.next if done.next is not None else multiple()

    @rule(turn=consumes(turns), how=st.sampled_from(["asks", "fails", "is killed"]))
    def worker_does_not_answer(self, turn: TurnClaim, how: str) -> None:
        """Killed, its lease runs out by itself."""
        if how == "asks":
            self._try(hand_over_turn(self.store, turn, reason="asked", reply=SORRY))
        elif how == "fails":
            self._try(postpone_turn(self.store, turn, retry_after=1, notice=None))

    @rule(agent=ONE_OF_THE_AGENTS)
    def agent_is_heard_of(self, agent: int) -> None:
        self._await(
            heartbeat(
                self.store, agent_id=self.agents[agent].id, connection_id=self.connections[agent], node="a"
            )
        )

    @rule(customer=ONE_OF_THE_CUSTOMERS, agent=ONE_OF_THE_AGENTS)
    def agent_claims(self, customer: int, agent: int) -> None:
        self._try(handling.claim(self.store, self._id(customer), agent_id=self.agents[agent].id))

    @rule(customer=ONE_OF_THE_CUSTOMERS, deed=st.sampled_from(sorted(DEEDS)))
    def whoever_has_it_does_something(self, customer: int, deed: str) -> None:
        handled = self._await(handling.read_handling(self.store, self._id(customer)))
        agent = next((each for each in self.agents if each.id == handled.assignee_id), self.agents[0])
        self._try(DEEDS[deed](self, self._id(customer), agent))

    @rule(seconds=st.sampled_from([2.0, LEASE_S + 1, GONE_AFTER_S + 1]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def service_looks_after_the_absent(self) -> None:
        self._await(expire_absent(self.store))
        self._await(wake_due(self.store))

    @invariant()
    def the_guarantees_hold(self) -> None:
        if not hasattr(self, "connections"):
            return
        for customer in range(CUSTOMERS):
            events = self._await(self.visitors[customer].transcript())
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            self._check_nothing_is_lost(customer, events)
            self._check_answers(events)
            self._check_the_bot_is_quiet(events)
            self._check_the_journal(customer)

    def _check_nothing_is_lost(self, customer: int, events: list[ConversationEvent]) -> None:
        """G1: what was accepted is there, once, in order."""
        texts = [event.text for event in events if event.author is Author.CUSTOMER]
        assert texts == [f"message {number}" for number in range(self.written[customer])]

    def _check_answers(self, events: list[ConversationEvent]) -> None:
        """G1, G2: one answer to a message, and answers in the messages' order."""
        answered = [event.in_reply_to for event in events if event.author is Author.BOT]
        asked = [event.id for event in events if event.author is Author.CUSTOMER]
        assert len(answered) == len(set(answered))
        assert answered == [message for message in asked if message in set(answered)]

    def _check_the_bot_is_quiet(self, events: list[ConversationEvent]) -> None:
        """G3: between a person's taking it and leaving it no bot message stands."""
        with_a_person = False
        for event in events:
            if event.author is Author.SYSTEM:
                with_a_person = str(event.text).endswith(TAKEN)
            assert not (with_a_person and event.author is Author.BOT), [each.text for each in events]

    def teardown(self) -> None:
        if hasattr(self, "connections"):
            self._let_everybody_finish()
        self._await(self.store.close())
        self._runner.close()

    def _let_everybody_finish(self) -> None:
        """G1: at last every message is answered, or somebody has the conversation, or has closed it."""
        self.clock.advance(LEASE_S + GONE_AFTER_S)
        while (turn := self._await(claim_turn(self.store, lease_seconds=LEASE_S))) is not None:
            self._await(commit_turn(self.store, turn, answer("at last"), keep_lease=False))
        self.the_guarantees_hold()
        for customer in range(CUSTOMERS):
            handled = self._await(handling.read_handling(self.store, self._id(customer)))
            assert handled.state not in BOT_SPEAKS or not self._waits(customer)

    def _waits(self, customer: int) -> bool:
        column = conversations.c.waiting_since
        return self._await(_read(self.store, column, self._id(customer))) is not None

    def _take_a_turn(self) -> Any:
        turn = self._await(claim_turn(self.store, lease_seconds=LEASE_S))
        return turn if turn is not None else multiple()

    def colleague_of(self, agent: Agent) -> UUID:
        return next(each.id for each in self.agents if each.id != agent.id)

    def _write(self, customer: int, number: int) -> Coroutine[Any, Any, AcceptedMessage]:
        return self.visitors[customer].write(f"message {number}", client_msg_id=str(number))

    def _check_the_journal(self, customer: int) -> None:
        """Every change of hands is there, and begins where the one before it ended."""
        lines = self._await(handling.list_transitions(self.store, self._id(customer)))
        assert [line.epoch for line in lines] == list(range(1, len(lines) + 1))
        states = [Handling.BOT, *(line.to_state for line in lines)]
        assert [line.from_state for line in lines] == states[:-1]
        handled = self._await(handling.read_handling(self.store, self._id(customer)))
        assert (handled.state, handled.epoch) == (states[-1], len(lines))

    def _id(self, customer: int) -> UUID:
        return self.visitors[customer].conversation_id

    def _await(self, doing: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(doing)

    def _try(self, doing: Coroutine[Any, Any, object]) -> None:
        with suppress(REFUSED):
            self._await(doing)


async def _read(store: SqlStore, column: sa.Column[Any], conversation_id: UUID) -> datetime | None:
    async with store.read() as uow:
        query = sa.select(column).where(conversations.c.id == conversation_id)
        found: datetime | None = (await uow.connection.execute(query)).scalar_one()
        return found


# Enough to come across most edges; a search of hours takes a larger number and `derandomize=False`.
SEARCH: Final = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.rules("G1", "G2", "G3")
@pytest.mark.timeout(300)
def test_in_any_order_nothing_is_lost_swapped_or_said_over_a_person_on_sqlite(
    sqlite_template: Path, tmp_path: Path
) -> None:
    numbers = itertools.count(1)

    def fresh() -> str:
        copy = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copy(sqlite_template, copy)
        return f"sqlite:///{copy}"

    _search(fresh)


@pytest.mark.postgres
@pytest.mark.rules("G1", "G2", "G3")
@pytest.mark.timeout(300)
def test_in_any_order_nothing_is_lost_swapped_or_said_over_a_person_on_postgres(
    postgres_home: str, postgres_database: str
) -> None:
    # What an earlier example left is finished: see `teardown`.
    _search(lambda: database_url(postgres_home, postgres_database))


def _search(next_url: Callable[[], str]) -> None:
    machine = type("Machine", (Conversations,), {"next_url": staticmethod(next_url)})
    run_state_machine_as_test(machine, settings=SEARCH)
