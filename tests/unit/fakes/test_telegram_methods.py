"""aiogram's client meets the fake Bot API as it would meet the real one."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from tests.fakes.pictures import small_png
from tests.fakes.telegram import FakeTelegram, serve_telegram


def inline(*labels: str) -> InlineKeyboardMarkup:
    """A keyboard with one button a row."""
    rows = [[InlineKeyboardButton(text=label, callback_data=f"d:{label}")] for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def test_the_bot_knows_itself(telegram: FakeTelegram, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.username, me.is_bot) == ("kotha_bot", True)


async def test_a_wrong_token_is_unauthorized(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.token = "1:other"
    with pytest.raises(TelegramUnauthorizedError):
        await bot.get_me()


async def test_a_text_with_everything_arrives(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    question = await rahima.says("Where is my order?")
    sent = await bot.send_message(
        rahima.user.id,
        "😀 Order KT-1001 is on its way",
        entities=[MessageEntity(type="bold", offset=3, length=5)],
        reply_markup=inline("Details", "Cancel"),
        reply_parameters=ReplyParameters(message_id=question.id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert sent.reply_to_message is not None and sent.reply_to_message.message_id == question.id
    assert sent.entities is not None and sent.entities[0].extract_from(sent.text or "") == "Order"
    assert [button["text"] for button in rahima.chat.last.buttons] == ["Details", "Cancel"]
    assert rahima.heard == ["😀 Order KT-1001 is on its way"]


async def test_a_reply_keyboard_is_kept_for_the_next_answer(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    board = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="My phone", request_contact=True)]])
    await bot.send_message(rahima.user.id, "Who are you?", reply_markup=board)
    kept = rahima.chat.last.reply_keyboard
    assert kept is not None and kept["keyboard"][0][0]["text"] == "My phone"


async def test_texts_and_buttons_can_be_changed_and_taken_away(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    sent = await bot.send_message(rahima.user.id, "Sure?", reply_markup=inline("Yes"))
    await bot.edit_message_text("Done.", chat_id=rahima.user.id, message_id=sent.message_id)
    assert rahima.heard == ["Done."] and rahima.chat.last.buttons == []
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(chat_id=rahima.user.id, message_id=sent.message_id)
    await bot.delete_message(rahima.user.id, sent.message_id)
    assert rahima.heard == []


async def test_a_picture_can_be_sent_and_sent_again_by_its_id(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    first = await bot.send_photo(
        rahima.user.id, BufferedInputFile(small_png(), "a.png"), caption="Blue saree"
    )
    assert first.photo is not None
    await bot.send_photo(rahima.user.id, first.photo[-1].file_id)
    assert first.photo[-1].width == 160 and len(rahima.chat.sent_by_bot) == 2
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(rahima.user.id, BufferedInputFile(b"no picture", "a.png"))


async def test_a_document_keeps_its_name(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    sent = await bot.send_document(rahima.user.id, BufferedInputFile(b"%PDF", "invoice.pdf"))
    assert sent.document is not None and sent.document.file_name == "invoice.pdf"


async def test_what_a_person_sent_can_be_downloaded(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    message = await rahima.sends_document(b"a receipt", "receipt.txt", "text/plain")
    file = await bot.get_file(message.content["document"]["file_id"])
    assert file.file_path is not None
    got = await bot.download_file(file.file_path)
    assert got is not None and got.read() == b"a receipt"
    with pytest.raises(TelegramBadRequest):
        await bot.get_file("unknown")


async def test_typing_is_seen_until_the_answer_comes(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    await bot.send_chat_action(rahima.user.id, "typing")
    assert rahima.chat.doing is not None and rahima.chat.doing[0] == "typing"
    await bot.send_message(rahima.user.id, "Hello")
    assert rahima.chat.doing is None


async def test_menus_are_kept_for_each_language(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="start", description="শুরু")], language_code="bn")
    assert (await bot.get_my_commands(language_code="bn"))[0].description == "শুরু"
    assert await bot.get_my_commands() == []
    with pytest.raises(TelegramBadRequest):
        await bot.set_my_commands([BotCommand(command="Start!", description="no")])


async def test_a_chat_can_be_looked_up(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima", last_name="Khatun")
    await rahima.starts()
    assert (await bot.get_chat(rahima.user.id)).last_name == "Khatun"


@pytest.mark.rules("TG7")
async def test_strangers_and_blockers_cannot_be_written_to(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(rahima.user.id, "Hello")
    await rahima.starts()
    await rahima.blocks()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(rahima.user.id, "Hello")
    await rahima.unblocks()
    await bot.send_message(rahima.user.id, "Welcome back")
    assert rahima.heard == ["Welcome back"]


@pytest.mark.rules("TG7")
async def test_an_upgraded_group_says_where_it_went(telegram: FakeTelegram, bot: Bot) -> None:
    rahima, karim = telegram.person("Rahima"), telegram.person("Karim")
    group = await telegram.group("Family", [rahima, karim])
    new = await telegram.upgrade(group, rahima)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(group.id, "Hello")
    assert moved.value.migrate_to_chat_id == new.id
    await bot.send_message(new.id, "Hello")
    assert new.texts == ["Hello"]


@pytest.mark.rules("TG7")
async def test_who_writes_too_fast_is_told_how_long_to_wait(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    for number in range(3):
        await bot.send_message(rahima.user.id, f"{number}")
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(rahima.user.id, "too fast")
    assert told.value.retry_after == 1 and len(rahima.heard) == 3


@pytest.mark.rules("TG9", "TG3")
async def test_a_click_is_answered_once_and_in_time(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    await bot.send_message(rahima.user.id, "Sure?", reply_markup=inline("Yes"))
    click = await rahima.clicks(rahima.chat.last, "Yes")
    assert telegram.unanswered_clicks == [click]
    await bot.answer_callback_query(click.id, "Thank you")
    assert (click.answered, click.answer) == (True, "Thank you")
    late = await rahima.clicks(rahima.chat.last, "d:Yes")
    late.at -= 151
    for number in (click.id, late.id, "unknown"):
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(number)


async def test_trouble_comes_when_it_is_asked_for_and_then_goes(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    telegram.faults.fail("sendMessage")
    telegram.faults.rate_limit("sendMessage", retry_after=7)
    telegram.faults.drop("sendMessage")
    telegram.faults.drop_answer("sendMessage")
    raised = []
    for number in range(5):
        try:
            await bot.send_message(rahima.user.id, f"{number}")
        except (TelegramServerError, TelegramRetryAfter, TelegramNetworkError) as error:
            raised.append(type(error))
    assert len(raised) == 4 and TelegramRetryAfter in raised
    assert rahima.heard == ["3", "4"]  # 3 was executed although its answer never came
    assert [call.executed for call in telegram.ledger.calls_of("sendMessage")] == [False] * 3 + [True] * 2


async def test_in_an_outage_nothing_works(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.faults.outage(60)
    with pytest.raises(TelegramServerError):
        await bot.get_me()
    telegram.faults.clear()
    await bot.get_me()


async def test_polling_gives_each_update_until_it_is_confirmed(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.says("one")
    await rahima.says("two")
    first, second = await bot.get_updates()
    assert [update.message and update.message.text for update in (first, second)] == ["one", "two"]
    assert [update.update_id for update in await bot.get_updates(offset=first.update_id + 1)] == [
        second.update_id
    ]
    assert await bot.get_updates(offset=second.update_id + 1, timeout=0) == []


async def test_polling_and_a_webhook_exclude_each_other(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s3cret")
    assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/hook"
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_call_that_hangs_ends_when_the_trouble_is_over(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    telegram.faults.hang("sendMessage", executed=True)
    sending = asyncio.create_task(bot.send_message(rahima.user.id, "hello"))
    assert await rahima.hears(1) == ["hello"] and not sending.done()
    telegram.faults.clear()
    assert (await sending).text == "hello"


async def test_a_server_that_closes_lets_long_polls_go() -> None:
    async with serve_telegram(FakeTelegram()) as telegram:
        session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
        async with Bot(telegram.token, session=session) as bot:
            polling = asyncio.create_task(bot.get_updates(timeout=50))
            while not telegram.polls:
                await telegram.news(0.05)
            await telegram.close()
            assert await polling == []
