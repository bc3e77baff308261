"""Edits and deletions of what people wrote: a new event stands in the message's place."""

import pytest

from crm_store.domain.errors import TurnLost
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversation_words, messages
from crm_store.use_cases.agent_messages import list_edits
from crm_store.use_cases.receiving import delete_received, edit_received
from crm_store.use_cases.turns import commit_turn, postpone_turn
from tests.contracts.conftest import Clock
from tests.contracts.conversing import LEASE_S, answer, claim, nothing_to_claim
from tests.contracts.telegraphing import BOT, CHANNEL, Person, make_person


@pytest.fixture
def rahima(store: SqlStore) -> Person:
    return make_person(store)


async def test_an_unanswered_message_is_answered_as_edited(rahima: Person) -> None:
    first = await rahima.write("cancle KT-1", external_id="m")
    edited = await edit_received(rahima.store, CHANNEL, BOT, "m", "cancel KT-1")
    assert edited is not None
    assert (edited.waits, edited.seq) == (True, 2)
    turn = await claim(rahima.store)
    assert (turn.message.text, turn.message.seq, turn.more_waiting) == ("cancel KT-1", 2, False)
    await commit_turn(rahima.store, turn, answer("Done."), keep_lease=True)
    assert await nothing_to_claim(rahima.store, first.conversation_id)


async def test_what_was_answered_is_not_answered_again(rahima: Person) -> None:
    first = await rahima.write("cancel KT-1", external_id="m")
    await commit_turn(rahima.store, await claim(rahima.store), answer("Done."), keep_lease=False)
    edited = await edit_received(rahima.store, CHANNEL, BOT, "m", "cancel KT-2")
    assert edited is not None
    assert not edited.waits
    assert await nothing_to_claim(rahima.store)
    last = (await rahima.transcript(first.conversation_id))[-1]
    assert (last.text, last.replaces) == ("cancel KT-2", first.id)


async def test_an_edit_during_the_turn_is_answered_after_it(rahima: Person) -> None:
    await rahima.write("cancel KT-1", external_id="m")
    turn = await claim(rahima.store)
    await edit_received(rahima.store, CHANNEL, BOT, "m", "cancel KT-2")
    committed = await commit_turn(rahima.store, turn, answer("KT-1 is cancelled."), keep_lease=True)
    assert committed.next is not None
    assert committed.next.message.text == "cancel KT-2"


async def test_the_order_of_what_waits_survives_an_edit(rahima: Person) -> None:
    for text in ("one", "two", "three"):
        await rahima.write(text, external_id=text)
    await edit_received(rahima.store, CHANNEL, BOT, "one", "one, mended")
    answered = []
    for _ in range(3):
        turn = await claim(rahima.store)
        answered.append(turn.message.text)
        await commit_turn(rahima.store, turn, answer("Yes."), keep_lease=False)
    assert answered == ["two", "three", "one, mended"]
    assert await nothing_to_claim(rahima.store)


async def test_a_message_that_is_tried_again_is_tried_as_edited(rahima: Person, clock: Clock) -> None:
    await rahima.write("cancle", external_id="m")
    await postpone_turn(rahima.store, await claim(rahima.store), retry_after=1, notice=None)
    await edit_received(rahima.store, CHANNEL, BOT, "m", "cancel")
    clock.advance(2)
    turn = await claim(rahima.store)
    assert (turn.message.text, turn.message.attempts) == ("cancel", 0)


async def test_the_earlier_texts_are_kept(rahima: Person) -> None:
    first = await rahima.write("first", external_id="m")
    await edit_received(rahima.store, CHANNEL, BOT, "m", "second")
    await edit_received(rahima.store, CHANNEL, BOT, "m", "third")
    versions = await list_edits(rahima.store, first.conversation_id, first.id)
    assert [version.text for version in versions] == ["first", "second", "third"]
    assert (await claim(rahima.store)).message.text == "third"


@pytest.mark.rules("G4")
async def test_the_same_edit_twice_is_one(rahima: Person) -> None:
    first = await rahima.write("first", external_id="m")
    await edit_received(rahima.store, CHANNEL, BOT, "m", "second", update_id="9")
    again = await edit_received(rahima.store, CHANNEL, BOT, "m", "second", update_id="9")
    same = await edit_received(rahima.store, CHANNEL, BOT, "m", "second", update_id="10")
    assert again is not None
    assert same is not None
    assert (again.duplicate, same.duplicate) == (True, True)
    assert len(await rahima.transcript(first.conversation_id)) == 2


async def test_an_edit_of_something_unknown_changes_nothing(rahima: Person) -> None:
    assert await edit_received(rahima.store, CHANNEL, BOT, "never seen", "text", update_id="9") is None
    assert await delete_received(rahima.store, CHANNEL, BOT, "never seen") is None


async def test_a_deleted_message_can_be_read_by_nobody(rahima: Person) -> None:
    first = await rahima.write("my card is 4111", external_id="m")
    await commit_turn(rahima.store, await claim(rahima.store), answer("Please do not."), keep_lease=False)
    await edit_received(rahima.store, CHANNEL, BOT, "m", "my card is 4242")
    deleted = await delete_received(rahima.store, CHANNEL, BOT, "m")
    assert deleted is not None
    events = await rahima.transcript(first.conversation_id)
    assert [event.text for event in events] == [None, "Please do not.", None, None]
    assert events[-1].replaces == first.id
    assert all(event.deleted_at for event in events if event.author == "customer")
    async with rahima.store.read() as uow:
        rows = (await uow.connection.execute(messages.select())).all()
        words = (await uow.connection.execute(conversation_words.select())).all()
    assert "4111" not in repr(rows)
    assert words == []


async def test_a_deleted_message_is_not_answered(rahima: Person) -> None:
    await rahima.write("oops", external_id="m")
    await delete_received(rahima.store, CHANNEL, BOT, "m")
    assert await nothing_to_claim(rahima.store)
    await rahima.write("hello")
    turn = await claim(rahima.store)
    assert (turn.message.text, turn.more_waiting) == ("hello", False)


async def test_deleting_the_last_of_several_leaves_the_others(rahima: Person) -> None:
    await rahima.write("first", external_id="1")
    await rahima.write("second", external_id="2")
    turn = await claim(rahima.store)
    await delete_received(rahima.store, CHANNEL, BOT, "2")
    committed = await commit_turn(rahima.store, turn, answer("Yes."), keep_lease=True)
    assert committed.next is None
    assert await nothing_to_claim(rahima.store)


async def test_a_turn_whose_message_is_deleted_is_dropped(rahima: Person, clock: Clock) -> None:
    first = await rahima.write("oops", external_id="1")
    await rahima.write("hello", external_id="2")
    turn = await claim(rahima.store)
    await delete_received(rahima.store, CHANNEL, BOT, "1")
    with pytest.raises(TurnLost):
        await commit_turn(rahima.store, turn, answer("Oops?"), keep_lease=False)
    assert (await claim(rahima.store, first.conversation_id)).message.text == "hello"
    clock.advance(LEASE_S + 1)


async def test_an_edit_of_something_deleted_brings_nothing_back(rahima: Person) -> None:
    first = await rahima.write("oops", external_id="m")
    await delete_received(rahima.store, CHANNEL, BOT, "m")
    await delete_received(rahima.store, CHANNEL, BOT, "m")
    await edit_received(rahima.store, CHANNEL, BOT, "m", "here again")
    assert [event.text for event in await rahima.transcript(first.conversation_id)] == [None, None]
