"""SL9, SL10: how messages of ours are written for Slack."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import TextUnit
from bot.channels.slack.markup import unescape
from bot.channels.slack.outgoing import MAX_TEXT, Writer, metadata_of, pieces_of
from bot.channels.slack.sending import thread_of
from bot.channels.splitting import text_length
from bot.channels.wording import load_wording
from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author, JsonObject, StoredButton
from crm_store.domain.outbox import OutboxItem

WRITER = Writer(load_wording("slack"), "U0KOTHA")
FILE = {"id": str(UUID(int=1)), "name": "guarantee.pdf", "type": "application/pdf", "size": 9}


def item(text: str | None = "hello", **changes: Any) -> OutboxItem:
    """A message of the bot in a direct message."""
    fields: dict[str, Any] = {
        "id": 1,
        "conversation_id": uuid4(),
        "message_id": UUID(int=7),
        "channel": "slack",
        "account": "T1",
        "destination": "user:U1",
        "author": Author.BOT,
        "text": text,
        "buttons": (),
        "card": None,
        "language": "en",
        "attempts": 1,
        "lease_token": uuid4(),
        "address": {"user": "U1", "channel": "D1"},
        **changes,
    }
    return OutboxItem(**fields)


def methods(parts: tuple[JsonObject, ...]) -> list[str]:
    return [part["method"] for part in parts]


def test_a_text_is_one_post_that_formats_nothing() -> None:
    assert WRITER.parts(item("3 * 4 < 13")) == (
        {"method": "chat.postMessage", "text": "3 * 4 &lt; 13", "mrkdwn": False},
    )


@pytest.mark.rules("SL9")
@given(st.text(st.sampled_from("&<>ab ক্ষ।\n😀"), min_size=1, max_size=9000))
def test_every_piece_fits_and_nothing_is_lost(text: str) -> None:
    pieces = pieces_of(text)
    assert all(0 < text_length(piece, TextUnit.UTF16) <= MAX_TEXT for piece in pieces)
    assert "".join("".join(unescape(piece) for piece in pieces).split()) == "".join(text.split())


@pytest.mark.rules("SL9")
def test_buttons_stand_under_the_last_piece() -> None:
    buttons = (StoredButton("opaque", "Yes"),)
    parts = WRITER.parts(item("word " * 1500, buttons=buttons))
    assert ["blocks" in part for part in parts] == [False, False, True]
    assert parts[-1]["blocks"][-1]["elements"][0]["value"] == "opaque"
    assert all(part["text"] for part in parts)


@pytest.mark.rules("SL9")
def test_many_buttons_take_several_rows_with_short_titles() -> None:
    buttons = tuple(StoredButton(f"id{number}", "খুব লম্বা " * 20) for number in range(30))
    rows = [block for block in WRITER.parts(item(buttons=buttons))[0]["blocks"] if block["type"] == "actions"]
    assert [len(row["elements"]) for row in rows] == [25, 5]
    assert max(len(each["text"]["text"]) for row in rows for each in row["elements"]) == 75
    assert len({row["block_id"] for row in rows}) == 2


def test_a_message_of_nothing_is_no_call() -> None:
    assert WRITER.parts(item(None)) == ()
    assert WRITER.parts(item("  \n ")) == ()


def test_buttons_alone_have_words_too() -> None:
    parts = WRITER.parts(item(None, buttons=(StoredButton("a", "Yes"), StoredButton("b", "No & <go>"))))
    assert parts[0]["text"] == "Yes · No &amp; &lt;go&gt;"
    assert [block["type"] for block in parts[0]["blocks"]] == ["actions"]


def test_an_agent_is_named_in_the_customers_script() -> None:
    agent = AgentName(UUID(int=3), "Farhana <3", "ফারহানা")
    english = WRITER.parts(item("hello", author=Author.AGENT, agent=agent))[0]
    bengali = WRITER.parts(item("জি", author=Author.AGENT, agent=agent, language="bn"))[0]
    assert english["text"] == "*Farhana &lt;3*\nhello"
    assert bengali["text"] == "*ফারহানা*\nজি"


def test_files_follow_the_text() -> None:
    parts = WRITER.parts(item("see this", attachments=(FILE,)))
    assert methods(parts) == ["chat.postMessage", "file"]
    assert methods(WRITER.parts(item(None, attachments=(FILE,)))) == ["file"]


def test_an_edit_takes_the_old_messages_places() -> None:
    longer = WRITER.parts(item("word " * 900, edit_of=("D1:1.1",)))
    shorter = WRITER.parts(item("word", edit_of=("D1:1.1", "D1:1.2", "file:F1")))
    assert [(part["method"], part.get("target")) for part in longer] == [
        ("chat.update", "D1:1.1"),
        ("chat.postMessage", None),
    ]
    assert [(part["method"], part.get("target")) for part in shorter] == [
        ("chat.update", "D1:1.1"),
        ("chat.delete", "D1:1.2"),
    ]
    assert "mrkdwn" not in shorter[0]  # chat.update does not know it


@pytest.mark.rules("CH6")
def test_only_the_bot_in_a_public_place_leads_out() -> None:
    public = item("hello", is_public=True)
    (part,) = WRITER.parts(public)
    assert part["blocks"][-1]["elements"][0]["url"] == "slack://user?team=T1&id=U0KOTHA"
    assert "blocks" not in WRITER.parts(item("hello"))[0]
    assert "blocks" not in WRITER.parts(item("hello", is_public=True, author=Author.SYSTEM))[0]
    assert "blocks" not in Writer(WRITER.wording).parts(public)[0]  # nobody knows yet who we are there


@pytest.mark.rules("SL6")
def test_answers_stay_in_their_thread() -> None:
    assert thread_of(item(address={"channel": "C1", "thread_ts": "1.1"})) == "1.1"
    assert thread_of(item(reply_to={"thread_ts": "2.2"})) == "2.2"
    assert thread_of(item()) is None


@pytest.mark.rules("SL13")
def test_each_part_can_be_told_from_every_other() -> None:
    marks = {str(metadata_of(item(), number)) for number in range(3)}
    assert len(marks) == 3
    assert metadata_of(item(), 0) == metadata_of(item("another try"), 0)
