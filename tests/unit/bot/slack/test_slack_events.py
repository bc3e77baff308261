"""SL5, SL6, SL11, SL12: which event is what; whatever else comes is ignored with its reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.events import (
    EventsLimited,
    Ignored,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    SlackFile,
    TeamLost,
    read_event,
)
from tests.unit.bot.slack.slack_events import (
    BOT_USER,
    CHANNEL,
    CUSTOMER,
    DIRECT,
    TEAM,
    changed,
    deleted,
    in_channel,
    message,
    outer,
)


def posted(event: dict[str, Any]) -> MessagePosted:
    read = read_event(outer(event))
    assert isinstance(read, MessagePosted), read
    return read


def why(event: dict[str, Any]) -> str:
    read = read_event(outer(event))
    assert isinstance(read, Ignored), read
    return read.why


def test_a_direct_message_is_read() -> None:
    read = posted(message("আমার অর্ডার কোথায়?"))
    assert (read.spot.team, read.spot.channel, read.spot.is_direct) == (TEAM, DIRECT, True)
    assert (read.user, read.ts, read.text) == (CUSTOMER, "1712000000.000100", "আমার অর্ডার কোথায়?")
    assert not read.calls_bot


@pytest.mark.rules("SL5")
def test_a_mention_and_its_twin_have_the_same_place_and_time() -> None:
    text = f"<@{BOT_USER}> hello"
    twin, mention = posted(in_channel(text)), posted(in_channel(text, type="app_mention"))
    assert (twin.spot.channel, twin.ts) == (mention.spot.channel, mention.ts)
    assert twin.calls_bot and mention.calls_bot


def test_a_message_to_others_does_not_call_the_bot() -> None:
    read = posted(in_channel("<@U0KARIM> hello"))
    assert not (read.calls_bot or read.spot.is_direct)


@pytest.mark.rules("SL6")
def test_the_thread_is_kept() -> None:
    assert posted(in_channel(thread_ts="1711.1")).spot.thread_ts == "1711.1"


@pytest.mark.rules("SL6")
@pytest.mark.parametrize(
    "mark",
    [
        {"bot_id": "B1"},
        {"bot_profile": {"id": "B1"}},
        {"user": BOT_USER},
        {"user": "USLACKBOT"},
    ],
)
def test_bots_are_ignored(mark: dict[str, Any]) -> None:
    assert why(message(**mark)) == "bot"


@pytest.mark.rules("SL6")
@pytest.mark.parametrize(
    "subtype", ["channel_join", "channel_topic", "group_leave", "bot_message", "pinned_item", 7, [], {}]
)
def test_notices_are_ignored(subtype: object) -> None:
    assert why(message(subtype=subtype)) == "notice"


@pytest.mark.rules("SL6")
def test_hidden_events_are_ignored() -> None:
    assert why(message(hidden=True)) == "hidden"


@pytest.mark.rules("SL6")
@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_other_ways_of_writing_are_messages(subtype: str) -> None:
    assert posted(message(subtype=subtype)).text == "hello"


@pytest.mark.rules("SL6")
def test_an_edit_names_the_message_it_changes() -> None:
    read = read_event(outer(changed("helo", "hello")))
    assert isinstance(read, MessageEdited)
    assert (read.ts, read.user, read.text) == ("1712000000.000100", CUSTOMER, "hello")


@pytest.mark.rules("SL6")
def test_a_link_preview_is_no_edit() -> None:
    assert why(changed("https://shop.example", "https://shop.example")) == "same_text"


@pytest.mark.rules("SL6")
def test_our_own_edits_are_ignored() -> None:
    own = message("new", bot_id="B1", user=BOT_USER)
    assert why(changed("old", "new", message=own)) == "bot"
    assert why(deleted(previous_message=own)) == "bot"


@pytest.mark.rules("SL6")
def test_a_deletion_names_the_message() -> None:
    read = read_event(outer(deleted()))
    assert isinstance(read, MessageDeleted)
    assert (read.spot.channel, read.ts) == (DIRECT, "1712000000.000100")


@pytest.mark.rules("SL6")
def test_a_deleted_first_message_of_a_thread_is_a_deletion() -> None:
    stone = {
        **message("This message was deleted."),
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "hidden": True,
    }
    read = read_event(outer(changed("hello", "", message=stone)))
    assert isinstance(read, MessageDeleted)
    assert read.ts == "1712000000.000100"


def test_a_message_that_was_passed_on_says_what_it_said() -> None:
    shared = [{"text": "my parcel is late", "author_name": "Karim"}, {"fallback": "a picture"}, 5]
    assert posted(message("", attachments=shared)).text == "my parcel is late\na picture"


def test_a_message_of_nothing_is_ignored() -> None:
    assert why(message("")) == "empty"


def test_files_are_named_with_where_they_lie() -> None:
    files = [
        {
            "id": "F1",
            "name": "receipt.pdf",
            "size": 1200,
            "url_private_download": "https://files.slack.com/d",
        },
        {"id": "F2", "name": "gone", "mode": "tombstone"},
        {"id": "F3", "file_access": "check_file_info"},
        "F4",
    ]
    assert posted(message(files=files)).files == (
        SlackFile("F1", "receipt.pdf", 1200, "https://files.slack.com/d"),
        SlackFile("F3", "", 0, None),
    )


@pytest.mark.rules("SL11")
def test_being_limited_has_no_inner_event() -> None:
    body = {
        "type": "app_rate_limited",
        "team_id": TEAM,
        "minute_rate_limited": 1712000000,
        "api_app_id": "A1",
    }
    assert read_event(body) == EventsLimited(TEAM)


@pytest.mark.rules("SL12")
def test_a_removed_app_and_a_revoked_bot_token_lose_the_team() -> None:
    assert read_event(outer({"type": "app_uninstalled"})) == TeamLost("Ev01", TEAM, "app_uninstalled")
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0KOTHA"]}}
    assert read_event(outer(revoked)) == TeamLost("Ev01", TEAM, "tokens_revoked")
    assert why({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}) == "user_token_revoked"


@pytest.mark.parametrize("kind", ["reaction_added", "channel_created", "made_up_next_year", None, 5])
def test_unknown_events_are_ignored(kind: object) -> None:
    assert why({"type": kind}) == "unknown_event"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "user",
    "ts",
    "text",
    "files",
    "channel",
    "thread_ts",
    "message",
    "previous_message",
    "deleted_ts",
    "tokens",
]


@given(
    kind=st.sampled_from(["message", "app_mention", "tokens_revoked", "app_uninstalled"]),
    subtype=st.sampled_from([None, "message_changed", "message_deleted", "file_share"]),
    spoiled=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6),
    around=st.dictionaries(
        st.sampled_from(["authorizations", "team_id", "event_id", "type"]), JSON, max_size=2
    ),
)
def test_no_shape_of_an_event_breaks_the_reading(
    kind: str, subtype: str | None, spoiled: dict[str, Any], around: dict[str, Any]
) -> None:
    read_event(outer({**message(), "type": kind, "subtype": subtype, **spoiled}, **around))


def test_a_channel_of_no_name_is_malformed() -> None:
    assert why(message(channel=CHANNEL and None)) == "malformed"
