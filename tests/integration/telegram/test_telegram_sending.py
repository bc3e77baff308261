"""What leaves for Telegram: whole, in order, within its limits, whatever its server does (TG7-TG10)."""

import asyncio
from uuid import UUID, uuid4

import pytest

from bot.attachments.folder import AttachmentFolder
from bot.attachments.uploads import Uploads
from crm_store.domain.agents import Agent
from crm_store.domain.attachments import Uploader
from crm_store.use_cases.agent_messages import edit_agent_message, send_agent_message
from crm_store.use_cases.platforms import list_channel_accounts, list_dead_letters
from tests.agents import agent_says, take_over
from tests.fakes.engine import answer_of, answering
from tests.fakes.telegram import FakeTelegram, Limits
from tests.files import image
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import OpenShop, Shop
from tests.integration.test_streamed_attachments import stream

ORDER = {
    "type": "order",
    "number": "KB-1042",
    "status": "shipped",
    "placed_at": "2026-11-10T08:00:00.000Z",
    "promised_by": "2026-11-24",
    "delivered_at": None,
    "late": False,
    "items": [{"name": "Jamdani Saree", "name_bn": "জামদানি শাড়ি", "quantity": 1, "unit_price": 250000}],
    "total": 250000,
    "currency": "BDT",
    "carrier": "Pathao",
    "tracking_number": "PTH-1",
    "destination": "Dhanmondi, Dhaka",
}


async def taken_over(shop: Shop) -> tuple[UUID, Agent]:
    """Rahima's conversation in the hands of Farhana; what was said so far has left."""
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    conversation_id = await shop.conversation_of(shop.rahima)
    agent = await take_over(shop.store, conversation_id)
    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(2)
    return conversation_id, agent


@pytest.mark.rules("TG8", "TG10")
async def test_a_long_answer_comes_in_whole_pieces_with_the_buttons_last(shop: Shop) -> None:
    long = "\n\n".join(f"অনুচ্ছেদ {number}: " + "কথা বাজারে স্বাগতম 👩‍👩‍👧 " * 40 for number in range(12))
    buttons = [{"title": "ঠিক আছে", "choice": {"intent": "affirm", "entities": {}}}]
    shop.engine.script.append(answering(answer_of(long, buttons=buttons)))
    await shop.rahima.says("সব বলুন")
    pieces = await shop.rahima.hears(4)
    assert "".join("".join(pieces).split()) == "".join(long.split())
    assert all(len(piece.encode("utf-16-le")) // 2 <= 4096 for piece in pieces)
    assert [bool(message.buttons) for message in shop.rahima.chat.sent_by_bot] == [False, False, False, True]
    assert not shop.telegram.ledger.breaches


@pytest.mark.rules("TG10")
async def test_an_order_is_shown_as_text_with_its_title_bold(shop: Shop) -> None:
    shop.engine.script.append(answering(answer_of("এই যে:", card=ORDER, language="bn")))
    await shop.rahima.says("KB-1042")
    text = (await shop.rahima.hears(1))[0]
    assert "KB-1042" in text
    assert "জামদানি শাড়ি" in text
    entities = shop.rahima.chat.last.content["entities"]
    assert [entity["type"] for entity in entities] == ["bold"]
    call = shop.telegram.ledger.calls_of("sendMessage")[-1]
    assert "parse_mode" not in call.arguments


async def test_an_agents_words_begin_with_their_name(shop: Shop) -> None:
    conversation_id, agent = await taken_over(shop)
    await agent_says(shop.store, conversation_id, agent, "একটু দেখি, 5 < 6 & *তারা* থাকুক।")
    shop.running.gateway.delivery.wake_all()
    assert (await shop.rahima.hears(3))[2] == "ফারহানা\nএকটু দেখি, 5 < 6 & *তারা* থাকুক।"
    assert shop.rahima.chat.last.content["entities"] == [{"type": "bold", "offset": 0, "length": 7}]


async def test_an_agents_correction_stands_in_the_old_words_place(shop: Shop) -> None:
    conversation_id, agent = await taken_over(shop)
    event = await agent_says(shop.store, conversation_id, agent, "Tomorow.")
    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(3)
    await edit_agent_message(shop.store, conversation_id, event.id, agent_id=agent.id, text="Tomorrow.")
    shop.running.gateway.delivery.wake_all()
    await eventually(lambda: shop.rahima.chat.last.text == "Farhana\nTomorrow.")
    assert len(shop.rahima.chat.sent_by_bot) == 3


async def test_a_correction_of_words_the_customer_lost_is_sent_anew(shop: Shop) -> None:
    conversation_id, agent = await taken_over(shop)
    event = await agent_says(shop.store, conversation_id, agent, "Tomorow.")
    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(3)
    shop.rahima.chat.last.deleted = True
    await edit_agent_message(shop.store, conversation_id, event.id, agent_id=agent.id, text="Tomorrow.")
    shop.running.gateway.delivery.wake_all()
    assert (await shop.rahima.hears(3))[2] == "Farhana\nTomorrow."


async def test_an_agents_picture_arrives_with_its_words(shop: Shop) -> None:
    conversation_id, agent = await taken_over(shop)
    uploads = Uploads(shop.store, AttachmentFolder(shop.running.settings.attachments_dir))
    kept = await uploads.take_stream("label.png", stream(image("PNG")), Uploader(agent_id=agent.id))
    await send_agent_message(
        shop.store,
        conversation_id,
        agent_id=agent.id,
        client_msg_id=uuid4().hex,
        text="Like this.",
        attachments=[kept.id],
    )
    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(3)
    sent = shop.rahima.chat.last
    assert sent.content["photo"]
    assert sent.text == "Farhana\nLike this."


@pytest.mark.rules("TG7")
async def test_too_many_requests_are_waited_out(shop: Shop) -> None:
    shop.telegram.faults.rate_limit("sendMessage", times=1, retry_after=1)
    await shop.rahima.says("hello")
    assert await shop.rahima.hears(1) == ["You said: hello"]
    refused, sent = shop.telegram.ledger.calls_of("sendMessage")
    assert (refused.status, sent.status) == (429, 200)
    assert sent.at - refused.at >= 0.95


@pytest.mark.rules("TG7")
async def test_the_limits_are_kept_without_being_told(open_shop: OpenShop, telegram: FakeTelegram) -> None:
    telegram.rates.limits = Limits()
    async with open_shop() as shop:
        for number in range(5):
            await shop.rahima.says(f"message {number}")
        await shop.rahima.hears(5)
        assert {call.status for call in telegram.ledger.calls_of("sendMessage")} == {200}


@pytest.mark.rules("TG7")
async def test_who_blocks_the_bot_is_marked_and_can_come_back(shop: Shop) -> None:
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    conversation_id = await shop.conversation_of(shop.rahima)
    agent = await take_over(shop.store, conversation_id)
    await shop.rahima.blocks()
    await shop.telegram.settled()
    await agent_says(shop.store, conversation_id, agent, "Are you there?")
    shop.running.gateway.delivery.wake_all()

    async def gave_up() -> bool:
        return any(
            "blocked" in letter.reason or "unreachable" in letter.reason
            for letter in await list_dead_letters(shop.store)
        )

    async with asyncio.timeout(5):
        while not await gave_up():  # noqa: ASYNC110  delivery knows no tests
            await asyncio.sleep(0.05)
    await shop.rahima.unblocks()
    await shop.telegram.settled()
    await agent_says(shop.store, conversation_id, agent, "Welcome back.")
    shop.running.gateway.delivery.wake_all()
    await eventually(lambda: shop.rahima.heard[-1].endswith("Welcome back."))


@pytest.mark.rules("TG7")
async def test_a_403_marks_the_address_too(shop: Shop) -> None:
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    shop.rahima.chat.standing = "kicked"  # before Telegram's update about it has arrived
    conversation_id = await shop.conversation_of(shop.rahima)
    await take_over(shop.store, conversation_id)
    shop.running.gateway.delivery.wake_all()
    async with asyncio.timeout(5):
        while not await list_dead_letters(shop.store):  # noqa: ASYNC110  delivery knows no tests
            await asyncio.sleep(0.05)
    assert "blocked by the user" in (await list_dead_letters(shop.store))[0].reason


async def test_a_server_in_trouble_is_asked_again(shop: Shop) -> None:
    shop.telegram.faults.fail("sendMessage", times=1)
    await shop.rahima.says("hello")
    assert await shop.rahima.hears(1) == ["You said: hello"]
    assert len(shop.rahima.chat.sent_by_bot) == 1


async def test_a_lost_answer_is_a_repeat_rather_than_silence(shop: Shop) -> None:
    shop.telegram.faults.drop_answer("sendMessage", times=1)
    await shop.rahima.says("hello")
    assert await shop.rahima.hears(2) == ["You said: hello", "You said: hello"]
    await shop.rahima.says("again")
    assert (await shop.rahima.hears(3))[2] == "You said: again"


async def test_an_answer_with_something_new_in_it_is_not_sent_twice(shop: Shop) -> None:
    body = b'{"ok": true, "result": {"message_id": 77, "chat": {"id": 7, "type": 5}, "date": "new"}}'
    shop.telegram.faults.garble("sendMessage", body=body)
    await shop.rahima.says("hello")
    await shop.rahima.hears(1)
    await shop.rahima.says("again")
    assert await shop.rahima.hears(2) == ["You said: hello", "You said: again"]


async def test_what_an_edit_added_is_taken_away_by_the_next(shop: Shop) -> None:
    conversation_id, agent = await taken_over(shop)
    event = await agent_says(shop.store, conversation_id, agent, "Today.")

    async def corrected(text: str) -> None:
        await edit_agent_message(shop.store, conversation_id, event.id, agent_id=agent.id, text=text)
        shop.running.gateway.delivery.wake_all()
        await eventually(lambda: text.split()[0] in shop.rahima.chat.texts[2])

    shop.running.gateway.delivery.wake_all()
    await shop.rahima.hears(3)
    await corrected("Everything: " + "long " * 1500)
    await shop.rahima.hears(4)
    await corrected("Tomorrow.")
    await eventually(lambda: not [text for text in shop.rahima.chat.texts if "long" in text])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between the questions whether a bot is ours."""
    monkeypatch.setattr("bot.channels.telegram.standing.CONFIRM_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.telegram.standing.FIRST_PAUSE", 0.1)
    monkeypatch.setattr("bot.channels.telegram.client.REFUSED_PAUSE_SECONDS", 0.3)


async def is_revoked(shop: Shop) -> bool:
    """What the store says of the bot."""
    accounts = await list_channel_accounts(shop.store, "telegram")
    return [each.state.value for each in accounts] == ["revoked"]


def refusals(shop: Shop, outcome: str) -> float:
    """How often a refusal ended so."""
    labels = {"channel": "telegram", "outcome": outcome}
    registry = shop.running.gateway.metrics.registry
    return registry.get_sample_value("kotha_account_refusals_total", labels) or 0.0


@pytest.mark.usefixtures("impatient")
async def test_one_refusal_is_doubted_and_the_message_leaves(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        shop.telegram.faults.fail("sendMessage", times=1, status=401)
        await shop.rahima.says("hello")
        await eventually(lambda: refusals(shop, "false_alarm") == 1)
        assert await shop.rahima.hears(1) == ["You said: hello"]
        assert not await is_revoked(shop)


@pytest.mark.usefixtures("impatient")
async def test_a_revoked_bot_loses_nothing_and_comes_back_by_itself(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        await eventually(lambda: shop.running.gateway.channels[0].health().ok)
        shop.telegram.faults.fail("sendMessage", times=1, status=401)
        shop.telegram.faults.fail("getMe", times=3, status=401)
        await shop.rahima.says("hello")
        await eventually(lambda: refusals(shop, "revoked") == 1)
        assert await is_revoked(shop)
        assert shop.running.gateway.channels[0].health().why == f"bot {shop.account}: revoked"
        assert not await list_dead_letters(shop.store)
        await eventually(lambda: refusals(shop, "back") == 1)
        assert await shop.rahima.hears(1) == ["You said: hello"]


async def test_the_bot_introduces_itself(open_shop: OpenShop, telegram: FakeTelegram) -> None:
    async with open_shop(public_url="http://127.0.0.1:9") as shop:
        await eventually(lambda: bool(telegram.ledger.calls_of("setMyCommands")))
        call = telegram.ledger.calls_of("setWebhook")[0]
        assert call.arguments["url"] == f"http://127.0.0.1:9/api/telegram/{shop.account}/webhook"
        await eventually(lambda: len(telegram.commands) == 2)
        bengali = next(menu for (_scope, code), menu in telegram.commands.items() if code == "bn")
        assert [each["command"] for each in bengali] == ["help", "human", "language", "link"]
        assert bengali[1]["description"] == "একজনের সাথে কথা বলুন"
