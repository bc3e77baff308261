"""Fakes on loopback, with bots that are the platforms' own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Team, serve_slack
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


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A served fake Slack."""
    async with serve_slack(FakeSlack()) as served:
        yield served


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    """A workspace that has the app."""
    return slack.workspace("Shop")


@pytest.fixture
def client(slack: FakeSlack, team: Team) -> AsyncWebClient:
    """Slack's own web client, with the workspace's token."""
    return AsyncWebClient(team.token, base_url=f"{slack.url}/api/", retry_handlers=[])
