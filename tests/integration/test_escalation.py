"""An answered message that a person should look at: the dialogue is asked to call one, in the same turn."""

from typing import Any

import pytest

from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.integration.conftest import Running
from tests.integration.web import RawClient, events_until, text_body

pytestmark = pytest.mark.rules("G6")
ANGRY = {"level": "angry", "score": -0.9, "because": "outrage", "conversation": "angry"}


def complaint(text: str, **changes: Any) -> dict[str, Any]:
    understood = {"intent": "complaint", "confidence": 0.9, "language": "en", "mood": ANGRY}
    return answer_of(text, understanding=understood, **changes)


async def replies(raw: RawClient, message: str, count: int) -> list[dict[str, Any]]:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body(message)})
        return (await events_until(socket, count + 1))[1:]


async def test_an_angry_complaint_is_answered_and_a_person_called(
    raw: RawClient, engine: FakeEngine, running: Running
) -> None:
    engine.script = [
        answering(complaint("It is late.", state={"turns": 1})),
        answering(
            {
                **answer_of("I have asked a person.", state={"turns": 2}),
                "replies": [{"text": "I have asked a person.", "response": "utter_handoff_asked_open"}],
            }
        ),
    ]
    events = await replies(raw, "this is a scam!!", 2)
    assert [event["text"] for event in events] == ["It is late.", "I have asked a person."]
    asked, called = engine.questions
    assert called["choice"]["entities"]["handoff_reason"] == "complaint"
    assert (called["text"], called["state"]) == (None, {"turns": 1})
    assert called["message_id"] == asked["message_id"]


async def test_an_engine_that_fails_at_the_call_has_still_answered(
    raw: RawClient, engine: FakeEngine, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.script = [answering(complaint("It is late.")), answering({"error": "broken"}, status=500)]
    [event] = await replies(raw, "this is a scam!!", 1)
    assert event["text"] == "It is late."
    assert "turn.not_escalated" in capsys.readouterr().out


async def test_a_customer_who_declined_a_person_is_answered_and_nobody_is_alarmed(
    raw: RawClient, engine: FakeEngine, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.script = [answering(complaint("It is late.")), answering({**answer_of("-"), "replies": []})]
    [event] = await replies(raw, "this is a scam!!", 1)
    assert event["text"] == "It is late."
    assert len(engine.questions) == 2
    assert "turn.not_escalated" not in capsys.readouterr().out
