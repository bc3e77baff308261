"""A message that was not understood: a meaning is picked in words and done with the message's details."""

import pytest

from tests.conversations.assistant import Talk


@pytest.mark.conversation
async def test_the_meaning_picked_in_words_is_done_with_the_order_that_was_named(talk: Talk) -> None:
    await talk.begin("tanvir")
    unclear = await talk.say("KT-10301 account niye taka bolen na mane jinis")
    assert unclear.responses == ["utter_unclear_meanings"]
    meant = unclear.replies[0].buttons[0].payload
    assert meant["entities"]["order_number"] == "KT-10301"

    done = await talk.say("the first one")
    assert done.actions[0] == "action_take_information"
    assert len(done.actions) > 1, "the rule of the picked meaning ran"
    assert done.replies
    assert done.slots["offered_meanings"] is None
