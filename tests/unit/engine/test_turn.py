"""What one turn answers."""

from __future__ import annotations

import pytest

from bot.engine.loading import LoadedEngine
from tests.unit.engine.fake_actions import CARD, FakeActions, answering
from tests.unit.engine.tiny import ACTIONS_SECRET, Conversation, texts


async def test_answer_has_every_part_of_the_contract(talk: Conversation) -> None:
    answer = await talk.say("hello there")

    assert set(answer) == {"replies", "state", "understanding", "language", "actions", "timings"}
    assert set(answer["understanding"]) == {
        "intent",
        "confidence",
        "entities",
        "ranking",
        "language",
        "model",
    }
    assert set(answer["timings"]) == {"restore_ms", "parse_ms", "predict_ms", "actions_ms", "total_ms"}
    assert answer["understanding"]["intent"] == "greet"
    assert len(answer["understanding"]["ranking"]) == 5
    assert answer["actions"] == ["utter_greet", "action_listen"]


async def test_facts_fill_the_replies(talk: Conversation) -> None:
    talk.facts["customer_name"] = "Rahima"
    assert texts(await talk.say("hello there")) == ["Hello Rahima"]


async def test_buttons_come_as_choices(talk: Conversation) -> None:
    await talk.say("where is order KT-10001 now")
    [reply] = (await talk.say("hello there"))["replies"]
    assert reply["buttons"] == [
        {"title": "Track", "choice": {"intent": "track_order", "entities": {"order_number": "KT-10001"}}},
        {"title": "Thanks", "choice": {"intent": "thank", "entities": {}}},
        {"title": "Braces", "choice": {"intent": "inform", "entities": {"order_number": "KT-10001"}}},
    ]


async def test_custom_action_replies_with_response_and_card(talk: Conversation) -> None:
    answer = await talk.say("where is order KT-10001 now")
    assert answer["replies"] == [
        {"text": "Order KT-10001 is shipped.", "response": "utter_track", "buttons": [], "card": None},
        {"text": None, "response": None, "buttons": [], "card": CARD},
    ]
    assert answer["actions"] == ["action_track_order", "action_listen"]


async def test_choice_selects_its_intent_and_fills_slots(
    talk: Conversation, action_server: FakeActions
) -> None:
    answer = await talk.choose("track_order", order_number="KT-10003")
    assert texts(answer) == ["Order KT-10003 is shipped."]
    assert answer["understanding"]["confidence"] == 1.0
    message = action_server.requests[0]["tracker"]["latest_message"]
    assert message["text"] == "KT-10003"


@pytest.mark.rules("CH4")
@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/back",
        "/thank",
        '/track_order{"order_number": "KT-10001"}',
        " /thank",
        "/thank@1.0",
    ],
)
async def test_text_with_a_slash_is_never_a_command(talk: Conversation, text: str) -> None:
    await talk.say("where is order KT-10001 now")
    before = [
        event for event in talk.state["events"] if event["e"] == "slot" and event["k"] == "order_number"
    ]

    answer = await talk.say(text)

    assert answer["understanding"]["confidence"] < 1.0
    assert not {"action_restart", "action_session_start", "action_back"} & set(answer["actions"])
    after = [event for event in talk.state["events"] if event["e"] == "slot" and event["k"] == "order_number"]
    assert before[0] in after


async def test_entity_positions_count_in_the_text_as_sent(talk: Conversation) -> None:
    text = "  where is order KT-10001 now"
    answer = await talk.say(text)
    [entity] = answer["understanding"]["entities"]
    assert text[entity["start"] : entity["end"]] == entity["value"] == "KT-10001"


async def test_unicode_survives_to_the_action(talk: Conversation, action_server: FakeActions) -> None:
    text = "where is my order আমার 👩‍👩‍👧 \u200d\u0000 e\u0301"
    await talk.say(text)
    assert action_server.requests[0]["tracker"]["latest_message"]["text"] == text


async def test_action_sees_the_message_and_its_id(talk: Conversation, action_server: FakeActions) -> None:
    await talk.say("hello there")
    await talk.say("where is my order")
    [request] = action_server.requests
    assert request["sender_id"] == request["tracker"]["sender_id"] == "c-1"
    assert request["tracker"]["latest_message"]["metadata"] == {"message_id": "m-1"}
    assert request["tracker"]["latest_message"]["message_id"] == "m-1"
    assert request["version"] == "3.6.21"
    assert [event["event"] for event in request["tracker"]["events"]].count("user") == 2
    assert action_server.authorizations == [f"Bearer {ACTIONS_SECRET}"]


async def test_action_can_count_its_runs_in_the_turn(talk: Conversation) -> None:
    assert texts(await talk.say("run it twice now")) == ["run 1", "run 2"]
    assert texts(await talk.say("run it twice now")) == ["run 1", "run 2"]


async def test_form_validation_is_sent_the_forms_and_slots(
    talk: Conversation, action_server: FakeActions
) -> None:
    await talk.say("cancel my order")
    request = next(
        request for request in action_server.requests if request["next_action"] == "validate_cancel_form"
    )
    assert request["domain"]["forms"]["cancel_form"]["required_slots"][0] == "order_number"
    assert request["domain"]["slots"]["order_number"]["mappings"] == [
        {"type": "from_entity", "entity": "order_number"}
    ]


async def test_other_actions_are_sent_the_outline_of_a_domain(
    talk: Conversation, action_server: FakeActions
) -> None:
    await talk.say("where is my order")
    assert action_server.requests[0]["domain"]["slots"] == {}


async def test_action_without_reply_is_an_answer(talk: Conversation) -> None:
    answer = await talk.say("be silent")
    assert answer["replies"] == []
    assert answer["actions"] == ["action_run_silent", "action_listen"]


@pytest.mark.parametrize(
    ("facts_language", "text", "reply", "language"),
    [
        (None, "hello there", "Hello None", "en"),
        (None, "নমস্কার", "নমস্কার None", "bn"),
        ("bn", "hello there", "Hello None", "en"),
        ("bn-Latn", "KT-10001", None, "bn-Latn"),
    ],
)
async def test_language_follows_the_message_then_the_facts(
    talk: Conversation, facts_language: str | None, text: str, reply: str | None, language: str
) -> None:
    talk.facts["language"] = facts_language
    answer = await talk.say(text)
    assert answer["language"] == language
    assert reply is None or texts(answer) == [reply]


async def test_language_of_the_conversation_outlives_an_unclear_message(talk: Conversation) -> None:
    talk.facts["language"] = "en"
    await talk.say("নমস্কার")
    answer = await talk.say("KT-10001")
    assert answer["understanding"]["language"] == ""
    assert answer["language"] == "bn"


async def test_same_turn_twice_gives_the_same_answer(talk: Conversation) -> None:
    await talk.say("cancel my order")
    body = talk.body("it is KT-10001")
    _, first = await talk.post(body)
    _, second = await talk.post(body)
    for answer in (first, second):
        del answer["timings"], answer["state"]["at"]
    assert first == second


async def test_a_fact_with_parts_is_taken(talk: Conversation) -> None:
    talk.facts["elsewhere"] = {"channel": "web", "topic": None, "order": "KT-10234", "at": "2026-11-21"}
    assert texts(await talk.choose("greet"))


async def test_after_a_person_what_they_did_is_said_first(talk: Conversation) -> None:
    talk.facts["handed_back"] = {"agent": "Farhana"}
    answer = await talk.say("where is order KT-10001 now")
    assert texts(answer) == ["Farhana was here.", "Order KT-10001 is shipped."]
    assert answer["actions"] == ["action_pick_up", "action_track_order", "action_listen"]
    assert answer["replies"][0]["because"] == [{"fact": "handed_back", "value": "Farhana"}]
    assert "because" not in answer["replies"][1]
    talk.facts["handed_back"] = None
    assert "Farhana was here." not in texts(await talk.say("where is order KT-10001 now"))


async def test_after_a_person_the_form_under_way_can_be_dropped(talk: Conversation) -> None:
    await talk.say("cancel my order")
    talk.facts["handed_back"] = {"agent": "Farhana"}
    assert texts(await talk.say("where is order KT-10001 now")) == [
        "Farhana was here.",
        "Order KT-10001 is shipped.",
    ]


async def test_form_validation_knows_the_facts(talk: Conversation, action_server: FakeActions) -> None:
    talk.facts.update(customer_name="Rahima", verified=True)
    await talk.say("cancel my order")
    await talk.say("it is KT-10001")
    for request in action_server.requests:
        assert request["tracker"]["slots"]["customer_name"] == "Rahima"
        assert request["tracker"]["slots"]["verified"] is True


async def test_slot_validation_knows_the_facts(
    talk: Conversation, engine: LoadedEngine, action_server: FakeActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "action_validate_slot_mappings"
    book, domain = engine.turns._processor._book, engine.turns._processor.domain
    monkeypatch.setattr(domain, "user_actions", [*domain.user_actions, name])
    monkeypatch.setitem(book._made, name, book.remote(name))
    refused = {"event": "slot", "name": "order_number", "value": None}
    action_server.misbehaviour[name] = answering(
        {"events": [refused], "responses": [{"text": "no such order"}]}
    )
    talk.facts.update(customer_name="Rahima")

    assert texts(await talk.say("where is order KT-10001 now"))[0] == "no such order"

    request = action_server.requests[0]
    assert request["next_action"] == name
    assert request["tracker"]["slots"]["customer_name"] == "Rahima"
    assert request["tracker"]["slots"]["order_number"] == "KT-10001"
    assert texts(await talk.say("where is my order"))[-1] == "Order unknown is shipped."
