"""What runs for as long as the service does a mistake of ours must not end: nobody would begin it again."""

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import ClientSession

from bot import delivery, turns
from bot.channels.slack import accounts, socket_mode
from bot.channels.slack.accounts import Workspaces
from bot.channels.slack.socket_mode import SocketMode
from bot.channels.telegram import introduction, standing
from bot.channels.telegram.introduction import Introduction
from bot.channels.telegram.standing import Standing

NOTHING = cast(Any, None)
BOT = cast(Any, SimpleNamespace(account="shop_bot"))


class BreaksOnce:
    """Something looked at again and again."""

    def __init__(self) -> None:
        self.calls = 0
        self.again = asyncio.Event()

    async def __call__(self, *_: object, **__: object) -> None:
        self.calls += 1
        if self.calls == 1:
            raise ZeroDivisionError
        self.again.set()


async def lasts(loop: Coroutine[Any, Any, None], look: BreaksOnce) -> bool:
    """Whether it looks again after the look that broke."""
    running = asyncio.create_task(loop)
    again = asyncio.create_task(look.again.wait())
    await asyncio.wait({again, running}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    for task in (running, again):
        task.cancel()
    await asyncio.gather(running, again, return_exceptions=True)
    return look.again.is_set()


async def test_whether_a_telegram_bot_is_still_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    look = BreaksOnce()
    monkeypatch.setattr(standing, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(Standing, "_look", look)
    assert await lasts(Standing(BOT, NOTHING, NOTHING, NOTHING).run(), look)


async def test_the_introduction_of_a_telegram_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    look = BreaksOnce()
    monkeypatch.setattr(introduction, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(Introduction, "introduce", look)
    introducing = Introduction(BOT, NOTHING, NOTHING, webhook=None, secret="")
    assert await lasts(introducing.run(), look)
    assert introducing.why_not == "ZeroDivisionError"


async def test_whether_slack_lets_us_in(monkeypatch: pytest.MonkeyPatch) -> None:
    look = BreaksOnce()
    monkeypatch.setattr(accounts, "LOOK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(Workspaces, "verify", look)
    api = cast(Any, SimpleNamespace(teams={"T1": "xoxb"}))
    assert await lasts(Workspaces(NOTHING, api, NOTHING, NOTHING)._look(), look)


async def test_connecting_to_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    look = BreaksOnce()
    client = SimpleNamespace(connect_to_new_endpoint=look, socket_mode_request_listeners=[])
    monkeypatch.setattr(socket_mode, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(socket_mode, "SocketModeClient", lambda *_, **__: client)
    async with ClientSession() as session:
        mode = SocketMode(NOTHING, session, app_token="xapp", base_url="http://127.0.0.1/")
        assert await lasts(mode._connect(), look)


async def test_renewing_the_lease_of_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    renew = BreaksOnce()
    monkeypatch.setattr(turns, "extend_lease", renew)
    claim = cast(
        Any, SimpleNamespace(lease_seconds=0.0, conversation_id="c", message=SimpleNamespace(id="m"))
    )
    runner = cast(Any, SimpleNamespace(store=None))
    assert await lasts(turns.TurnRunner._renew_lease(runner, claim), renew)


async def test_renewing_the_lease_of_a_message_that_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its parts may be paced for minutes: without a lease another sender would begin it again."""
    renew = BreaksOnce()
    monkeypatch.setattr(delivery, "LEASE_SECONDS", 0.0)
    monkeypatch.setattr(delivery, "extend_outbox_lease", renew)
    sender, item = cast(Any, SimpleNamespace(_store=None)), cast(Any, SimpleNamespace(message_id="m"))
    assert await lasts(delivery.ChannelSender._renew_lease(sender, item), renew)
