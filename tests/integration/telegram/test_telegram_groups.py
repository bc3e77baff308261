"""Groups and topics: answered when spoken to, each person apart, nothing personal (TG11, CH6)."""

import pytest

from tests.fakes.engine import answer_of, answering
from tests.fakes.telegram import Chat, Person
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import Shop

BUTTONS = [{"title": "Yes", "choice": {"intent": "affirm", "entities": {}}}]


@pytest.fixture
def karim(shop: Shop) -> Person:
    return shop.telegram.person("Karim", username="karim")


@pytest.fixture
async def family(shop: Shop, karim: Person) -> Chat:
    return await shop.telegram.group("Family", [shop.rahima, karim])


@pytest.mark.rules("TG11", "CH6")
async def test_a_mention_is_answered_there_without_anything_personal(shop: Shop, family: Chat) -> None:
    asked = await shop.rahima.says("@kotha_bot where is my order?", family)
    assert await shop.rahima.hears(1, chat=family) == ["You said: where is my order?"]
    assert family.last.reply_to == asked.id
    facts = shop.engine.questions[0]["facts"]
    assert (facts["place"], facts["channel"]) == ("public", "telegram")
    assert not shop.rahima.heard


@pytest.mark.rules("CH6")
async def test_an_answer_in_a_group_leads_to_the_private_chat(shop: Shop, family: Chat) -> None:
    await shop.rahima.says("@kotha_bot where is my order?", family)
    await shop.rahima.hears(1, chat=family)
    assert family.last.buttons[-1] == {
        "text": "Write to me privately",
        "url": "https://t.me/kotha_bot?start=private",
    }
    await shop.rahima.starts("private")
    assert await shop.rahima.hears(1) == ["You said: greet"]


@pytest.mark.rules("TG11")
async def test_people_of_a_group_have_conversations_of_their_own(
    shop: Shop, family: Chat, karim: Person
) -> None:
    await shop.rahima.says("@kotha_bot hello from Rahima", family)
    await karim.says("@kotha_bot hello from Karim", family)
    await shop.rahima.hears(2, chat=family)
    place = str(family.id)
    assert await shop.lines(shop.rahima, place) == ["hello from Rahima", "You said: hello from Rahima"]
    assert await shop.lines(karim, place) == ["hello from Karim", "You said: hello from Karim"]


async def test_talk_among_people_is_neither_answered_nor_kept(shop: Shop, karim: Person) -> None:
    shop.telegram.privacy = False
    family = await shop.telegram.group("Open", [shop.rahima, karim])
    await karim.says("did you order the fish?", family)
    await shop.telegram.settled()
    assert shop.count("messages_accepted", channel="telegram") == 0
    assert not shop.engine.questions


async def test_a_reply_to_the_bot_needs_no_name(shop: Shop, family: Chat) -> None:
    await shop.rahima.says("@kotha_bot where is it?", family)
    await shop.rahima.hears(1, chat=family)
    await shop.rahima.says("KB-1042", family, reply_to=family.last)
    assert (await shop.rahima.hears(2, chat=family))[1] == "You said: KB-1042"


@pytest.mark.rules("TG11")
async def test_topics_are_apart(shop: Shop, karim: Person) -> None:
    forum = await shop.telegram.group("Forum", [shop.rahima, karim], forum=True)
    returns = await shop.telegram.topic(forum, "Returns", by=shop.rahima)
    orders = await shop.telegram.topic(forum, "Orders", by=shop.rahima)
    await shop.rahima.says("@kotha_bot about a return", forum, thread=returns)
    await shop.rahima.says("@kotha_bot about an order", forum, thread=orders)
    await shop.rahima.hears(2, chat=forum)
    assert {(message.thread, message.text) for message in forum.sent_by_bot} == {
        (returns, "You said: about a return"),
        (orders, "You said: about an order"),
    }


@pytest.mark.rules("CH4", "TG9", "CH6")
async def test_somebody_elses_button_is_refused_with_a_toast(shop: Shop, family: Chat, karim: Person) -> None:
    shop.engine.script.append(answering(answer_of("Sure?", buttons=BUTTONS)))
    await shop.rahima.says("@kotha_bot cancel it", family)
    await shop.rahima.hears(1, chat=family)
    click = await karim.clicks(family.last, "Yes")
    await eventually(lambda: click.answered)
    assert click.answer == "This button is for somebody else. Write to me yourself, I am happy to help."
    assert len(shop.engine.questions) == 1
    own = await shop.rahima.clicks(family.last, "Yes")
    await eventually(lambda: len(shop.engine.questions) == 2)
    await eventually(lambda: own.answered)
    asked = family.sent_by_bot[0]
    await eventually(lambda: [button["text"] for button in asked.buttons] == ["Write to me privately"])


@pytest.mark.rules("TG7")
async def test_a_group_that_becomes_a_supergroup_goes_on_under_its_new_number(
    shop: Shop, family: Chat
) -> None:
    await shop.rahima.says("@kotha_bot first", family)
    await shop.rahima.hears(1, chat=family)
    new = await shop.telegram.upgrade(family, by=shop.rahima)
    await shop.telegram.settled()
    await shop.rahima.says("@kotha_bot second", new)
    assert await shop.rahima.hears(1, chat=new) == ["You said: second"]
    lines = await shop.lines(shop.rahima, str(new.id))
    assert lines == ["first", "You said: first", "second", "You said: second"]


@pytest.mark.rules("TG7")
async def test_an_answer_under_way_follows_the_group_to_its_new_number(shop: Shop, family: Chat) -> None:
    await shop.rahima.says("@kotha_bot first", family)
    await shop.rahima.hears(1, chat=family)
    new = shop.telegram.world.upgrade(family)  # and Telegram's update about it is not there yet
    message = shop.telegram.write(shop.rahima.user, family, {"text": "/human"})
    message.content["entities"] = [{"type": "bot_command", "offset": 0, "length": 6}]
    shop.telegram.happens("message", message.as_json(), lane=f"chat:{family.id}")
    assert await shop.rahima.hears(1, chat=new) == ["You said: contact_human_agent"]


async def test_being_thrown_out_of_a_group_is_no_reason_to_stop(shop: Shop, family: Chat) -> None:
    await shop.telegram.remove_bot(family, shop.rahima)
    await shop.telegram.settled()
    await shop.rahima.says("hello")
    assert await shop.rahima.hears(1) == ["You said: hello"]
