"""Turns over both databases: claimed once, committed once, fenced by epoch and lease (G1, G2, G3)."""

from dataclasses import replace

import pytest

from crm_store.domain.conversations import Author
from crm_store.domain.errors import TurnLost
from crm_store.domain.turns import Reply
from crm_store.sql import SqlStore
from crm_store.use_cases.conversation_lists import list_agent_events, list_earlier_events
from crm_store.use_cases.conversations import backlog, list_waiting, read_progress
from crm_store.use_cases.turns import (
    claim_turn,
    commit_turn,
    extend_lease,
    hand_over_turn,
    postpone_turn,
    release_turn,
)
from tests.agents import JOINED, LEFT, agent_says, give_back, take_over
from tests.contracts.conftest import Clock
from tests.contracts.conversing import (
    LEASE_S,
    answer,
    claim,
    make_customer,
    make_result,
    make_visitor,
    nothing_to_claim,
    yes_or_no,
)

NOTICE = Reply(text="One moment, please.", response=None, language="en")
SORRY = Reply(text="A person will help you.", response=None, language="en")


async def test_a_turn_answers_the_message_and_remembers_the_dialogue(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    written = await visitor.write("hello")
    turn = await claim(store)
    assert (turn.message.id, turn.message.text, turn.state) == (written.id, "hello", None)
    done = await commit_turn(
        store, turn, answer("Hi!", "How can I help?", state={"turn": 1}), keep_lease=False
    )
    assert (done.suppressed, done.last_seq, done.next) == (False, 3, None)
    assert await visitor.texts() == ["hello", "Hi!", "How can I help?"]
    await visitor.write("and now?")
    assert (await claim(store)).state == {"turn": 1}


async def test_an_answer_without_a_state_begins_the_dialogue_afresh(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    await commit_turn(store, await claim(store), answer("re one", state={"turn": 1}), keep_lease=False)
    await visitor.write("two")
    too_large = replace(answer("re two"), state=None)
    await commit_turn(store, await claim(store), too_large, keep_lease=False)
    await visitor.write("three")
    assert (await claim(store)).state is None


async def test_without_an_answer_the_dialogue_stays_as_it_was(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    await commit_turn(store, await claim(store), answer("re one", state={"turn": 1}), keep_lease=False)
    await visitor.write("two")
    await postpone_turn(store, await claim(store), retry_after=0, notice=NOTICE)
    await hand_over_turn(store, await claim(store), reason="failure", reply=SORRY)
    await visitor.write("three")
    assert (await claim(store)).state == {"turn": 1}


async def test_replies_name_the_message_they_answer(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    written = await visitor.write()
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    reply = (await visitor.transcript())[-1]
    assert (reply.in_reply_to, reply.author, reply.language) == (written.id, Author.BOT, "en")


async def test_a_claimed_conversation_is_not_claimed_again(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    await claim(store)
    await visitor.write("still there?")
    assert await nothing_to_claim(store)
    assert await nothing_to_claim(store, visitor.conversation_id)


async def test_answered_messages_leave_nothing_to_claim(store: SqlStore) -> None:
    await (await make_visitor(store)).write()
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    assert await nothing_to_claim(store)


async def test_the_conversation_that_waits_longest_is_claimed_first(store: SqlStore, clock: Clock) -> None:
    first, second = await make_visitor(store), await make_visitor(store)
    await second.write()
    clock.advance(1)
    await first.write()
    assert (await claim(store)).conversation_id == second.conversation_id
    assert (await claim(store)).conversation_id == first.conversation_id


async def test_messages_are_taken_up_one_by_one_in_order(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    for text in ("one", "two", "three"):
        await visitor.write(text)
    for text, more in (("one", True), ("two", True), ("three", False)):
        turn = await claim(store)
        assert (turn.message.text, turn.more_waiting) == (text, more)
        await commit_turn(store, turn, answer(f"re {text}"), keep_lease=False)
    assert await visitor.texts() == ["one", "two", "three", "re one", "re two", "re three"]


async def test_a_kept_lease_goes_on_with_the_next_message(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    turn = await claim(store)
    await visitor.write("two")
    done = await commit_turn(store, turn, answer("re one", state={"turn": 1}), keep_lease=True)
    assert done.next is not None
    assert (done.next.message.text, done.next.state, done.next.more_waiting) == ("two", {"turn": 1}, False)
    assert await nothing_to_claim(store)
    done = await commit_turn(store, done.next, answer("re two"), keep_lease=True)
    assert done.next is None
    assert await nothing_to_claim(store)


async def test_a_kept_lease_with_nothing_waiting_is_freed(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    await commit_turn(store, await claim(store), answer("re one"), keep_lease=True)
    await visitor.write("two")
    assert (await claim(store)).message.text == "two"


async def test_what_is_taken_up_shows_as_read(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    before = await read_progress(store, visitor.conversation_id)
    await claim(store)
    after = await read_progress(store, visitor.conversation_id)
    assert (before.taken_up_seq, after.taken_up_seq, after.last_seq) == (0, 1, 1)


@pytest.mark.rules("G1")
async def test_after_the_lease_another_worker_answers_and_the_first_is_refused(
    store: SqlStore, clock: Clock
) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    stopped = await claim(store)
    clock.advance(LEASE_S + 1)
    second = await claim(store)
    assert second.message.id == stopped.message.id
    await commit_turn(store, second, answer("Hi!"), keep_lease=False)
    with pytest.raises(TurnLost):
        await commit_turn(store, stopped, answer("Hi again!"), keep_lease=False)
    assert await visitor.texts() == ["hello", "Hi!"]


async def test_a_lease_that_ran_out_unnoticed_still_commits(store: SqlStore, clock: Clock) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    slow = await claim(store)
    clock.advance(LEASE_S + 1)
    await commit_turn(store, slow, answer("Hi!"), keep_lease=False)
    assert await visitor.texts() == ["hello", "Hi!"]


async def test_an_extended_lease_keeps_others_out(store: SqlStore, clock: Clock) -> None:
    await (await make_visitor(store)).write()
    turn = await claim(store)
    clock.advance(LEASE_S - 1)
    await extend_lease(store, turn)
    clock.advance(LEASE_S - 1)
    assert await nothing_to_claim(store)


async def test_a_lost_lease_cannot_be_extended(store: SqlStore, clock: Clock) -> None:
    await (await make_visitor(store)).write()
    stopped = await claim(store)
    clock.advance(LEASE_S + 1)
    await claim(store)
    with pytest.raises(TurnLost):
        await extend_lease(store, stopped)


async def test_committing_twice_is_refused(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    turn = await claim(store)
    await commit_turn(store, turn, answer("Hi!"), keep_lease=False)
    with pytest.raises(TurnLost):
        await commit_turn(store, turn, answer("Hi!"), keep_lease=False)
    assert await visitor.texts() == ["hello", "Hi!"]


@pytest.mark.rules("G3")
async def test_after_a_take_over_replies_are_kept_out_of_sight(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    turn = await claim(store)
    await take_over(store, visitor.conversation_id)
    done = await commit_turn(store, turn, make_result(yes_or_no()), keep_lease=True)
    assert (done.suppressed, done.last_seq, done.next) == (True, 2, None)
    assert await visitor.texts() == ["hello", JOINED]


@pytest.mark.rules("G3")
async def test_agents_see_what_was_never_said_under_its_question(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    turn = await claim(store)
    await take_over(store, visitor.conversation_id)
    await commit_turn(store, turn, answer("Too late", "And this"), keep_lease=True)
    shown = await list_agent_events(store, visitor.conversation_id)
    assert [(each.after_seq, each.text) for each in shown.withheld] == [(1, "Too late"), (1, "And this")]
    assert [event.text for event in shown.events] == ["hello", JOINED]
    earlier = await list_earlier_events(store, visitor.conversation_id, before_seq=2)
    assert [each.text for each in earlier.withheld] == ["Too late", "And this"]
    assert not (await list_agent_events(store, visitor.conversation_id, after_seq=2)).withheld


@pytest.mark.rules("G3")
async def test_an_agents_conversation_is_never_claimed(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await take_over(store, visitor.conversation_id)
    await visitor.write()
    assert await nothing_to_claim(store)
    assert await nothing_to_claim(store, visitor.conversation_id)
    assert await list_waiting(store, 10) == []


async def test_given_back_to_the_bot_the_message_is_answered_after_all(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    late = await claim(store)
    agent = await take_over(store, visitor.conversation_id)
    await give_back(store, visitor.conversation_id, agent)
    assert (await commit_turn(store, late, answer("Too late"), keep_lease=False)).suppressed
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    assert await visitor.texts() == ["hello", JOINED, LEFT, "Hi!"]


@pytest.mark.rules("G3")
async def test_given_back_to_the_bot_what_the_agent_read_is_not_answered_again(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("to the bot")
    await postpone_turn(store, await claim(store), retry_after=0, notice=None)
    agent = await take_over(store, visitor.conversation_id)
    await visitor.write("to the agent")
    await agent_says(store, visitor.conversation_id, agent, "Done.")
    await give_back(store, visitor.conversation_id, agent)
    assert await nothing_to_claim(store)
    assert (await backlog(store)).waiting == 0
    await visitor.write("thanks")
    turn = await claim(store)
    assert (turn.message.text, turn.message.attempts, turn.more_waiting) == ("thanks", 0, False)


@pytest.mark.rules("G3")
async def test_given_back_to_the_bot_what_came_after_the_agents_last_word_is_answered(
    store: SqlStore, clock: Clock
) -> None:
    visitor = await make_visitor(store)
    agent = await take_over(store, visitor.conversation_id)
    await visitor.write("to the agent")
    await agent_says(store, visitor.conversation_id, agent, "Done.")
    clock.advance(60)
    await visitor.write("one more thing")
    clock.advance(5)
    await give_back(store, visitor.conversation_id, agent)
    assert (await backlog(store)).oldest_age_s == 5.0
    assert (await claim(store)).message.text == "one more thing"


async def test_a_postponed_turn_waits_and_counts_its_failures(store: SqlStore, clock: Clock) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    failed_at = clock.time
    await postpone_turn(store, await claim(store), retry_after=2, notice=NOTICE)
    assert await nothing_to_claim(store)
    clock.advance(2)
    again = await claim(store)
    message = again.message
    assert (message.attempts, message.first_failed_at, message.notice_given) == (1, failed_at, True)
    assert again.failures_in_a_row == 1
    await commit_turn(store, again, answer("Hi!"), keep_lease=False)
    assert await visitor.texts() == ["hello", "One moment, please.", "Hi!"]


async def test_the_customer_is_told_of_a_delay_once_per_message(store: SqlStore, clock: Clock) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    for _ in range(3):
        await postpone_turn(store, await claim(store), retry_after=1, notice=NOTICE)
        clock.advance(1)
    assert await visitor.texts() == ["hello", "One moment, please."]


async def test_a_silent_postponement_leaves_the_notice_for_later(store: SqlStore, clock: Clock) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    await postpone_turn(store, await claim(store), retry_after=1, notice=None)
    clock.advance(1)
    await postpone_turn(store, await claim(store), retry_after=1, notice=NOTICE)
    assert await visitor.texts() == ["hello", "One moment, please."]


async def test_an_answer_forgets_earlier_failures(store: SqlStore, clock: Clock) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    await postpone_turn(store, await claim(store), retry_after=1, notice=None)
    clock.advance(1)
    await commit_turn(store, await claim(store), answer("re one"), keep_lease=False)
    await visitor.write("two")
    turn = await claim(store)
    assert (turn.message.attempts, turn.failures_in_a_row, turn.message.notice_given) == (0, 0, False)


async def test_postponing_after_a_take_over_shows_nothing(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    turn = await claim(store)
    await take_over(store, visitor.conversation_id)
    assert (await postpone_turn(store, turn, retry_after=1, notice=NOTICE)).suppressed
    assert await visitor.texts() == ["hello", JOINED]


async def test_a_released_turn_is_claimed_at_once_and_counts_no_failure(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    await release_turn(store, await claim(store))
    turn = await claim(store)
    assert (turn.message.attempts, turn.failures_in_a_row) == (0, 0)


async def test_handing_over_answers_the_message_and_asks_for_a_person(store: SqlStore) -> None:
    visitor = await make_customer(store)
    await visitor.write()
    done = await hand_over_turn(store, await claim(store), reason="failure", reply=SORRY)
    assert (done.suppressed, done.last_seq) == (False, 2)
    assert await visitor.texts() == ["hello", "A person will help you."]
    assert await nothing_to_claim(store)
    await visitor.write("anybody?")
    assert (await claim(store)).facts.handoff_pending


async def test_handing_over_twice_opens_one_hand_over(store: SqlStore) -> None:
    visitor = await make_customer(store)
    for _ in range(2):
        await visitor.write()
        await hand_over_turn(store, await claim(store), reason="failure", reply=SORRY)
    assert await visitor.texts() == ["hello", SORRY.text, "hello", SORRY.text]


async def test_the_bot_keeps_helping_while_a_person_is_awaited(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    await hand_over_turn(store, await claim(store), reason="asked", reply=SORRY)
    await visitor.write("meanwhile?")
    done = await commit_turn(store, await claim(store), answer("Sure."), keep_lease=False)
    assert not done.suppressed


async def test_failures_in_a_row_survive_a_hand_over(store: SqlStore, clock: Clock) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    await postpone_turn(store, await claim(store), retry_after=1, notice=None)
    clock.advance(1)
    await hand_over_turn(store, await claim(store), reason="failure", reply=SORRY)
    await visitor.write("two")
    turn = await claim(store)
    assert (turn.failures_in_a_row, turn.message.attempts) == (1, 0)


async def test_the_backlog_counts_waiting_conversations_and_the_oldest_age(
    store: SqlStore, clock: Clock
) -> None:
    assert await backlog(store) == await backlog(store)
    first, second = await make_visitor(store), await make_visitor(store)
    await first.write()
    clock.advance(5)
    await second.write()
    waiting = await backlog(store)
    assert (waiting.waiting, waiting.oldest_age_s) == (2, 5.0)
    assert await list_waiting(store, 10) == [first.conversation_id, second.conversation_id]
    for _ in range(2):
        await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    assert (await backlog(store)).waiting == 0


async def test_the_conversation_takes_on_the_language_of_the_reply(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("আমার অর্ডার কোথায়?")
    await commit_turn(
        store, await claim(store), make_result(Reply("পথে আছে।"), language="bn"), keep_lease=False
    )
    await visitor.write("ok")
    assert (await claim(store)).facts.language == "bn"
    assert (await visitor.transcript())[0].language == "bn"


async def test_an_unknown_language_is_left_out(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("KT-10234")
    await commit_turn(store, await claim(store), make_result(Reply("?"), language=""), keep_lease=False)
    assert (await visitor.transcript())[0].language is None


async def test_nothing_is_claimed_for_a_conversation_nobody_opened(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    assert await claim_turn(store, lease_seconds=LEASE_S, conversation_id=visitor.session.identity_id) is None
