"""Customers talk with the bot on Telegram: what they send arrives once, and is answered where it was said."""

import pytest

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
