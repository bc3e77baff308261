"""Customers talk with the bot on Telegram: what they send arrives once, and is answered where it was said."""

import asyncio
from datetime import UTC, datetime

import pytest

from crm_store.use_cases.documents import DocumentLink
from tests.agents import take_over
from tests.fakes.engine import answer_of, answering, slow
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import Shop


@pytest.mark.rules("CH1", "TG6")
async def test_a_question_is_answered(shop: Shop) -> None:
    await shop.rahima.says("আমার অর্ডার কোথায়?")
    assert await shop.rahima.hears(1) == ["You said: আমার অর্ডার কোথায়?"]
    assert not shop.telegram.ledger.breaches


async def test_typing_is_shown_while_a_turn_runs(shop: Shop) -> None:
    shop.engine.script.append(slow(0.8))
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    assert len(shop.telegram.ledger.calls_of("sendChatAction", shop.rahima.chat.id)) == 1


@pytest.mark.rules("CH4")
async def test_a_typed_intent_is_only_text(shop: Shop) -> None:
    await shop.rahima.says('/track_order{"order_number": "KB-1"}')
    await shop.rahima.hears(1)
    assert shop.engine.asked == ['/track_order{"order_number": "KB-1"}']


async def test_start_greets(shop: Shop) -> None:
    await shop.rahima.starts()
    assert await shop.rahima.hears(1) == ["You said: greet"]
    assert await shop.lines(shop.rahima) == ["/start", "You said: greet"]


BUTTONS = [
    {"title": "Yes", "choice": {"intent": "affirm", "entities": {}}},
    {"title": "No", "choice": {"intent": "deny", "entities": {}}},
]


@pytest.mark.rules("TG9", "CH4", "TG8")
async def test_a_button_is_pressed_once_and_goes_away(shop: Shop) -> None:
    shop.engine.script.append(answering(answer_of("Sure?", buttons=BUTTONS)))
    await shop.rahima.says("cancel it")
    await shop.rahima.hears(1)
    click = await shop.rahima.clicks(shop.rahima.chat.last, "Yes")
    assert (await shop.rahima.hears(2))[1] == "You said: affirm"
    await eventually(lambda: click.answered)
    assert click.answer == ""
    await eventually(lambda: not shop.rahima.chat.sent_by_bot[0].buttons)


@pytest.mark.rules("TG9", "CH4")
async def test_a_made_up_button_changes_nothing_and_is_answered_with_a_toast(shop: Shop) -> None:
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    click = await shop.rahima.clicks_data(shop.rahima.chat.last, "affirm")
    await eventually(lambda: click.answered)
    assert click.answer == "এই বাটনটি আর কাজ করছে না। কী দরকার, লিখে জানান।"
    assert len(shop.engine.questions) == 1


@pytest.mark.rules("TG9")
async def test_a_click_that_telegram_no_longer_wants_answered_counts_all_the_same(shop: Shop) -> None:
    shop.engine.script.append(answering(answer_of("Sure?", buttons=BUTTONS)))
    await shop.rahima.says("cancel it")
    await shop.rahima.hears(1)
    shop.telegram.faults.fail("answerCallbackQuery", times=1, status=400)
    await shop.rahima.clicks(shop.rahima.chat.last, "Yes")
    assert (await shop.rahima.hears(2))[1] == "You said: affirm"


@pytest.mark.rules("CH5", "G6")
async def test_an_engine_that_fails_is_never_silence(shop: Shop) -> None:
    shop.engine.always = answering({}, status=500)
    await shop.rahima.says("আমার অর্ডার কোথায়?")
    heard = await shop.rahima.hears(2)
    assert heard[0].startswith("দুঃখিত, এই মুহূর্তে উত্তর দিতে আমার একটু সমস্যা হচ্ছে।")
    assert "সহকর্মীর কাছে পাঠিয়ে দিয়েছি" in heard[1]


@pytest.mark.rules("G3")
async def test_an_answer_that_is_late_for_an_agent_is_never_shown(shop: Shop) -> None:
    shop.engine.script.append(slow(0.6))
    await shop.rahima.says("hello")
    await eventually(lambda: bool(shop.engine.questions))
    await take_over(shop.store, await shop.conversation_of(shop.rahima))
    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(1)
    await asyncio.sleep(1)
    assert not [text for text in shop.rahima.heard if text.startswith("You said")]


INVOICE = {"type": "invoice", "number": "INV-1", "order_number": "KB-1042", "total": 100, "due": 0}


async def with_invoice(shop: Shop) -> None:
    """Rahima has an invoice card with a button beside it."""
    shop.engine.script.append(answering(answer_of("Here it is.", card=INVOICE, buttons=BUTTONS)))
    await shop.rahima.says("ইনভয়েস দিন")
    await shop.rahima.hears(1)


@pytest.mark.rules("G5", "TG9")
async def test_an_invoice_is_not_opened_for_somebody_unproven(shop: Shop) -> None:
    await with_invoice(shop)
    click = await shop.rahima.clicks(shop.rahima.chat.last, shop.rahima.chat.last.buttons[-1]["text"])
    await eventually(lambda: click.answered)
    assert click.answer == "This button no longer works. Just write what you need."
    assert not [button for button in shop.rahima.chat.last.buttons if "url" in button]


async def test_an_invoice_of_ones_own_gets_a_link_in_the_buttons_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def link(_store: object, _conversation: object, number: str, *, language: str) -> DocumentLink:
        return DocumentLink(f"{number}-{language}", datetime.now(UTC))

    monkeypatch.setattr("bot.channels.private_answers.link_invoice", link)
    await with_invoice(shop)
    message = shop.rahima.chat.last
    data = str(message.buttons[-1]["callback_data"])
    await shop.rahima.clicks(message, data)
    await eventually(lambda: "url" in message.buttons[-1])
    assert message.buttons[-1]["url"].endswith("/documents/KB-1042-" + data.split(":")[1])
    assert [button["text"] for button in message.buttons[:2]] == ["Yes", "No"]


async def test_a_question_changed_before_its_turn_is_answered_as_changed(shop: Shop) -> None:
    shop.engine.script.append(slow(0.8))
    await shop.rahima.says("first")
    await eventually(lambda: bool(shop.engine.questions))
    second = await shop.rahima.says("KB-1041")
    await shop.telegram.settled()
    await shop.rahima.edits(second, "KB-1042")
    assert await shop.rahima.hears(2) == ["You said: first", "You said: KB-1042"]
