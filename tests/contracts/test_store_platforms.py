"""Who cannot be reached, what moved, revoked accounts, dead letters, old updates."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_store.domain.channels import MAX_DEAD_LETTER_BYTES, AccountState, DeadLetter, Direction
from crm_store.domain.errors import UnknownDeadLetter
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.received import Place
from crm_store.sql import SqlStore
from crm_store.sql.tables import channel_identities, conversations, dead_letters, metadata, outbox
from crm_store.use_cases.agent_messages import edit_agent_message
from crm_store.use_cases.handling import claim as claim_conversation
from crm_store.use_cases.outbox import claim_outbox, mark_failed, mark_part_sent, mark_sent, mark_uncertain
from crm_store.use_cases.platforms import (
    forget_old_updates,
    keep_dead_letter,
    list_channel_accounts,
    list_dead_letters,
    mark_reachable,
    mark_unreachable,
    move_place,
    send_again,
    set_account_state,
)
from crm_store.use_cases.receiving import edit_received, remember_update, tell
from crm_store.use_cases.turns import ReplyButton, commit_turn
from tests.agents import agent_says, make_agent, take_over
from tests.contracts.conftest import OF_THE_SCHEMA, Clock
from tests.contracts.conversing import LEASE_S, answer, claim
from tests.contracts.telegraphing import BOT, CHANNEL, GROUP, Person, make_person

YES = ReplyButton("Yes", {"intent": "affirm", "entities": {}})


@pytest.fixture
def rahima(store: SqlStore) -> Person:
    return make_person(store)


async def test_an_answer_knows_where_it_goes_and_what_it_answers(rahima: Person) -> None:
    await rahima.at(GROUP).write("hello", external_id="-100:33", reply_to={"message": 33})
    item = await _answered(rahima, "Hello!")
    assert (item.destination, item.place, item.is_public) == ("user:rahima", "-100:7", True)
    assert (item.address, item.reply_to, item.answers) == (GROUP.address, {"message": 33}, "-100:33")
    assert (item.sent_parts, item.uncertain, item.age_seconds) == ((), 0, 0.0)


async def test_a_confirmed_part_is_never_sent_again(rahima: Person, clock: Clock) -> None:
    await rahima.write()
    item = await _answered(rahima, "A long answer")
    await mark_part_sent(rahima.store, item, ("p1",), lease_seconds=LEASE_S)
    clock.advance(LEASE_S + 1)  # the sender died between two parts
    again = await _take(rahima.store)
    assert (again.sent_parts, again.uncertain) == (("p1",), 1)
    await mark_sent(rahima.store, again, parts=("p1", "p2"))
    assert await _sent_as(rahima.store) == [("p1", ["p1", "p2"])]


async def test_a_definite_failure_leaves_no_doubt(rahima: Person, clock: Clock) -> None:
    await rahima.write()
    await mark_failed(rahima.store, await _answered(rahima, "Hello!"), error="503", retry_after=1)
    clock.advance(2)
    again = await _take(rahima.store)
    assert (again.uncertain, again.attempts) == (0, 2)
    await mark_failed(rahima.store, again, error="reset", retry_after=1, uncertain=True)
    clock.advance(2)
    third = await _take(rahima.store)
    assert (third.uncertain, third.age_seconds) == (1, 4.0)


async def test_what_was_only_held_back_was_not_tried(rahima: Person, clock: Clock) -> None:
    await rahima.write()
    await mark_failed(rahima.store, await _answered(rahima, "x"), error="paced", retry_after=1, untried=True)
    clock.advance(2)
    assert (await _take(rahima.store)).attempts == 1


async def test_an_edit_names_what_it_stands_for(rahima: Person) -> None:
    first = await rahima.write()
    await _send_everything(rahima)
    agent = await take_over(rahima.store, first.conversation_id)
    said = await agent_says(rahima.store, first.conversation_id, agent, "Helo")
    await _send_everything(rahima)
    await edit_agent_message(rahima.store, first.conversation_id, said.id, agent_id=agent.id, text="Hello")
    item = await _take(rahima.store)
    assert (item.text, item.edit_of) == ("Hello", ("sent Helo",))


@pytest.mark.rules("TG7")
async def test_what_waits_for_somebody_who_blocked_us_is_a_dead_letter(rahima: Person) -> None:
    await rahima.write()
    await commit_turn(rahima.store, await claim(rahima.store), answer("One", "Two"), keep_lease=False)
    await mark_unreachable(rahima.store, CHANNEL, BOT, "user:rahima", "blocked by the user")
    assert await claim_outbox(rahima.store, lease_seconds=LEASE_S) is None
    letters = await list_dead_letters(rahima.store)
    assert [letter.reason for letter in letters] == ["unreachable: blocked by the user"] * 2


@pytest.mark.rules("TG7")
async def test_whoever_writes_again_can_be_reached_again(rahima: Person) -> None:
    first = await rahima.write()
    await mark_unreachable(rahima.store, CHANNEL, BOT, "user:rahima", "blocked by the user")
    await tell(rahima.store, first.conversation_id, "k", "are you there?")
    assert await claim_outbox(rahima.store, lease_seconds=LEASE_S) is None
    assert [one.reason for one in await list_dead_letters(rahima.store)] == [
        "unreachable: blocked by the user"
    ]
    await rahima.write("back again")
    await tell(rahima.store, first.conversation_id, "k2", "welcome back")
    assert (await _take(rahima.store)).text == "welcome back"


async def test_an_unblocked_bot_can_write_first(rahima: Person) -> None:
    first = await rahima.write()
    await mark_unreachable(rahima.store, CHANNEL, BOT, "user:rahima", "blocked by the user")
    await mark_reachable(rahima.store, CHANNEL, BOT, "user:rahima")
    await tell(rahima.store, first.conversation_id, "k", "hello")
    assert (await _take(rahima.store)).text == "hello"


@pytest.mark.rules("SL12")
async def test_what_goes_to_a_revoked_account_waits_until_it_is_ours_again(rahima: Person) -> None:
    await rahima.write()
    await commit_turn(rahima.store, await claim(rahima.store), answer("Hello!"), keep_lease=False)
    await set_account_state(rahima.store, CHANNEL, BOT, AccountState.REVOKED, "app_uninstalled")
    assert await claim_outbox(rahima.store, lease_seconds=LEASE_S, channel=CHANNEL) is None
    accounts = await list_channel_accounts(rahima.store, CHANNEL)
    assert [(one.account, one.state, one.reason) for one in accounts] == [
        (BOT, AccountState.REVOKED, "app_uninstalled")
    ]
    await set_account_state(rahima.store, CHANNEL, BOT, AccountState.ACTIVE)
    assert (await _take(rahima.store)).text == "Hello!"


@pytest.mark.rules("TG7")
async def test_a_chat_that_moved_is_answered_where_it_is_now(rahima: Person) -> None:
    await rahima.at(GROUP).write("in a topic")
    await rahima.at(Place("-100", is_public=True, address={"chat": -100})).write("in the group")
    await rahima.at(Place("-1005", is_public=True, address={"chat": -1005})).write("elsewhere")
    assert await move_place(rahima.store, CHANNEL, BOT, "-100", "-200") == 2
    async with rahima.store.read() as uow:
        rows = await uow.connection.execute(sa.select(conversations.c.place, conversations.c.address))
    assert sorted((row.place, row.address["chat"]) for row in rows) == [
        ("-1005", -1005),
        ("-200", -200),
        ("-200:7", -200),
    ]


@pytest.mark.rules("TG7")
async def test_whoever_has_written_in_the_new_chat_keeps_both_conversations(rahima: Person) -> None:
    for chat in (-100, -200):
        await rahima.at(Place(str(chat), is_public=True, address={"chat": chat})).write()
    assert await move_place(rahima.store, CHANNEL, BOT, "-100", "-200") == 1


async def test_something_is_told_once_for_each_key(rahima: Person) -> None:
    first = await rahima.write()
    assert await tell(rahima.store, first.conversation_id, "linked", "You are linked.", buttons=[YES])
    assert not await tell(rahima.store, first.conversation_id, "linked", "You are linked.")
    item = await _take(rahima.store)
    assert (item.text, [button.title for button in item.buttons]) == ("You are linked.", ["Yes"])
    await rahima.write(None, choice_id=item.buttons[0].id)


@pytest.mark.rules("TG4")
async def test_poison_is_kept_for_a_week_and_in_part(rahima: Person, clock: Clock) -> None:
    await rahima.write()
    body = b"x" * (2 * MAX_DEAD_LETTER_BYTES)
    await keep_dead_letter(rahima.store, CHANNEL, BOT, "77", "unreadable", body, source_id="user:rahima")
    [letter] = await list_dead_letters(rahima.store)
    assert (letter.direction, letter.reason, letter.size) == (Direction.IN, "unreadable", len(body))
    assert await _kept_bytes(rahima.store) == [MAX_DEAD_LETTER_BYTES]
    clock.advance(timedelta(days=7, seconds=1).total_seconds())
    assert await forget_old_updates(rahima.store) > 0
    assert await list_dead_letters(rahima.store) == []


@pytest.mark.rules("G7")
async def test_erasing_somebody_erases_their_poison_too(rahima: Person) -> None:
    await rahima.write()
    await keep_dead_letter(rahima.store, CHANNEL, BOT, None, "unreadable", b"x", source_id="user:rahima")
    async with rahima.store.begin() as uow:
        await uow.connection.execute(channel_identities.delete())
        await uow.commit()
    assert await list_dead_letters(rahima.store) == []


@pytest.mark.rules("G7")
async def test_erasing_somebody_leaves_nothing_of_what_they_said_on_platforms(rahima: Person) -> None:
    agent = await make_agent(rahima.store)
    for person in (rahima, rahima.at(GROUP)):
        first = await person.write("hello", external_id=f"said in {person.place.key}")
        await _send_everything_answered(person)
        await edit_received(rahima.store, CHANNEL, BOT, f"said in {person.place.key}", "hello!")
        await tell(rahima.store, first.conversation_id, "k", "Linked.", buttons=[YES])
        await claim_conversation(rahima.store, first.conversation_id, agent_id=agent.id)
    await keep_dead_letter(rahima.store, CHANNEL, BOT, None, "unreadable", b"x", source_id="user:rahima")
    async with rahima.store.begin() as uow:
        await uow.connection.execute(channel_identities.delete())
        await uow.commit()
    left = {name: count for name, count in (await _counts(rahima.store)).items() if count}
    # Nobody can tell from an update's number whose it was; it goes after three days.
    assert set(left) == {"agents", "channel_updates", *OF_THE_SCHEMA}


@pytest.mark.rules("TG2")
async def test_updates_are_remembered_for_two_days_at_least(store: SqlStore, clock: Clock) -> None:
    await remember_update(store, CHANNEL, BOT, "1")
    clock.advance(timedelta(hours=48).total_seconds())
    await forget_old_updates(store)
    assert not await remember_update(store, CHANNEL, BOT, "1")
    clock.advance(timedelta(hours=25).total_seconds())
    await forget_old_updates(store)
    assert await remember_update(store, CHANNEL, BOT, "1")


async def test_a_dead_letter_of_ours_can_be_sent_again(rahima: Person) -> None:
    await rahima.write()
    await mark_failed(rahima.store, await _answered(rahima, "Hello!"), error="refused", retry_after=None)
    [letter] = await list_dead_letters(rahima.store)
    assert (letter.direction, letter.reason, letter.uncertain) == (Direction.OUT, "refused", False)
    assert await send_again(rahima.store, letter.id) == CHANNEL
    assert (await _take(rahima.store)).text == "Hello!"
    for wrong in (letter.id, "in-1", "out-x", "out-999", f"out-{10**30}"):
        with pytest.raises(UnknownDeadLetter):
            await send_again(rahima.store, wrong)


async def test_what_may_have_arrived_is_listed_as_uncertain(rahima: Person) -> None:
    await rahima.write()
    await mark_uncertain(rahima.store, await _answered(rahima, "Hello!"), error="reset")
    letters: list[DeadLetter] = await list_dead_letters(rahima.store)
    assert [(letter.uncertain, letter.reason) for letter in letters] == [(True, "reset")]


async def _send_everything_answered(person: Person) -> None:
    await commit_turn(person.store, await claim(person.store), answer("Hello!"), keep_lease=False)
    await _send_everything(person)


async def _counts(store: SqlStore) -> dict[str, int]:
    async with store.read() as uow:
        return {
            table.name: int(
                (await uow.connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            )
            for table in metadata.sorted_tables
        }


async def _answered(person: Person, text: str) -> OutboxItem:
    await commit_turn(person.store, await claim(person.store), answer(text), keep_lease=False)
    return await _take(person.store)


async def _take(store: SqlStore) -> OutboxItem:
    item = await claim_outbox(store, lease_seconds=LEASE_S)
    assert item is not None
    return item


async def _send_everything(person: Person) -> None:
    while (item := await claim_outbox(person.store, lease_seconds=LEASE_S)) is not None:
        await mark_sent(person.store, item, external_id=f"sent {item.text}")


async def _sent_as(store: SqlStore) -> list[tuple[str, list[str]]]:
    async with store.read() as uow:
        rows = await uow.connection.execute(sa.select(outbox.c.external_id, outbox.c.parts))
        return [(row.external_id, row.parts) for row in rows]


async def _kept_bytes(store: SqlStore) -> list[int]:
    async with store.read() as uow:
        rows = await uow.connection.execute(sa.select(dead_letters.c.body))
        return [len(row.body) for row in rows]
