"""Reading the tracker."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn
from crm_store.domain.errors import UnknownConversation

NOW = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # after midnight in Dhaka
MESSAGE = uuid4()


def _turn(sender: str = "", events: list[dict[str, Any]] | None = None, **message: Any) -> Turn:
    latest = {"text": "hi", "metadata": {"message_id": str(MESSAGE)}, **message}
    tracker = Tracker(sender or str(uuid4()), {}, latest, events or [], False, None, {}, None)
    return Turn(tracker, CollectingDispatcher(), NOW)


def test_the_key_is_the_messages_and_counts_runs_within_it() -> None:
    before = [{"event": "action", "name": "action_cancel_order"}]
    asked = [{"event": "user"}, {"event": "action", "name": "action_listen"}]
    assert _turn(events=before + asked).key("action_cancel_order").ordinal == 0
    assert _turn(events=before + asked + before).key("action_cancel_order").ordinal == 1
    assert _turn(events=asked).key("action_cancel_order").message_id == MESSAGE


def test_stock_rasas_message_ids_give_a_stable_key() -> None:
    first, second = (_turn("sender", metadata={}, message_id="abc").key("a") for _ in range(2))
    assert first == second
    assert isinstance(first.message_id, UUID)


def test_a_sender_that_is_no_conversation_is_unknown() -> None:
    with pytest.raises(UnknownConversation):
        _ = _turn("default").conversation_id


def test_today_is_the_shops_day() -> None:
    assert _turn().today.isoformat() == "2026-11-22"


def test_entities_come_in_order_and_once() -> None:
    found = [{"entity": "order_number", "value": value} for value in ("KT-1", "KT-2", "KT-1")]
    assert _turn(entities=found).entities("order_number") == ["KT-1", "KT-2"]


def test_a_message_without_anything_understood_is_readable() -> None:
    turn = _turn(intent=None, entities=None, intent_ranking=None, text=None)
    assert (turn.intent, turn.text, turn.entity("option"), turn.intent_ranking) == ("", "", None, [])


def test_an_unknown_language_is_answered_in_english() -> None:
    turn = _turn()
    turn.set(language="fr")
    assert turn.language == "en"


def test_the_form_is_beginning_only_when_it_was_activated_by_this_message() -> None:
    activated = {"event": "active_loop", "name": "return_form"}
    assert _turn(events=[{"event": "user"}, activated]).has_just_begun("return_form")
    assert not _turn(events=[activated, {"event": "user"}]).has_just_begun("return_form")


def test_a_rejected_form_was_interrupted() -> None:
    rejected = {"event": "action_execution_rejected", "name": "return_form"}
    assert _turn(events=[{"event": "user"}, rejected]).was_interrupted_in("return_form")
    assert not _turn(events=[{"event": "user"}]).was_interrupted_in("return_form")


def test_the_requests_of_one_message_share_its_count_of_runs() -> None:
    ran = {"event": "action", "name": "action_request_handoff"}
    part = {"event": "user", "message_id": str(MESSAGE)}
    other = {"event": "user", "message_id": str(uuid4())}
    said = {"event": "bot", "text": "A person is coming."}
    turn = _turn(events=[other, ran, part, ran, said, part])
    assert turn.key("action_request_handoff").ordinal == 1
    assert turn.is_later_request
    assert not _turn(events=[other, ran, part, ran, said]).is_later_request
    assert not _turn(events=[other, said, part, ran, part]).is_later_request


def test_values_keep_their_shape_and_keys_are_read_beside_them() -> None:
    amount = {"amount": 120000, "currency": "BDT"}
    turn = _turn(
        entities=[
            {"entity": "money", "value": amount},
            {"entity": "product", "value": "jamdani shari", "key": "jamdani_saree"},
            {"entity": "product", "value": "the thing"},
        ]
    )
    assert turn.value_of("money") == amount
    assert turn.entities("product") == ["jamdani shari", "the thing"]
    assert turn.keys_of("product") == ["jamdani_saree"]
