"""A customer's queue is bounded, and who waits too long is counted."""

from dataclasses import replace

import pytest

from crm_store.domain.errors import TooManyWaiting
from crm_store.domain.received import Place, Received, Sender
from crm_store.sql import SqlStore
from crm_store.use_cases.conversations import accept_message, count_late
from crm_store.use_cases.receiving import receive
from crm_store.use_cases.turns import commit_turn
from tests.agents import take_over
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, answer, claim, make_visitor

pytestmark = pytest.mark.rules("G1")

ROOM = 3


async def write_one(visitor: Visitor, store: SqlStore, text: str = "hello") -> str:
    message = replace(visitor.message(text), at_most_waiting=ROOM)
    await accept_message(store, message)
    return message.external_id


async def test_a_full_queue_takes_no_more(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    for _ in range(ROOM):
        await write_one(visitor, store)
    with pytest.raises(TooManyWaiting):
        await write_one(visitor, store, "one too many")
    assert await visitor.texts() == ["hello"] * ROOM


async def test_a_full_queue_is_one_customers(store: SqlStore) -> None:
    visitor, other = await make_visitor(store), await make_visitor(store)
    for _ in range(ROOM):
        await write_one(visitor, store)
    await write_one(other, store)
    assert await other.texts() == ["hello"]


async def test_an_answer_makes_room(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    for _ in range(ROOM):
        await write_one(visitor, store)
    await commit_turn(store, await claim(store), answer("One.", "Two.", "Three."), keep_lease=False)
    await write_one(visitor, store, "there is room")
    with pytest.raises(TooManyWaiting):
        await write_one(visitor, store, "one too many")


async def test_replies_take_no_room(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    for _ in range(ROOM + 1):
        await write_one(visitor, store)
        await commit_turn(store, await claim(store), answer("One.", "Two."), keep_lease=False)
    for _ in range(ROOM):
        await write_one(visitor, store)


async def test_a_repeat_is_answered_however_much_waits(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    first = replace(visitor.message("hello"), at_most_waiting=ROOM)
    accepted = await accept_message(store, first)
    for _ in range(ROOM - 1):
        await write_one(visitor, store)
    again = await accept_message(store, first)
    assert (again.id, again.seq, again.duplicate) == (accepted.id, accepted.seq, True)


async def test_what_goes_to_a_person_is_never_too_much(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await take_over(store, visitor.conversation_id)
    for _ in range(ROOM + 2):
        await write_one(visitor, store)


async def test_a_platforms_full_queue_still_takes_what_is_quiet_and_answers_repeats(store: SqlStore) -> None:
    hello = Received(
        Sender("carrier", "bot-1", "user:rahima"), Place(), "m0", text="hello", at_most_waiting=ROOM
    )
    for number in range(ROOM):
        await receive(store, replace(hello, external_id=f"m{number}"))
    late = replace(hello, external_id="late")
    with pytest.raises(TooManyWaiting):
        await receive(store, late)
    assert (await receive(store, hello)).duplicate
    assert not (await receive(store, replace(late, quiet=True))).duplicate


async def test_who_waits_too_long_is_counted_up_to_a_bound(store: SqlStore, clock: Clock) -> None:
    visitors = [await make_visitor(store) for _ in range(3)]
    for visitor in visitors:
        await visitor.write("hello")
    assert await count_late(store, seconds=60, at_most=10) == 0
    clock.advance(60)
    assert await count_late(store, seconds=60, at_most=10) == 3
    assert await count_late(store, seconds=60, at_most=2) == 2
    await take_over(store, visitors[0].conversation_id)
    assert await count_late(store, seconds=60, at_most=10) == 2
