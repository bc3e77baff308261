"""What messages bring besides text, and what the bot admits it cannot read."""

from typing import Any

import pytest

from bot.channels.telegram.contents import Content
from crm_store.domain.identities import Proof
from tests.unit.telegram.updates import RAHIMA, hear

FILE = {"file_id": "f", "file_unique_id": "u"}


def size(width: int, height: int, name: str) -> dict[str, Any]:
    return {
        "file_id": name,
        "file_unique_id": name,
        "width": width,
        "height": height,
        "file_size": width * 10,
    }


def test_the_largest_size_of_a_photo_that_is_of_use_is_fetched() -> None:
    sizes = [size(90, 60, "s"), size(1280, 960, "x"), size(2560, 1920, "y"), size(5000, 4000, "w")]
    content = hear(photo=sizes, caption="broken").content
    assert content.file is not None
    assert (content.file.id, content.text) == ("y", "broken")


def test_a_document_keeps_its_name_and_says_its_size() -> None:
    file = hear(document={**FILE, "file_name": "চালান.pdf", "file_size": 123}).content.file
    assert file is not None
    assert (file.name, file.size) == ("চালান.pdf", 123)


@pytest.mark.parametrize(
    ("content", "note", "say"),
    [
        ({"voice": {**FILE, "duration": 12}}, "[voice, 12 s]", "voice"),
        ({"audio": {**FILE, "duration": 200}}, "[audio, 200 s]", "voice"),
        ({"video": {**FILE, "duration": 3, "width": 1, "height": 1}}, "[video, 3 s]", "video"),
        ({"video_note": {**FILE, "duration": 3, "length": 1}}, "[video note, 3 s]", "video"),
        (
            {
                "sticker": {
                    **FILE,
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                    "emoji": "👍",
                }
            },
            "[sticker 👍]",
            "sticker",
        ),
        ({"dice": {"emoji": "🎲", "value": 6}}, "[dice]", "poll"),
        (
            {"location": {"latitude": 23.7806, "longitude": 90.4074}},
            "Location: 23.78060, 90.40740",
            "location",
        ),
        ({"contact": {"phone_number": "8801", "first_name": "Karim"}}, "Contact: Karim, +8801", "contact"),
    ],
)
def test_what_only_people_can_use_is_noted_and_answered_honestly(
    content: dict[str, Any], note: str, say: str
) -> None:
    assert hear(**content).content == Content(note=note, say=say)


def test_an_animation_is_not_taken_for_the_document_beside_it() -> None:
    moving = {**FILE, "duration": 3, "width": 1, "height": 1}
    assert hear(animation=moving, document=FILE).content == Content(note="[animation]", say="video")


def test_the_caption_of_a_video_is_answered_like_any_text() -> None:
    content = hear(
        video={**FILE, "duration": 3, "width": 1, "height": 1}, caption="it does not turn on"
    ).content
    assert content.text == "it does not turn on\n[video]"
    assert content.say is None


@pytest.mark.rules("G5")
def test_the_own_number_is_said_like_a_typed_one_and_proves_nothing() -> None:
    own = {"phone_number": "8801711000000", "first_name": "Rahima", "user_id": RAHIMA["id"]}
    heard = hear(contact=own)
    assert heard.content.text == "+8801711000000"
    assert heard.sender.proof is Proof.CLAIMED
    assert not heard.sender.proof.is_verified


def test_a_number_that_only_claims_to_be_ones_own_is_for_people() -> None:
    somebody = {"phone_number": "8801711000000", "first_name": "Rahima", "user_id": 12345}
    heard = hear(contact=somebody)
    assert heard.content.say == "contact"
    assert heard.sender.proof is Proof.NONE


def test_a_venue_is_an_address_to_read() -> None:
    venue = {
        "location": {"latitude": 23.75, "longitude": 90.37},
        "title": "House 12",
        "address": "Road 5, Dhanmondi",
    }
    text = hear(venue=venue, location=venue["location"]).content.text
    assert text == "House 12, Road 5, Dhanmondi (23.75000, 90.37000)"
