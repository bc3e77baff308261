"""The judge of `make faults` must see each broken promise: a judge that cannot convict proves nothing."""

from __future__ import annotations

from typing import Any

from bot.phrases import load_phrases
from tests.faults.judge import judge
from tests.faults.ledger import Entry
from tests.faults.verdict import KINDS


def history(*events: tuple[str, str | None, str]) -> list[Entry]:
    """Events by (author, the key of its message or of the one it answers, text), numbered from 1."""
    shown: list[Entry] = []
    for seq, (author, key, text) in enumerate(events, start=1):
        own = author == "customer"
        event: Entry = {"seq": seq, "id": f"id-{key}" if own else f"id-{seq}", "author": author, "text": text}
        event |= {
            "client_msg_id": key if own else None,
            "in_reply_to": f"id-{key}" if key and not own else None,
        }
        shown.append(event)
    return shown


def run_of(events: list[Entry], *more: Entry, acked: dict[str, int] | None = None) -> dict[str, int]:
    """The verdict's counts by kind of violation, of a run that ended with this history."""
    seqs = acked or {event["client_msg_id"]: event["seq"] for event in events if event["client_msg_id"]}
    entries: list[dict[str, Any]] = [{"kind": "opened", "channel": "web"}]
    for key, seq in seqs.items():
        entries.append({"kind": "sent", "key": key, "text": key})
        entries.append({"kind": "accepted", "key": key, "id": f"id-{key}", "seq": seq})
    entries += more
    entries += [{"kind": "event", "connection": 1, **event} for event in events]
    entries += [{"kind": "history", **event} for event in events]
    verdict = judge([{"at": 1.0, "customer": "rahima", **entry} for entry in entries])
    return {kind: verdict.of(kind) for kind in KINDS if verdict.of(kind)}


CUSTOMER_ONE, CUSTOMER_TWO = ("customer", "one", "one"), ("customer", "two", "two")
BOT_ONE, BOT_TWO = ("bot", "one", "answer one"), ("bot", "two", "answer two")


def test_a_run_in_which_everything_was_answered_in_turn_is_clean() -> None:
    assert run_of(history(CUSTOMER_ONE, BOT_ONE, CUSTOMER_TWO, BOT_TWO)) == {}


def test_an_acknowledged_message_that_is_not_in_the_history_is_lost() -> None:
    found = run_of(history(CUSTOMER_ONE, BOT_ONE), acked={"one": 1, "two": 3})
    assert found == {"lost": 1, "unanswered": 1}


def test_an_event_that_was_shown_and_is_gone_is_lost() -> None:
    shown = {"kind": "event", "connection": 1, "seq": 3, "id": "gone", "author": "bot", "text": "…"}
    ghost = {**shown, "in_reply_to": "id-one", "client_msg_id": None}
    assert run_of(history(CUSTOMER_ONE, BOT_ONE), ghost) == {"lost": 1}


def test_the_same_answer_twice_is_repeated() -> None:
    assert run_of(history(CUSTOMER_ONE, BOT_ONE, BOT_ONE)) == {"repeated": 1}


def test_a_frame_that_comes_twice_over_one_connection_is_repeated() -> None:
    events = history(CUSTOMER_ONE, BOT_ONE)
    assert run_of(events, {"kind": "event", "connection": 1, **events[1]}) == {"repeated": 1}


def test_a_frame_that_comes_again_over_a_new_connection_is_not() -> None:
    events = history(CUSTOMER_ONE, BOT_ONE)
    assert run_of(events, {"kind": "event", "connection": 2, **events[1]}) == {}


def test_answers_in_another_order_than_the_messages_are_out_of_order() -> None:
    assert run_of(history(CUSTOMER_ONE, CUSTOMER_TWO, BOT_TWO, BOT_ONE)) == {"out of order": 1}


def test_a_message_nobody_answered_is_unanswered() -> None:
    assert run_of(history(CUSTOMER_ONE, CUSTOMER_TWO, BOT_TWO)) == {"unanswered": 1}


def test_to_say_that_it_takes_longer_is_no_answer() -> None:
    notice = load_phrases().catalogues["en"]["engine_trouble"]
    assert run_of(history(CUSTOMER_ONE, ("bot", "one", notice))) == {"unanswered": 1}


def held(first: int, last: int, back: int) -> list[Entry]:
    """A take-over."""
    return [
        {"kind": "claimed", "seq": first},
        {"kind": "held", "seq": last},
        {"kind": "handed_back", "seq": back},
    ]


JOINED, LEFT = ("system", None, "A person has joined."), ("system", None, "They have left.")


AGENT = ("agent", None, "I am here.")


def test_what_waited_when_an_agent_wrote_needs_no_answer_of_the_bot() -> None:
    assert run_of(history(CUSTOMER_ONE, JOINED, AGENT), *held(2, 3, 3)) == {}


def test_what_was_written_after_an_agents_words_is_the_bots_when_it_is_back() -> None:
    assert run_of(history(JOINED, AGENT, CUSTOMER_ONE), *held(2, 3, 3)) == {"unanswered": 1}
    assert run_of(history(JOINED, AGENT, CUSTOMER_ONE, LEFT, BOT_ONE), *held(2, 3, 4)) == {}


def test_a_person_who_came_later_does_not_excuse_a_message_the_bot_passed_over() -> None:
    events = history(CUSTOMER_ONE, CUSTOMER_TWO, BOT_TWO, JOINED, AGENT)
    assert run_of(events, *held(4, 5, 5)) == {"unanswered": 1}


def test_a_bot_message_while_a_person_has_the_conversation_is_a_violation() -> None:
    events = history(CUSTOMER_ONE, JOINED, BOT_ONE)
    assert run_of(events, *held(2, 3, 3)) == {"after a take-over": 1}


def test_what_an_agent_wrote_must_be_there_once() -> None:
    accepted: Entry = {"kind": "agent_accepted", "text": "hello"}
    events = history(CUSTOMER_ONE, BOT_ONE)
    assert run_of(events, accepted) == {"lost": 1}
    twice = history(CUSTOMER_ONE, BOT_ONE, ("agent", None, "hello"), ("agent", None, "hello"))
    assert run_of(twice, accepted) == {"repeated": 1}


def test_a_complaint_opens_one_ticket() -> None:
    ticket: Entry = {"kind": "ticket", "key": "TK-1", "text": "one"}
    events = history(CUSTOMER_ONE, ("bot", "one", "It is on record as TK-1."))
    assert run_of(events, ticket) == {}
    assert run_of(events, ticket, {**ticket, "key": "TK-2"}) == {"repeated": 1}
    assert run_of(events) == {"lost": 1}
