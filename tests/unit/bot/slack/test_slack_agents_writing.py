"""What stands in agents' threads: cards, lines, windows, and what is cut where."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.channels.slack.agents.card import CardWriter
from bot.channels.slack.agents.lines import MAX_POST, LineWriter
from bot.channels.slack.agents.modals import MODALS, Modals, read_filled
from bot.channels.slack.agents.rooms import why_not
from bot.channels.slack.markup import unescape, within
from bot.channels.wording import load_wording
from crm_store.domain.agent_events import AgentEvent
from crm_store.domain.agent_threads import AgentThread
from crm_store.domain.agents import AgentName
from crm_store.domain.conversation_lists import ListedCustomer, Summary
from crm_store.domain.handoff_card import Attempt, Card, CardFact, Collected, Who
from crm_store.domain.notes import Note
from crm_store.domain.sentences import Sentence
from crm_store.use_cases.conversation_lists import OpenedConversation
from tests.fakes.slack.blocks import Checker, check_view

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FARHANA = AgentName(UUID(int=7), "Farhana", "ফারহানা")
WORDING = load_wording("slack_agents")
HOSTILE = "<!channel> & <b>" * 400


def make_thread(**changes: Any) -> AgentThread:
    """A thread whose card stands."""
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "conversation_id": UUID(int=2),
        "handoff_id": UUID(int=3),
        "channel": "slack",
        "account": "T1",
        "place": "C1",
        "language": "en",
        "root": "1.0",
        "shown_epoch": 0,
        "posted_seq": 0,
        "is_ended": False,
        "is_superseded": False,
        "opened_at": NOW,
    }
    return AgentThread(**(values | changes))


def make_summary(**changes: Any) -> Summary:
    """Rahima waits."""
    values: dict[str, Any] = dict.fromkeys(Summary.__dataclass_fields__)
    values |= {
        "id": UUID(int=2),
        "channel": "web",
        "state": "queued",
        "epoch": 1,
        "customer": ListedCustomer(UUID(int=9), "Rahima", "রহিমা", "gold", verified=True),
        "labels": (),
        "priority": "normal",
        "reason": "asked",
        "last_seq": 3,
        "unread": 1,
        "queued_at": NOW,
        "updated_at": NOW,
        "created_at": NOW,
        "viewers": (),
    }
    return Summary(**(values | changes))


def make_card(words: str) -> Card:
    """A card full of long words."""
    many = range(20)
    return Card(
        who=Who(
            "Rahima",
            "রহিমা",
            verified=True,
            proof="signed",
            channel="web",
            since=None,
            tier=None,
            language="bn",
        ),
        wants=Sentence(words, words),
        tried=tuple(Attempt(words, words, NOW, worked=n % 2 == 0) for n in many),
        collected=tuple(Collected("order", words, words, words) for _ in many),
        mood=None,
        facts=tuple(CardFact("late", words, words) for _ in many),
        next_steps=(),
        last_words=words,
    )


def shown(thread: AgentThread, summary: Summary, card: Card | None = None) -> dict[str, Any]:
    """The card's message; its blocks are as Slack takes them."""
    writer = CardWriter(WORDING, "https://chat.example/console", "!")
    message = writer.message(thread, OpenedConversation(summary, card, (), ()))
    Checker().check(message["blocks"])
    return message


def labels(message: dict[str, Any]) -> list[str]:
    """Its buttons."""
    actions = next(block for block in message["blocks"] if block["type"] == "actions")
    return [element["text"]["text"] for element in actions["elements"]]


def make_event(seq: int, text: str, author: str = "customer", **changes: Any) -> AgentEvent:
    """A line of the transcript."""
    values: dict[str, Any] = dict.fromkeys(AgentEvent.__dataclass_fields__)
    values |= {"seq": seq, "id": UUID(int=100 + seq), "at": NOW, "author": author, "text": text}
    values |= {"buttons": (), "attachments": (), "suppressed": False}
    values |= {"agent": FARHANA if author == "agent" else None}
    return AgentEvent(**(values | changes))


def write(*events: AgentEvent, notes: tuple[Note, ...] = (), language: str = "en") -> list[str]:
    """The texts that are posted."""
    writer = LineWriter(WORDING, language, "Rahima", "slack:C1:1.0:", "https://chat.example/c")
    return [post.text for post in writer.posts(events, notes)]


@pytest.mark.rules("SL9", "SL10")
@pytest.mark.parametrize("language", ["en", "bn", "bn-Latn"])
@pytest.mark.parametrize("state", ["queued", "claimed", "snoozed", "bot", "resolved"])
def test_the_fullest_card_fits_into_slack(language: str, state: str) -> None:
    summary = make_summary(state=state, assignee=FARHANA)
    message = shown(make_thread(language=language), summary, make_card(HOSTILE))
    assert len(message["text"]) < 4000
    texts = [str(block.get("text", {}).get("text", "")) for block in message["blocks"]]
    assert not any("<!channel>" in text or "<b>" in text for text in texts)


def test_the_buttons_are_what_can_be_done_now() -> None:
    thread = make_thread()
    assert labels(shown(thread, make_summary()))[0] == "Claim"
    assert labels(shown(thread, make_summary(state="claimed", assignee=FARHANA)))[0] == "Reply…"
    assert labels(shown(thread, make_summary(state="bot")))[0] == "Step in"
    assert labels(shown(thread, make_summary(state="resolved"))) == ["Open in console"]
    assert labels(shown(make_thread(is_superseded=True), make_summary())) == ["Open in console"]


def test_a_bengali_team_reads_bengali() -> None:
    message = shown(make_thread(language="bn"), make_summary(state="claimed", assignee=FARHANA))
    assert message["text"] == "রহিমা একজন মানুষের সঙ্গে কথা বলতে চান · :speech_balloon: *ফারহানা* দেখছেন"


def test_neighbours_share_a_post_and_agents_words_stand_alone() -> None:
    note = Note(uuid4(), UUID(int=2), 2, NOW, FARHANA, "careful")
    texts = write(
        make_event(1, "hello"),
        make_event(2, "I can help.", "bot"),
        make_event(3, "Let me see.", "agent"),
        make_event(4, "thanks"),
        make_event(5, "ok"),
        notes=(note,),
    )
    assert texts == [
        "*Rahima*: hello\n*Bot*: I can help.",
        ":lock: *Note of Farhana*: careful",
        "*Farhana*: Let me see.",
        "*Rahima*: thanks\n*Rahima*: ok",
    ]


def test_an_agents_correction_is_followed_as_their_message_is() -> None:
    writer = LineWriter(WORDING, "en", "Rahima", "slack:C1:1.0:", "https://chat.example/c")
    events = [
        make_event(1, "tomorow", "agent", client_msg_id="slack:C1:1.0:2.0"),
        make_event(2, "tomorrow", "agent", replaces=UUID(int=101)),
        make_event(3, "thanks"),
    ]
    posts = writer.posts(events, [])
    assert [(post.text, post.message_id) for post in posts if post.text] == [
        ("*Farhana* (changed): tomorrow", events[1].id),
        ("*Rahima*: thanks", None),
    ]


def test_what_was_typed_in_the_thread_or_kept_back_is_not_said_again() -> None:
    texts = write(
        make_event(1, "typed here", "agent", client_msg_id="slack:C1:1.0:2.0"),
        make_event(2, "too late", "bot", suppressed=True),
        make_event(3, "hello"),
    )
    assert texts == ["*Rahima*: hello"]


def test_changes_and_deletions_of_the_customer_show() -> None:
    texts = write(
        make_event(1, "tomorow"),
        make_event(2, "tomorrow", replaces=UUID(int=101)),
        make_event(3, "", deleted_at=NOW, replaces=UUID(int=101)),
    )
    assert texts == ["*Rahima*: tomorow\n*Rahima* (changed): tomorrow\n*Rahima*: (deleted by the customer)"]


@pytest.mark.rules("SL9")
def test_the_longest_lines_fit_and_say_where_the_rest_is() -> None:
    (text,) = write(make_event(1, "<" * 4000))
    assert len(text) < MAX_POST
    assert text.endswith("The rest is in the console.")
    assert len(write(*(make_event(n, "ক" * 1500) for n in range(1, 5)))) == 2


@pytest.mark.parametrize("limit", [40, 100, 399])
def test_text_is_cut_between_characters_and_entities(limit: int) -> None:
    cut = within("কি & <খবর> " * 50, limit)
    assert len(cut) <= limit
    assert cut.endswith("…")
    assert "কি & <খবর> কি".startswith(unescape(cut)[:8])
    assert within("short & sweet", limit) == "short &amp; sweet"


@pytest.mark.parametrize("language", ["en", "bn", "bn-Latn"])
@pytest.mark.parametrize("kind", sorted(MODALS))
def test_every_window_is_one_slack_opens(kind: str, language: str) -> None:
    view = check_view(Modals(WORDING).make(kind, UUID(int=1), language))
    values = {block["block_id"]: {"value": {"value": "x"}} for block in view["blocks"]}
    sent = {"type": "view_submission", "view": {**view, "id": "V1", "state": {"values": values}}}
    filled = read_filled(sent)
    assert filled is not None
    assert (filled.kind, filled.thread_id, filled.view_id) == (kind, UUID(int=1), "V1")
    assert set(filled.values.values()) == {"x"}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "view_submission"},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {"callback_id": "agents:reply", "private_metadata": "no id"}},
        {
            "type": "view_submission",
            "view": {"callback_id": "agents:other", "private_metadata": str(UUID(int=1))},
        },
        {
            "type": "view_closed",
            "view": {"callback_id": "agents:reply", "private_metadata": str(UUID(int=1))},
        },
    ],
)
def test_any_other_window_is_not_ours(payload: dict[str, Any]) -> None:
    assert read_filled(payload) is None


@pytest.mark.rules("CH6")
def test_only_a_private_channel_of_our_own_is_good() -> None:
    private = {"is_private": True, "is_member": True}
    assert why_not(private, any_channel=False) is None
    assert why_not({**private, "is_ext_shared": True}, any_channel=False) == "shared"
    assert why_not({**private, "is_pending_ext_shared": True}, any_channel=False) == "shared"
    assert why_not({"is_member": True}, any_channel=False) == "public"
    assert why_not({"is_member": True}, any_channel=True) is None
    assert why_not({**private, "is_member": False}, any_channel=True) == "not_joined"
    assert why_not({**private, "is_archived": True}, any_channel=True) == "archived"
    assert why_not({"is_im": True}, any_channel=True) == "direct"
