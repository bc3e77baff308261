"""Pictures, documents, albums, places and what the bot cannot read."""

import pytest

from bot.attachments.refusals import MAX_FILE_BYTES
from tests.agents import take_over
from tests.fakes.engine import answer_of, answering
from tests.files import image, pdf
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import Shop

EXE = b"MZ" + bytes(500)


async def test_a_picture_with_words_is_kept_and_the_words_are_answered(shop: Shop) -> None:
    await shop.rahima.sends_photo(image("JPEG"), caption="ভাঙা পেয়েছি")
    assert await shop.rahima.hears(1) == ["You said: ভাঙা পেয়েছি"]
    event = (await shop.transcript(shop.rahima)).events[0]
    assert [(each["type"], each["width"]) for each in event.attachments] == [("image/jpeg", 40)]


async def test_a_picture_alone_is_kept_and_honestly_answered(shop: Shop) -> None:
    await shop.rahima.sends_photo(image("PNG"))
    assert (await shop.rahima.hears(1))[0].startswith("ধন্যবাদ, ফাইলটা রেখে দিলাম।")
    assert not shop.engine.questions


async def test_a_document_is_kept_under_its_name(shop: Shop) -> None:
    await shop.rahima.sends_document(pdf(), "চালান.pdf", caption="this is the bill")
    await shop.rahima.hears(1)
    event = (await shop.transcript(shop.rahima)).events[0]
    assert event.attachments[0]["name"] == "চালান.pdf"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (EXE, "ছবি আর PDF নিতে পারি"),
        (b"%PDF-1.4 torn", "ফাইলটা মনে হয় নষ্ট"),
        (bytes(MAX_FILE_BYTES + 1), "সর্বোচ্চ ১০ MB"),
    ],
)
async def test_a_file_that_is_not_taken_is_told_why(shop: Shop, content: bytes, told: str) -> None:
    await shop.rahima.sends_document(content, "file.bin", "application/octet-stream")
    assert told in (await shop.rahima.hears(1))[0]
    assert (await shop.lines(shop.rahima))[0] == "[file.bin]"
    assert len(shop.rahima.chat.sent_by_bot) == 1


async def test_words_beside_a_file_that_is_not_taken_are_answered_too(shop: Shop) -> None:
    await shop.rahima.sends_document(EXE, "file.exe", "application/octet-stream", caption="is this a virus?")
    heard = await shop.rahima.hears(2)
    assert "You said: is this a virus?" in heard


async def test_a_file_telegram_does_not_hand_out_is_told_so(shop: Shop) -> None:
    shop.telegram.faults.fail("getFile", times=1)
    await shop.rahima.sends_photo(image("PNG"))
    assert "টেলিগ্রাম থেকে আনতে পারলাম না" in (await shop.rahima.hears(1))[0]


@pytest.mark.parametrize(
    "body", [b'{"ok": true, "result": []}', b"[]", b'{"ok": true, "result": {"file_id": 1}}']
)
async def test_an_answer_nobody_foresaw_is_told_so_too(shop: Shop, body: bytes) -> None:
    shop.telegram.faults.garble("getFile", body=body)
    await shop.rahima.sends_photo(image("PNG"))
    assert "টেলিগ্রাম থেকে আনতে পারলাম না" in (await shop.rahima.hears(1))[0]


async def test_a_defect_while_fetching_is_told_so_and_stays_with_the_file(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_given: object) -> None:
        raise LookupError("nobody thought of it")

    monkeypatch.setattr("bot.channels.telegram.files._address_of", stumbles)
    await shop.rahima.sends_photo(image("PNG"))
    assert "টেলিগ্রাম থেকে আনতে পারলাম না" in (await shop.rahima.hears(1))[0]


async def test_pictures_sent_together_are_answered_once(shop: Shop) -> None:
    shop.engine.script.append(answering(answer_of("Sorry to see that!")))
    await shop.rahima.sends_album(["three are broken", "", ""])
    await shop.telegram.settled()
    assert await shop.rahima.hears(1) == ["Sorry to see that!"]
    await eventually(lambda: len(shop.engine.questions) == 1)
    events = (await shop.transcript(shop.rahima)).events
    assert sum(len(event.attachments) for event in events) == 3
    assert len(shop.rahima.chat.sent_by_bot) == 1


async def test_words_under_each_picture_are_answered_once_too(shop: Shop) -> None:
    await shop.rahima.sends_album(["this one is torn", "this one too", "and this"])
    await shop.telegram.settled()
    await shop.rahima.says("and now?")
    assert await shop.rahima.hears(2) == ["You said: this one is torn", "You said: and now?"]
    assert "this one too" in await shop.lines(shop.rahima)


async def test_words_under_a_later_picture_are_answered(shop: Shop) -> None:
    await shop.rahima.sends_album(["", "look at the zip", "and this"])
    await shop.telegram.settled()
    heard = await shop.rahima.hears(2)
    assert heard[1] == "You said: look at the zip"
    assert len(shop.engine.questions) == 1


@pytest.mark.rules("TG2", "G4")
async def test_an_album_that_comes_several_times_is_kept_once(shop: Shop) -> None:
    shop.telegram.courier.copies = 3
    await shop.rahima.sends_album(["all of it", ""])
    await shop.telegram.settled()
    await shop.rahima.hears(1)
    events = (await shop.transcript(shop.rahima)).events
    assert sum(len(event.attachments) for event in events) == 2
    assert len(shop.engine.questions) == 1


async def test_a_caption_that_is_changed_is_changed_in_the_transcript(shop: Shop) -> None:
    first, _second = await shop.rahima.sends_album(["two brocken", ""])
    await shop.rahima.hears(1)
    await shop.rahima.edits(first, "two broken")
    await shop.telegram.settled()
    assert "two broken" in await shop.lines(shop.rahima)


async def test_voice_is_answered_honestly_with_the_offer_of_a_person(shop: Shop) -> None:
    await shop.rahima.sends_voice(12)
    assert (await shop.rahima.hears(1))[0].startswith("দুঃখিত, ভয়েস মেসেজ আমি এখনো শুনতে পারি না।")
    assert [button["text"] for button in shop.rahima.chat.last.buttons] == ["একজনের সাথে কথা বলুন"]
    assert (await shop.lines(shop.rahima))[0] == "[voice, 12 s]"
    await shop.rahima.clicks(shop.rahima.chat.last, "একজনের সাথে কথা বলুন")
    assert (await shop.rahima.hears(2))[1] == "You said: contact_human_agent"


async def test_a_place_is_text_for_agents_and_a_sensible_answer(shop: Shop) -> None:
    await shop.rahima.sends_location(23.78, 90.41)
    assert "ঠিকানাটাও লিখে দিন" in (await shop.rahima.hears(1))[0]
    assert (await shop.lines(shop.rahima))[0] == "Location: 23.78000, 90.41000"
    assert not shop.engine.questions


async def test_the_own_number_is_said_and_proves_nothing(shop: Shop) -> None:
    await shop.rahima.sends_contact("+8801711000000")
    assert await shop.rahima.hears(1) == ["You said: +8801711000000"]
    assert shop.engine.questions[0]["facts"]["verified"] is False


async def test_a_sticker_is_answered_in_words(shop: Shop) -> None:
    await shop.rahima.sends_sticker("👍")
    assert "স্টিকার" in (await shop.rahima.hears(1))[0]


async def test_english_speakers_are_answered_in_english(shop: Shop) -> None:
    tom = shop.telegram.person("Tom", language_code="en-GB")
    await tom.sends_voice()
    assert (await tom.hears(1))[0].startswith("I cannot listen to voice messages yet")


async def test_an_edited_question_that_waits_is_answered_as_edited(shop: Shop) -> None:
    message = await shop.rahima.says("KB-1041")
    await shop.rahima.hears(1)
    await shop.rahima.edits(message, "KB-1042")
    await shop.telegram.settled()
    assert len(shop.rahima.chat.sent_by_bot) == 1, "what was answered is not answered again"
    assert "KB-1042" in await shop.lines(shop.rahima)


async def test_with_a_person_stickers_are_only_seen_and_voice_is_asked_for_in_words(
    shop: Shop,
) -> None:
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    await take_over(shop.store, await shop.conversation_of(shop.rahima))
    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(2)
    await shop.rahima.sends_sticker("👍")
    await shop.rahima.sends_voice(3)
    heard = await shop.rahima.hears(3)
    assert heard[2].startswith("Sorry, this kind of message does not get through to my colleague.")
    assert "[sticker 👍]" in await shop.lines(shop.rahima)
    assert not shop.rahima.chat.last.buttons
