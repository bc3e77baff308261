"""Many tasks and several processes at once: nobody gets another's turn, nothing is lost or numbered twice."""

import asyncio
import sys
from asyncio.subprocess import Process
from uuid import UUID

import pytest

from crm_store.domain.turns import CommittedTurn, Reply, TurnClaim
from crm_store.sql import SqlStore
from crm_store.sql.store import utc_now
from crm_store.use_cases.conversations import list_events
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.turns import claim_turn, commit_turn, hand_over_turn
from tests.contracts.claiming import answer_everything
from tests.contracts.conftest import Clock
from tests.contracts.conversing import LEASE_S, answer, claim, make_visitor

CLAIMERS = 20
UUID_LENGTH = 36
SETTLED_S = 0.2  # enough for a statement to reach the lock it waits for


@pytest.mark.rules("CH3")
async def test_claimers_at_once_never_get_the_same_conversation(store: SqlStore) -> None:
    visitors = [await make_visitor(store) for _ in range(CLAIMERS // 2)]
    for visitor in visitors:
        await visitor.write()
    turns = await asyncio.gather(*(claim_turn(store, lease_seconds=LEASE_S) for _ in range(CLAIMERS)))
    claimed = [turn.conversation_id for turn in turns if turn is not None]
    assert len(claimed) == len(set(claimed))
    while (turn := await claim_turn(store, lease_seconds=LEASE_S)) is not None:
        claimed.append(turn.conversation_id)
    assert sorted(claimed) == sorted(visitor.conversation_id for visitor in visitors)


async def test_claimers_of_one_conversation_at_once_get_one_turn(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    wanted = visitor.conversation_id
    turns = await asyncio.gather(
        *(claim_turn(store, lease_seconds=LEASE_S, conversation_id=wanted) for _ in range(CLAIMERS))
    )
    assert sum(turn is not None for turn in turns) == 1


async def test_one_turn_committed_by_many_at_once_answers_once(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    turn = await claim_turn(store, lease_seconds=LEASE_S)
    assert turn is not None
    commits = (commit_turn(store, turn, answer("Hi!"), keep_lease=False) for _ in range(CLAIMERS))
    outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert await visitor.texts() == ["hello", "Hi!"]


@pytest.mark.rules("G1", "G2")
async def test_writers_and_workers_at_once_answer_every_message_once_in_order(store: SqlStore) -> None:
    visitors = [await make_visitor(store) for _ in range(4)]
    writing = [visitor.write(f"m{n}") for n in range(5) for visitor in visitors]
    await asyncio.gather(*writing, *(answer_everything(store) for _ in range(3)))
    await answer_everything(store)
    for visitor in visitors:
        events = await visitor.transcript()
        assert [event.seq for event in events] == list(range(1, 11))
        asked = [event.id for event in events if event.author == "customer"]
        answered = [event.in_reply_to for event in events if event.author == "bot"]
        assert answered == asked


@pytest.mark.rules("G1")
@pytest.mark.parametrize("ending", ["answered", "answered, lease kept", "handed over"])
async def test_a_message_accepted_while_the_turn_before_it_ends_is_taken_up(
    store: SqlStore, ending: str
) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    turn = await claim(store)
    async with store.begin() as uow:
        accepted = await uow.messages.accept(visitor.message("two"), None, new_id(), uow.now)
        closing = asyncio.create_task(_end(store, turn, ending))
        await asyncio.sleep(SETTLED_S)  # PostgreSQL: it waits for the row
        await uow.commit()
    following = (await closing).next or await claim(store)
    assert accepted is not None
    assert (following.message.id, following.message.text) == (accepted.id, "two")


async def _end(store: SqlStore, turn: TurnClaim, ending: str) -> CommittedTurn:
    if ending == "handed over":
        return await hand_over_turn(store, turn, reason="failure", reply=Reply("Sorry.", language="en"))
    return await commit_turn(store, turn, answer("re one"), keep_lease=ending == "answered, lease kept")


async def test_two_processes_number_one_conversation_without_gaps(store: SqlStore, store_url: str) -> None:
    visitor = await make_visitor(store)
    about = (str(visitor.conversation_id), str(visitor.session.identity_id), "25")
    await asyncio.gather(*(_run(store_url, "write", *about, sender) for sender in ("a", "b")))
    events = await visitor.transcript()
    assert [event.seq for event in events] == list(range(1, 51))
    for sender in ("a", "b"):  # each sender's own order is kept
        own = [event.client_msg_id for event in events if (event.client_msg_id or "").startswith(sender)]
        assert own == [f"{sender}-{n}" for n in range(25)]


async def test_two_processes_never_answer_the_same_message(
    store: SqlStore, store_url: str, clock: Clock
) -> None:
    clock.time = utc_now()  # the other processes look at a real one
    visitors = [await make_visitor(store) for _ in range(15)]
    written = [(await visitor.write()).id for visitor in visitors for _ in range(2)]
    reports = await asyncio.gather(_run(store_url), _run(store_url))
    answered = [line for report in reports for line in report.split()]
    assert sorted(answered) == sorted(str(each) for each in written)
    for visitor in visitors:
        assert await visitor.texts() == ["hello", "hello", "re hello", "re hello"]


@pytest.mark.rules("G1", "CH1")
async def test_what_was_accepted_survives_kill_9(store: SqlStore, store_url: str) -> None:
    visitor = await make_visitor(store)
    about = (str(visitor.conversation_id), str(visitor.session.identity_id), "100000", "a")
    process = await _start(store_url, "write", *about)
    assert process.stdout is not None
    accepted = [await process.stdout.readline() for _ in range(30)]
    process.kill()
    accepted += (await process.stdout.read()).splitlines()
    await process.wait()
    acknowledged = [UUID(line.decode().strip()) for line in accepted if len(line.strip()) == UUID_LENGTH]
    kept = [
        event.id for event in await list_events(store, visitor.conversation_id, after_seq=0, limit=100_000)
    ]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) <= len(acknowledged) + 1  # committed, but killed before it could say so
    await visitor.write("life goes on")


async def _run(*arguments: str) -> str:
    process = await _start(*arguments)
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


async def _start(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contracts.claiming", *arguments, stdout=asyncio.subprocess.PIPE
    )
