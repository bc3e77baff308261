"""Messages over both databases: once each, numbered densely, clicks looked up (CH2, CH4, W1, W2)."""

import asyncio
from dataclasses import replace

import pytest

from crm_store.domain.conversations import Author, IncomingMessage
from crm_store.domain.errors import BadSession, UnknownChoice, UnknownConversation
from crm_store.sql import SqlStore
from crm_store.use_cases.conversations import accept_message, last_seq, list_events, read_progress
from crm_store.use_cases.turns import commit_turn
from tests.agents import resolve
from tests.contracts.conversing import (
    Visitor,
    answer,
    claim,
    make_customer,
    make_result,
    make_visitor,
    yes_or_no,
)

AT_ONCE = 20


@pytest.mark.rules("CH2", "W1")
async def test_a_repeat_gets_the_first_id_and_seq(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    first = await visitor.write("hello", client_msg_id="same")
    await visitor.write("something else")
    repeat = await visitor.write("hello again", client_msg_id="same")
    assert (first.duplicate, repeat.duplicate) == (False, True)
    assert replace(repeat, duplicate=False) == first
    assert await visitor.texts() == ["hello", "something else"]


async def test_a_resolved_conversation_stays_closed_beside_a_newer_one(store: SqlStore) -> None:
    earlier = await make_customer(store)
    first = await earlier.write("hello", client_msg_id="same")
    await resolve(store, earlier.conversation_id)
    newer = await make_customer(store)
    assert newer.conversation_id != earlier.conversation_id
    with pytest.raises(BadSession):
        await earlier.write("are you there?")
    assert (await earlier.write("hello", client_msg_id="same")).id == first.id
    assert (await newer.write("I am here now.")).seq == 1


@pytest.mark.rules("G4")
async def test_a_repeat_makes_no_second_turn(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write(client_msg_id="same")
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    await visitor.write(client_msg_id="same")
    assert (await read_progress(store, visitor.conversation_id)).last_seq == 2
    await visitor.write("next")
    assert (await claim(store)).message.text == "next"


async def test_the_same_client_id_of_another_visitor_is_another_message(store: SqlStore) -> None:
    one, two = await make_visitor(store), await make_visitor(store)
    await one.write("one", client_msg_id="same")
    written = await two.write("two", client_msg_id="same")
    assert (written.duplicate, written.seq) == (False, 1)


@pytest.mark.rules("W2", "G2")
async def test_messages_sent_at_once_are_numbered_without_gaps(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    written = await asyncio.gather(*(visitor.write(f"message {n}") for n in range(AT_ONCE)))
    assert sorted(message.seq for message in written) == list(range(1, AT_ONCE + 1))
    assert [event.seq for event in await visitor.transcript()] == list(range(1, AT_ONCE + 1))


@pytest.mark.rules("CH2")
async def test_one_message_sent_many_times_at_once_is_stored_once(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("before")
    incoming = visitor.message("once", client_msg_id="same")
    written = await asyncio.gather(*(accept_message(store, incoming) for _ in range(AT_ONCE)))
    assert {(message.id, message.seq) for message in written} == {(written[0].id, 2)}
    assert [message.duplicate for message in written].count(False) == 1
    assert await last_seq(store, visitor.conversation_id) == 2


async def test_messages_and_replies_share_one_numbering(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("one")
    turn = await claim(store)
    answered, _ = await asyncio.gather(
        commit_turn(store, turn, answer("a", "b", "c"), keep_lease=False),
        asyncio.gather(*(visitor.write(f"more {n}") for n in range(5))),
    )
    assert [event.seq for event in await visitor.transcript()] == list(range(1, 10))
    replies = [event.seq for event in await visitor.transcript() if event.author is Author.BOT]
    assert replies == list(range(answered.last_seq - 2, answered.last_seq + 1))


async def test_a_click_stores_the_title_and_what_it_stands_for(store: SqlStore) -> None:
    visitor = await _visitor_with_buttons(store)
    yes = (await visitor.transcript())[-1].buttons[0]
    await visitor.click(yes.id)
    assert (await visitor.texts())[-1] == "Yes"
    turn = await claim(store)
    assert turn.message.choice == {"intent": "affirm", "entities": {}}


async def test_a_button_may_be_clicked_again(store: SqlStore) -> None:
    visitor = await _visitor_with_buttons(store)
    yes = (await visitor.transcript())[-1].buttons[0]
    first, second = await visitor.click(yes.id), await visitor.click(yes.id)
    assert second.seq == first.seq + 1


@pytest.mark.rules("CH4")
async def test_a_button_of_another_conversation_is_refused(store: SqlStore) -> None:
    visitor, stranger = await _visitor_with_buttons(store), await make_visitor(store)
    button = (await visitor.transcript())[-1].buttons[0]
    with pytest.raises(UnknownChoice):
        await stranger.click(button.id)
    assert await stranger.texts() == []


@pytest.mark.rules("CH4")
async def test_an_invented_button_is_refused(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    with pytest.raises(UnknownChoice):
        await visitor.click("made-up")


async def test_button_ids_are_long_and_never_the_same(store: SqlStore) -> None:
    visitor = await _visitor_with_buttons(store)
    ids = [button.id for button in (await visitor.transcript())[-1].buttons]
    assert len(set(ids)) == 2
    assert all(len(each) == 22 for each in ids)  # 128 bits in base64url


async def test_nobody_writes_into_a_conversation_that_is_not_theirs(store: SqlStore) -> None:
    visitor, stranger = await make_visitor(store), await make_visitor(store)
    intruding = replace(stranger.message(), conversation_id=visitor.conversation_id)
    with pytest.raises(UnknownConversation):
        await accept_message(store, intruding)
    assert await visitor.texts() == []


async def test_an_unknown_conversation_has_no_progress(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    with pytest.raises(UnknownConversation):
        await read_progress(store, visitor.session.identity_id)


async def test_a_transcript_is_read_in_pages(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    for n in range(5):
        await visitor.write(str(n))
    page = await list_events(store, visitor.conversation_id, after_seq=1, limit=2)
    assert [event.text for event in page] == ["1", "2"]


async def test_a_message_comes_back_with_its_client_id(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write(client_msg_id="3f0c:with:colons")
    event = (await visitor.transcript())[0]
    assert (event.client_msg_id, event.author, event.in_reply_to) == (
        "3f0c:with:colons",
        Author.CUSTOMER,
        None,
    )


async def test_cards_and_buttons_come_back_as_they_were(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    card = {"type": "order", "number": "KT-10234", "total": 131000, "items": [{"name_bn": "শাড়ি"}]}
    await commit_turn(
        store, await claim(store), make_result(replace(yes_or_no(), card=card)), keep_lease=False
    )
    reply = (await visitor.transcript())[-1]
    assert reply.card == card
    assert [button.title for button in reply.buttons] == ["Yes", "No"]


@pytest.mark.parametrize(
    "text",
    [
        "কোথায় আমার অর্ডার? ড় য়",
        "e\u0301 vs \u00e9 (not normalised)",
        "👩‍👩‍👧‍👦 \u202eright to left\u202c \u200b",
        "nul \x00 in the middle and \x00",
        "escapes \ufdd0 \ufdd00 \ufdd0\ufdd0 \ufdd0\x000",
        "\U0010ffff\uffff",
        "'; DROP TABLE messages; -- \\ %s :now",
        "x" * 4000,
    ],
)
async def test_any_text_survives_code_point_for_code_point(store: SqlStore, text: str) -> None:
    visitor = await make_visitor(store)
    await visitor.write(text)
    turn = await claim(store)
    assert turn.message.text == text
    await commit_turn(store, turn, answer(text, state={"last": text}), keep_lease=False)
    assert await visitor.texts() == [text, text]
    await visitor.write("next")
    assert (await claim(store)).state == {"last": text}


async def test_other_channels_have_no_client_ids(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    incoming = visitor.message()
    slack = IncomingMessage(
        channel="slack",
        account="T1",
        identity_id=incoming.identity_id,
        conversation_id=incoming.conversation_id,
        external_id="C1:1531420618.000200",
        text="hello",
        choice_id=None,
    )
    await accept_message(store, slack)
    assert (await visitor.transcript())[0].client_msg_id is None


async def _visitor_with_buttons(store: SqlStore) -> Visitor:
    visitor = await make_visitor(store)
    await visitor.write("cancel it")
    await commit_turn(store, await claim(store), make_result(yes_or_no()), keep_lease=False)
    return visitor
