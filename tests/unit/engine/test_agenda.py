"""Several requests in one message are answered one after the other."""

from __future__ import annotations

from tests.unit.engine.fake_actions import FakeActions
from tests.unit.engine.tiny import Conversation, texts


async def test_requests_are_answered_in_order(talk: Conversation) -> None:
    answer = await talk.say("where is order KT-10001 now? also what is the return policy")
    assert texts(answer) == ["Order KT-10001 is shipped.", "Thirty days."]
    assert answer["actions"] == ["action_track_order", "action_listen", "utter_policy", "action_listen"]


async def test_the_answer_tells_every_request(talk: Conversation) -> None:
    understanding = (await talk.say("where is order KT-10001 now? also what is the return policy"))[
        "understanding"
    ]
    assert understanding["intent"] == "track_order"
    assert [(part["intent"], part["text"]) for part in understanding["requests"]] == [
        ("track_order", "where is order KT-10001 now?"),
        ("ask_policy", "what is the return policy"),
    ]
    assert [entity["value"] for entity in understanding["entities"]] == ["KT-10001"]


async def test_a_single_request_has_no_list_of_requests(talk: Conversation) -> None:
    assert "requests" not in (await talk.say("where is order KT-10001 now"))["understanding"]


async def test_a_greeting_before_a_request_is_no_second_request(talk: Conversation) -> None:
    answer = await talk.say("hello there. where is order KT-10001 now")
    assert texts(answer) == ["Order KT-10001 is shipped."]


async def test_what_must_ask_something_back_comes_last(talk: Conversation) -> None:
    answer = await talk.say("please cancel order. what is the return policy?")
    assert texts(answer) == ["Thirty days.", "Which order?"]


async def test_of_two_that_ask_back_the_second_waits_until_the_first_is_over(talk: Conversation) -> None:
    talk.state = None
    answer = await talk.say("please cancel order KT-10001. and please cancel order KT-10003")
    assert texts(answer) == ["First this, then “please cancel order KT-10003”.", "Why?"]

    await talk.say("changed my mind")
    answer = await talk.say("yes please")
    assert texts(answer)[0].startswith("Cancelled KT-10001")
    assert texts(answer)[1:] == ["Now “please cancel order KT-10003”.", "Why?"]

    await talk.say("changed my mind")
    assert texts(await talk.say("yes please"))[0].startswith("Cancelled KT-10003")
    assert texts(await talk.say("many thanks")) == ["You are welcome."]


async def test_dropping_the_first_goes_on_with_the_second(talk: Conversation) -> None:
    await talk.say("please cancel order KT-10001. and please cancel order KT-10003")
    answer = await talk.say("forget about it")
    assert texts(answer) == ["Stopped.", "Now “please cancel order KT-10003”.", "Why?"]


async def test_an_answer_to_a_form_is_never_taken_apart(talk: Conversation) -> None:
    await talk.say("please cancel order KT-10001")
    answer = await talk.say("where is order KT-10001 now? also what is the return policy")
    assert "requests" not in answer["understanding"]


async def test_an_action_of_two_requests_sees_its_earlier_run(
    talk: Conversation, action_server: FakeActions
) -> None:
    await talk.say("many thanks")
    action_server.requests.clear()
    await talk.say("where is order KT-10001 now? and where is order KT-10003 now")
    first, second = (request["tracker"] for request in action_server.requests)
    messages = [event["message_id"] for event in second["events"] if event["event"] == "user"]
    assert messages == ["m-0", "m-1", "m-1"]
    assert first["latest_message"]["text"] == "where is order KT-10001 now?"
    ran = [event["name"] for event in second["events"] if event["event"] == "action"]
    assert ran.count("action_track_order") == 1
