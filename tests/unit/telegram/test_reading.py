"""What updates mean: who said what, where, and whether it was said to the bot."""

from typing import Any

import pytest

from bot.channels.telegram.reading import Clicked, Edited, Heard, Membership, Moved, Nothing, Token
from crm_store.domain.identities import Proof
from tests.unit.telegram.updates import GROUP, ME, OUR_BOT, PRIVATE, RAHIMA, hear, marked, message, read

GREET = {"intent": "greet", "entities": {}}


def test_a_text_is_heard_as_it_was_written() -> None:
    heard = hear(text="আমার অর্ডার কোথায়?")
    assert heard.content.text == "আমার অর্ডার কোথায়?"
    assert heard.external_id == "7:5"
    assert (heard.place.key, heard.place.is_public, heard.place.address) == ("", False, {"chat": 7})


def test_a_sender_is_known_by_number_and_proves_nothing() -> None:
    sender = hear(text="hello").sender
    assert (sender.channel, sender.account, sender.source_id) == ("telegram", "111", "user:7")
    assert (sender.display_name, sender.username, sender.language) == ("Rahima Akter", "rahima", "bn")
    assert sender.proof is Proof.NONE


@pytest.mark.rules("CH4")
@pytest.mark.parametrize(
    "text", ["/restart", '/track_order{"order_number": "KB-1"}', "/contact_human_agent", "/start_over now"]
)
def test_a_command_that_is_none_of_ours_is_text(text: str) -> None:
    heard = hear(**marked(text, text.split("{")[0].split()[0], "bot_command"))
    assert heard.meaning is None
    assert heard.content.text == text


@pytest.mark.rules("CH4")
def test_a_slash_that_telegram_did_not_mark_is_text() -> None:
    assert hear(text="/human").meaning is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("/start", "greet"),
        ("/help", "ask_help"),
        ("/HUMAN", "contact_human_agent"),
        ("/language", "change_language"),
    ],
)
def test_our_commands_have_a_meaning(text: str, intent: str) -> None:
    heard = hear(**marked(text, text, "bot_command"))
    assert heard.meaning == {"intent": intent, "entities": {}}
    assert heard.content.text == text


def test_a_one_time_link_brings_its_token() -> None:
    heard = hear(**marked("/start Zx81_token-of-22-letters", "/start", "bot_command"))
    assert (heard.token, heard.meaning) == (Token("Zx81_token-of-22-letters", typed=False), None)
    assert heard.content.text == "/start"


def test_a_typed_code_is_a_token_too() -> None:
    assert hear(**marked("/link 7H3K-92QD", "/link", "bot_command")).token == Token("7H3K-92QD", typed=True)
    assert hear(**marked("/link", "/link", "bot_command")).token == Token("", typed=True)


@pytest.mark.rules("CH6")
def test_a_token_is_not_redeemed_where_others_read_along() -> None:
    heard = hear(chat=GROUP, **marked("/start@kotha_bot sometoken", "/start@kotha_bot", "bot_command"))
    assert heard.token is None
    assert heard.meaning == GREET


@pytest.mark.parametrize("payload", ["private", "eid_sale", "a" * 21])
def test_a_payload_that_is_no_token_is_a_greeting(payload: str) -> None:
    assert hear(**marked(f"/start {payload}", "/start", "bot_command")).meaning == GREET


@pytest.mark.parametrize(
    ("word", "language"), [("bangla", "bn"), ("English", "en"), ("বাংলা", "bn"), ("banglish", "bn-Latn")]
)
def test_the_language_command_may_say_which(word: str, language: str) -> None:
    heard = hear(**marked(f"/language {word}", "/language", "bot_command"))
    assert heard.meaning == {"intent": "change_language", "entities": {"language": language}}


def test_names_hold_nothing_a_database_cannot_keep() -> None:
    heard = read(message={**message(text="a\0b"), "from": {**RAHIMA, "last_name": "A\0\ud83dB"}})
    assert isinstance(heard, Heard)
    assert heard.content.text == "ab"
    assert heard.sender.display_name == "Rahima A?B"


@pytest.mark.rules("TG11")
def test_a_group_conversation_is_of_one_person_in_one_topic() -> None:
    said = marked("@kotha_bot where is my order?", "@kotha_bot", "mention")
    heard = hear(chat=GROUP, message_thread_id=9, is_topic_message=True, **said)
    assert heard.place.key == "-1001:9"
    assert heard.place.is_public
    assert heard.place.address == {"chat": -1001, "thread": 9}
    assert heard.sender.source_id == "user:7"
    assert heard.content.text == "where is my order?"


def test_threads_of_replies_are_no_topics() -> None:
    said = marked("@kotha_bot hello", "@kotha_bot", "mention")
    assert hear(chat=GROUP, message_thread_id=9, **said).place.key == "-1001"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@kotha_bot, where is it?", "where is it?"),
        ("where is it @Kotha_Bot", "where is it"),
        ("😀 @kotha_bot অর্ডার কই", "😀 অর্ডার কই"),
    ],
)
def test_the_bots_name_is_no_part_of_the_words(text: str, left: str) -> None:
    name = next(word for word in text.replace(",", " ").split() if word.startswith("@"))
    assert hear(chat=GROUP, **marked(text, name, "mention")).content.text == left


def test_a_picked_name_counts_as_a_mention() -> None:
    said = marked("Kotha where is it", "Kotha", "text_mention", user=OUR_BOT)
    assert hear(chat=GROUP, **said).content.text == "where is it"


def test_a_name_alone_is_a_greeting() -> None:
    assert hear(chat=GROUP, **marked("@kotha_bot", "@kotha_bot", "mention")).meaning == GREET


def test_an_answer_to_the_bot_is_for_the_bot() -> None:
    ours = {**message(text="Which order?", chat=GROUP), "from": OUR_BOT, "message_id": 4}
    heard = hear(chat=GROUP, text="KB-1042", reply_to_message=ours)
    assert heard.content.text == "KB-1042"
    quote = {"kind": "reply", "ours": True, "text": "Which order?"}
    assert heard.reply_to == {"message": 5, "quote": quote, "replies_to": "-1001:4"}


def quoted(**parts: Any) -> object:
    """What is kept of the message's reference."""
    return (hear(**parts).reply_to or {}).get("quote")


def test_what_a_message_answers_is_quoted_in_short() -> None:
    asked = {**message(text="so  long\n" * 99), "message_id": 4}
    kept = quoted(text="and?", reply_to_message=asked)
    assert isinstance(kept, dict)
    assert (kept["kind"], kept["ours"], len(kept["text"])) == ("reply", False, 200)
    picked = {"text": "only this", "position": 0}
    assert quoted(text="and?", reply_to_message=asked, quote=picked) == {
        "kind": "reply",
        "ours": False,
        "text": "only this",
    }


def test_a_forwarded_message_is_known_as_such_without_naming_anybody() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Karim", "date": 1}
    assert quoted(text="look", forward_origin=origin) == {"kind": "forwarded", "ours": False, "text": None}


def test_in_a_group_other_peoples_words_are_not_kept() -> None:
    theirs = {**message(text="my order is KB-1", chat=GROUP), "message_id": 4}
    said = marked("@kotha_bot look", "@kotha_bot", "mention")
    assert quoted(chat=GROUP, reply_to_message=theirs, **said) is None


@pytest.mark.rules("G5")
@pytest.mark.parametrize("secret", ["/start Zx81_token-of-22-letters", "/link 7H3K-92QD"])
def test_a_secret_is_not_quoted(secret: str) -> None:
    assert quoted(text="this?", reply_to_message={**message(text=secret), "message_id": 4}) == {
        "kind": "reply",
        "ours": False,
        "text": None,
    }


def test_talk_among_people_is_not_for_the_bot() -> None:
    others = {**message(text="hi", chat=GROUP), "from": {**RAHIMA, "id": 8}, "message_id": 4}
    for said in (
        {"text": "where is my order?"},
        {"text": "yes", "reply_to_message": others},
        marked("@someone_else look", "@someone_else", "mention"),
        marked("/help@another_bot", "/help@another_bot", "bot_command"),
    ):
        assert read(message=message(chat=GROUP, **said)) == Nothing("not_addressed")


def test_a_command_in_a_group_is_for_the_bot() -> None:
    heard = hear(chat=GROUP, **marked("/human@kotha_bot", "/human@kotha_bot", "bot_command"))
    assert heard.meaning == {"intent": "contact_human_agent", "entities": {}}


@pytest.mark.rules("TG11")
@pytest.mark.parametrize(
    "content",
    [
        {"message": message(new_chat_members=[OUR_BOT], chat=GROUP)},
        {"message": message(new_chat_title="Sale", chat=GROUP)},
        {"channel_post": message(text="news", chat={"id": -2, "type": "channel", "title": "News"})},
        {"message": message(text="news", chat={"id": -2, "type": "channel", "title": "News"})},
        {"edited_message": message(location={"latitude": 23.7, "longitude": 90.4}, edit_date=1_800_000_001)},
        {"edited_message": message(photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}])},
        {"inline_query": {"id": "1", "from": RAHIMA, "query": "order", "offset": ""}},
        {"poll_answer": {"poll_id": "1", "user": RAHIMA, "option_ids": [0], "option_persistent_ids": []}},
        {"a_kind_of_the_future": {"anything": 1}},
        {},
    ],
)
def test_updates_without_a_message_to_the_bot_mean_nothing(content: dict[str, Any]) -> None:
    assert isinstance(read(**content), Nothing)


def test_bots_and_groups_that_speak_for_themselves_are_not_answered() -> None:
    other_bot = {**RAHIMA, "is_bot": True}
    assert read(message={**message(text="beep"), "from": other_bot}) == Nothing("bot")
    assert isinstance(read(message=message(text="@kotha_bot", chat=GROUP, sender_chat=GROUP)), Nothing)


def test_an_edit_names_the_message_it_changes() -> None:
    edited = read(edited_message=message(text="KB-1043", edit_date=1_800_000_001))
    assert edited == Edited("7:5", "KB-1043")


@pytest.mark.rules("CH6")
def test_only_the_private_chat_is_private() -> None:
    under = {**message(text="Sure?"), "from": OUR_BOT, "chat": {"id": -5, "type": "channel", "title": "News"}}
    query = {"id": "c1", "from": RAHIMA, "chat_instance": "x", "message": under, "data": "opaque"}
    clicked = read(callback_query=query)
    assert isinstance(clicked, Clicked)
    assert clicked.place.is_public


@pytest.mark.rules("CH7")
@pytest.mark.parametrize("text", ["/link 7H3K-92QD", "/start Zx81_token-of-22-letters"])
def test_a_corrected_token_is_not_kept_with_the_words_either(text: str) -> None:
    command = text.split()[0]
    changed = message(**marked(text, command, "bot_command"), edit_date=1_800_000_001)
    assert read(edited_message=changed) == Edited("7:5", command)


def test_a_changed_caption_is_an_edit() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    changed = message(photo=photo, caption="torn", media_group_id="13", edit_date=1_800_000_001)
    assert read(edited_message=changed) == Edited("7:5", "torn", "7:album:13")


def test_a_click_carries_the_opaque_id_and_nothing_else() -> None:
    under = {**message(text="Sure?"), "from": OUR_BOT, "message_id": 12}
    clicked = read(
        callback_query={"id": "c1", "from": RAHIMA, "chat_instance": "x", "message": under, "data": "opaque"}
    )
    assert isinstance(clicked, Clicked)
    assert (clicked.callback, clicked.choice, clicked.chat, clicked.message) == ("c1", "opaque", 7, 12)
    assert clicked.place.key == ""


def test_a_click_under_a_message_too_old_to_be_shown_is_read() -> None:
    under = {"chat": PRIVATE, "message_id": 12, "date": 0}
    clicked = read(
        callback_query={"id": "c1", "from": RAHIMA, "chat_instance": "x", "message": under, "data": "opaque"}
    )
    assert isinstance(clicked, Clicked)
    assert clicked.message == 12


def test_a_click_in_a_topic_belongs_to_the_conversation_there() -> None:
    under = {**message(text="Sure?", chat=GROUP, message_thread_id=9, is_topic_message=True), "from": OUR_BOT}
    clicked = read(
        callback_query={"id": "c1", "from": RAHIMA, "chat_instance": "x", "message": under, "data": "opaque"}
    )
    assert isinstance(clicked, Clicked)
    assert clicked.place.key == "-1001:9"
    assert clicked.place.is_public


@pytest.mark.rules("TG7")
@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_blocking_and_unblocking_is_read(status: str, reachable: bool) -> None:
    standing = {"user": OUR_BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    change = {
        "chat": PRIVATE,
        "from": RAHIMA,
        "date": 1_800_000_000,
        "old_chat_member": {"user": OUR_BOT, "status": "member"},
        "new_chat_member": standing,
    }
    meaning = read(my_chat_member=change)
    assert isinstance(meaning, Membership)
    assert meaning.reachable is reachable
    assert meaning.sender.source_id == "user:7"


@pytest.mark.rules("TG7")
def test_a_group_that_became_a_supergroup_is_read() -> None:
    old = {"id": -5, "type": "group", "title": "Family"}
    assert read(message=message(chat=old, migrate_to_chat_id=-1005)) == Moved(-5, -1005)


def test_the_account_is_the_bots_id() -> None:
    assert hear(text="hello").sender.account == str(ME.id)
