"""The title of a button that is typed is the button."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered

from bot.engine.requests import Choice
from bot.engine.typed_buttons import typed_choice
from tests.unit.engine.tiny import Conversation, texts

LEAVE = {"title": "I'll leave a message 📝", "payload": '/leave_message{"topic": "order"}'}
WAIT = {"title": "অপেক্ষা করব", "payload": "/wait_for_person"}


def offering(*buttons: Any) -> list[Event]:
    return [UserUttered("talk to somebody"), BotUttered("Nobody is there.", {"buttons": list(buttons)})]


@pytest.mark.parametrize(
    "typed", ["I'll leave a message", "ill leave a message", "  I’LL LEAVE A MESSAGE!! "]
)
def test_case_and_signs_do_not_matter(typed: str) -> None:
    assert typed_choice(typed, offering(LEAVE, WAIT)) == Choice("leave_message", {"topic": "order"})


def test_bengali_titles_are_found() -> None:
    assert typed_choice("অপেক্ষা করব।", offering(LEAVE, WAIT)) == Choice("wait_for_person", {})


@pytest.mark.parametrize("typed", ["", "!", "leave a message", "I'll leave a message tomorrow", "message"])
def test_other_words_are_understood_as_words(typed: str) -> None:
    assert typed_choice(typed, offering(LEAVE, WAIT, {"title": "👍", "payload": "/affirm"})) is None


def test_signs_alone_are_told_apart() -> None:
    stars = [{"title": "★" * n, "payload": f'/inform{{"stars": {n}}}'} for n in (1, 2, 3)]
    assert typed_choice("★★ ", offering(*stars)) == Choice("inform", {"stars": 2})
    assert typed_choice("★★★★", offering(*stars)) is None


def test_two_buttons_of_one_title_are_told_apart_by_nobody() -> None:
    red = [{"title": "Red", "payload": f"/pick_{shade}"} for shade in "ab"]
    assert typed_choice("red", offering(*red)) is None
    assert typed_choice("red", offering(red[0], red[0])) == Choice("pick_a", {})


def test_only_the_last_turns_buttons_count_all_its_messages() -> None:
    events = [*offering(LEAVE), BotUttered("Or wait.", {"buttons": [WAIT]}), SlotSet("seen", "once")]
    assert typed_choice(WAIT["title"], events) == Choice("wait_for_person", {})
    assert typed_choice(LEAVE["title"], events) == Choice("leave_message", {"topic": "order"})
    assert typed_choice(LEAVE["title"], [*events, *offering(WAIT)]) is None


@pytest.mark.parametrize("button", ["Yes", {"title": "Yes"}, {"title": "Yes", "payload": "affirm"}, {}, None])
def test_a_button_nobody_could_click_is_none(button: Any) -> None:
    assert typed_choice("yes", offering(button)) is None


async def test_a_typed_title_does_what_a_click_does(talk: Conversation) -> None:
    await talk.say("where is order KT-10001 now")
    await talk.say("hello there")
    answer = await talk.say(" track. ")
    assert texts(answer) == ["Order KT-10001 is shipped."]
    assert answer["understanding"]["confidence"] == 1.0
    [entity] = answer["understanding"]["entities"]
    assert (entity["value"], entity["start"], entity["end"]) == ("KT-10001", 1, 7)


async def test_later_it_is_a_word_like_any_other(talk: Conversation) -> None:
    await talk.say("hello there")
    assert texts(await talk.say("thanks")) == ["You are welcome."]
    assert (await talk.say("braces"))["understanding"]["intent"] != "inform"
