"""Fakes on loopback, with bots that are the platforms' own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.fakes.telegram import FakeTelegram, serve_telegram


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A served fake Telegram."""
    async with serve_telegram(FakeTelegram()) as served:
        yield served


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    """aiogram's client of it, as it would talk to the real one."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with Bot(telegram.token, session=session) as client:
        yield client
