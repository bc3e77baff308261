"""Whatever an outsider makes of an update: it is read, means nothing or is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.channels.telegram.incoming import Unreadable, read_raw
from bot.channels.telegram.reading import Clicked, Heard
from tests.unit.telegram.updates import GROUP, ME, OUR_BOT, PRIVATE, RAHIMA, marked, message

PHOTO = {"file_id": "f", "file_unique_id": "u", "width": 10, "height": 10, "file_size": 5}
CLICK = {"id": "c1", "from": RAHIMA, "chat_instance": "x", "message": message(text="?"), "data": "opaque"}
STANDING = {"user": OUR_BOT, "status": "member"}
CHANGE = {
    "chat": PRIVATE,
    "from": RAHIMA,
    "date": 1_800_000_000,
    "old_chat_member": STANDING,
    "new_chat_member": {**STANDING, "status": "kicked", "until_date": 0},
}
GOOD: list[dict[str, Any]] = [
    {"message": message(**marked("@kotha_bot 😀 hello", "@kotha_bot", "mention"), chat=GROUP)},
    {"message": message(**marked("/start abc", "/start", "bot_command"))},
    {"message": message(photo=[PHOTO], caption="see", media_group_id="1")},
    {"message": message(contact={"phone_number": "88", "first_name": "K", "user_id": 7})},
    {"message": message(location={"latitude": 23.7, "longitude": 90.4})},
    {"edited_message": message(text="changed", edit_date=1_800_000_001)},
    {"callback_query": CLICK},
    {"my_chat_member": CHANGE},
]
ANYTHING: some.SearchStrategy[Any] = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-(2**70), 2**70),
    some.floats(allow_nan=False, allow_infinity=False),
    some.text(max_size=20),
    some.builds(list),
    some.builds(dict),
    some.builds(lambda: [{}]),
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything inside."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for step, inner in steps for deeper in leaves(inner, (*path, step)))]


@some.composite
def broken_updates(draw: some.DrawFn) -> dict[str, Any]:
    """A good update with some of it replaced by anything."""
    made: dict[str, Any] = json.loads(json.dumps({"update_id": 1, **draw(some.sampled_from(GOOD))}))
    for _ in range(draw(some.integers(1, 3))):
        path = draw(some.sampled_from([path for path in leaves(made) if path]))
        place: Any = made
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = draw(ANYTHING)
    return made


@pytest.mark.rules("TG4")
@settings(max_examples=400, deadline=None)
@given(broken_updates())
def test_a_broken_update_is_read_or_refused(update: dict[str, Any]) -> None:
    try:
        read_raw(update, ME)
    except Unreadable:
        return


@pytest.mark.parametrize(
    "new",
    [
        {"forward_origin": {"type": "a new kind", "date": 1_800_000_000}},
        {"poll": {"something": "new"}},
        {"reply_to_message": {**message(text="?"), "gift": 17}},
        {"reply_markup": {"inline_keyboard": "new"}},
    ],
)
def test_something_new_in_a_message_costs_only_itself(new: dict[str, Any]) -> None:
    read = read_raw({"update_id": 1, "message": message(text="hello", **new)}, ME)
    assert read is not None
    assert isinstance(read[1], Heard)
    assert read[1].content.text == "hello"


def test_a_click_under_a_message_with_something_new_is_read() -> None:
    under = {**message(text="?"), "gift": "new"}
    read = read_raw({"update_id": 1, "callback_query": {**CLICK, "message": under}}, ME)
    assert read is not None
    assert isinstance(read[1], Clicked)


@pytest.mark.parametrize("number", [2**63, -(2**64), 1e30, float("inf"), str(2**63), "-1" + "0" * 19])
def test_numbers_no_database_could_keep_are_no_updates(number: float | str) -> None:
    chat = {**PRIVATE, "id": number}
    with pytest.raises(Unreadable):
        read_raw({"update_id": 1, "message": message(text="hello", chat=chat)}, ME)


@pytest.mark.parametrize("good", GOOD)
def test_the_good_ones_are_read(good: dict[str, Any]) -> None:
    assert read_raw({"update_id": 1, **good}, ME) is not None


def test_a_long_number_is_text_where_text_is_meant() -> None:
    read = read_raw({"update_id": 1, "message": message(text="9" * 20)}, ME)
    assert read is not None
    assert isinstance(read[1], Heard)
    assert read[1].content.text == "9" * 20
