"""People and tests reach the fakes over HTTP under /fake, and so does the page."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Team
from tests.fakes.slack.__main__ import build, explain, read_arguments
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.__main__ import explain as explain_telegram
from tests.fakes.telegram.__main__ import read_arguments as read_telegram_arguments

Json = dict[str, Any]


async def do(base: str, deed: str, **arguments: Any) -> Json:
    """One deed, as the page does it."""
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{base}/fake/do", json={"deed": deed, **arguments})
        return dict(await answer.json())


async def look(base: str) -> Json:
    """What the page shows."""
    async with aiohttp.ClientSession() as session:
        return dict(await (await session.get(f"{base}/fake/state")).json())


async def test_a_telegram_chat_can_be_had_over_http(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = (await do(telegram.url, "person", name="Rahima"))["person"]
    await do(telegram.url, "starts", person=rahima, payload="abc")
    board = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="y")]])
    sent = await bot.send_message(rahima, "Sure?", reply_markup=board)
    await do(telegram.url, "clicks", person=rahima, message=sent.message_id, button="Yes")
    said = await do(telegram.url, "says", person=rahima, text="helo", reply_to=sent.message_id)
    await do(telegram.url, "edits", person=rahima, message=said["message"], text="hello")
    await do(telegram.url, "sends_photo", person=rahima, content="iVBORw0KGgo=", caption="this one")
    shown = await look(telegram.url)
    messages = shown["chats"][0]["messages"]
    assert [one.get("text") or one.get("caption") for one in messages] == [
        "/start abc",
        "Sure?",
        "hello",
        "this one",
    ]
    assert shown["turning"] == [[rahima, sent.message_id]]
    kinds = [update.event_type for update in await bot.get_updates()]
    assert kinds == ["message", "callback_query", "message", "edited_message", "message"]


async def test_groups_and_trouble_can_be_had_over_http(telegram: FakeTelegram, bot: Bot) -> None:
    rahima = (await do(telegram.url, "person", name="Rahima"))["person"]
    made = await do(telegram.url, "group", title="Family", people=[rahima], forum=True)
    thread = await do(telegram.url, "topic", chat=made["chat"], name="Returns", person=rahima)
    said = await do(
        telegram.url, "says", person=rahima, chat=made["chat"], thread=thread["thread"], text="/help"
    )
    assert said["ok"]
    await do(telegram.url, "fault", kind="fail", method="getMe", status=500)
    await do(telegram.url, "outage", seconds=60)
    assert (await look(telegram.url))["down"]
    await do(telegram.url, "clear")
    await bot.get_me()


@pytest.mark.parametrize(
    "order",
    [
        {"deed": "dances"},
        {"deed": "says", "person": 1, "text": "nobody"},
        {"deed": "says"},
        {"deed": "fault", "kind": "earthquake"},
    ],
)
async def test_what_cannot_be_done_is_said_so(telegram: FakeTelegram, order: Json) -> None:
    answer = await do(telegram.url, **order)
    assert not answer["ok"] and answer["error"]


async def test_a_slack_workspace_can_be_used_over_http(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = (await do(slack.url, "person", name="rahima"))["person"]
    channel = (await do(slack.url, "channel", name="orders", people=[rahima]))["channel"]
    said = await do(slack.url, "says", person=rahima, channel=channel, text="@kotha hello")
    await client.chat_postMessage(channel=channel, thread_ts=said["ts"], text="Looking")
    await do(slack.url, "reacts", person=rahima, channel=channel, message=said["ts"], name="eyes")
    heard = await do(slack.url, "commands", person=rahima, command="/kotha", text="help")
    assert heard["taken"] is False  # nobody listens
    shown = next(one for one in (await look(slack.url))["teams"][0]["channels"] if one["id"] == channel)
    assert [one["text"] for one in shown["messages"]] == [f"<@{team.bot.id}> hello", "Looking"]
    assert shown["messages"][0]["reactions"][0]["name"] == "eyes"


async def test_a_link_to_the_bot_opens_its_chat(telegram: FakeTelegram) -> None:
    async with aiohttp.ClientSession() as session:
        opened = await session.get(f"{telegram.url}/kotha_bot?start=abc", allow_redirects=False)
        assert opened.headers["Location"].endswith("/fake?start=abc")
        assert (await session.get(f"{telegram.url}/other_bot?start=abc")).status == 404


async def test_another_site_cannot_do_deeds(telegram: FakeTelegram, slack: FakeSlack) -> None:
    async with aiohttp.ClientSession() as session:
        for base in (telegram.url, slack.url):
            foreign = {"Origin": "https://evil.example"}
            refused = await session.post(f"{base}/fake/do", json={"deed": "clear"}, headers=foreign)
            plain = await session.post(f"{base}/fake/do", data='{"deed": "clear"}')
            assert (refused.status, plain.status) == (403, 403)


async def test_the_pages_are_whole_and_need_nothing_from_elsewhere(
    telegram: FakeTelegram, slack: FakeSlack
) -> None:
    async with aiohttp.ClientSession() as session:
        for base in (telegram.url, slack.url):
            page = await (await session.get(f"{base}/")).text()
            needed = re.findall(r'(?:src|href)="([^"]+)"', page)
            files = [one for one in needed if not one.startswith("data:")]
            answers = [await session.get(f"{base}{one}") for one in files]
            assert len(files) == 3 and {answer.status for answer in answers} == {200}
            assert "innerHTML" not in "".join([await answer.text() for answer in answers])


def test_the_programs_say_which_settings_kotha_needs() -> None:
    options = read_telegram_arguments(["--port", "8099"])
    assert "http://127.0.0.1:8099" in explain_telegram(options)
    sockets = read_arguments(["--socket-mode"])
    assert "KOTHA_SLACK_APP_TOKEN" in explain(build(sockets), sockets)
    assert "KOTHA_SLACK_APP_TOKEN" not in explain(build(read_arguments([])), read_arguments([]))
