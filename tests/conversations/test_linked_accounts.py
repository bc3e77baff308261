"""Connecting a messenger in the chat and taking it away again, in three scripts, with the trained model."""

from dataclasses import dataclass

import aiohttp
import pytest

from actions.settings import ACCOUNT_URL
from crm_store.domain.received import Place, Sender
from crm_store.use_cases.linking import introduce_account, list_accounts, offer_link
from tests.contracts.linking import redeem_link
from tests.conversations.assistant import Assistant, Talk
from tests.conversations.messenger import MessengerTalk
from tests.conversations.test_conversations import check_language

PHONE = Sender("telegram", "7001", "user:42", username="@rahima")
HERE = Place(address={"chat": 42})
GROUP = Place("-100:user:42", is_public=True, address={"chat": -100})
LINK = "https://t.me/kotha_bot?start="


@dataclass(frozen=True)
class Words:
    """What a customer types in one script."""

    language: str
    connect: str
    disconnect: str
    no: str
    yes: str
    order: str


SCRIPTS = [
    Words(
        "en",
        "connect my telegram account please",
        "please disconnect my telegram account",
        "no",
        "yes",
        "where is my order?",
    ),
    Words(
        "bn",
        "আমার টেলিগ্রাম অ্যাকাউন্ট যুক্ত করতে চাই",
        "আমার টেলিগ্রাম অ্যাকাউন্ট বিচ্ছিন্ন করতে চাই",
        "না",
        "হ্যাঁ",
        "আমার অর্ডার কোথায়?",
    ),
    Words(
        "bn-Latn",
        "amar telegram account jukto korte chai",
        "amar telegram account ta bichchinno korte chai",
        "na",
        "ji ha",
        "amar order kothay?",
    ),
]


async def _connected(talk: Talk) -> int:
    accounts = await list_accounts(talk.store, talk.conversation_id)
    return sum(each.channel == "telegram" for each in accounts)


@pytest.mark.conversation
@pytest.mark.rules("G5")
@pytest.mark.parametrize("words", SCRIPTS, ids=lambda words: words.language)
async def test_a_way_in_is_shown_without_its_secret_and_disconnected_when_confirmed(
    talk: Talk, words: Words
) -> None:
    await introduce_account(talk.store, "telegram", "7001", name="@kotha_bot", connect_url=f"{LINK}{{token}}")
    await talk.begin("rahima")
    answer = await talk.say(words.connect)
    assert answer.responses == ["utter_connect_ways"]
    check_language(answer, words.language)
    assert LINK not in answer.text
    offer = await offer_link(talk.store, talk.conversation_id)
    await redeem_link(talk.store, PHONE, HERE, offer.token)
    assert await _connected(talk) == 1
    answer = await talk.say(words.connect)
    assert answer.responses == ["utter_connected_accounts"]
    assert "@rahima" in answer.text
    for said, response, left in (
        (words.no, "utter_disconnect_kept", 1),
        (words.yes, "utter_disconnected", 0),
    ):
        asked = await talk.say(words.disconnect)
        assert asked.responses == ["utter_confirm_disconnect"]
        check_language(asked, words.language)
        answer = await talk.say(said)
        assert answer.responses == [response]
        check_language(answer, words.language)
        assert await _connected(talk) == left


@pytest.mark.conversation
@pytest.mark.rules("G5", "CH6")
@pytest.mark.parametrize("words", SCRIPTS, ids=lambda words: words.language)
async def test_a_messenger_tells_what_is_theirs_only_while_it_is_connected_and_in_private(
    talk: Talk, assistant: Assistant, words: Words
) -> None:
    async with aiohttp.ClientSession() as http:
        phone = MessengerTalk(talk.store, http, assistant.engine_url, PHONE, HERE)
        group = MessengerTalk(talk.store, http, assistant.engine_url, PHONE, GROUP)
        answer = await phone.say(words.order)
        assert answer.responses == ["utter_connect_needed"]
        assert ACCOUNT_URL in answer.text
        check_language(answer, words.language)
        await talk.begin("rahima")
        await redeem_link(talk.store, PHONE, HERE, (await offer_link(talk.store, talk.conversation_id)).token)
        assert "utter_connect_needed" not in (await phone.say(words.order)).responses
        answer = await group.say(words.order)
        assert answer.responses == ["utter_private_needed"]
        check_language(answer, words.language)
        assert (await phone.say(words.disconnect)).responses == ["utter_confirm_disconnect"]
        assert (await phone.say(words.yes)).responses == ["utter_disconnected_here"]
        assert (await phone.say(words.order)).responses == ["utter_connect_needed"]
