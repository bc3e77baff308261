"""The real gateway with SQLite, a fake engine, a fake Telegram and a fake Slack, all in this process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest import mock

import aiohttp
from aiohttp.test_utils import TestServer

from bot.app import Gateway, open_gateway
from bot.limits import Rate
from bot.settings import load_settings
from crm_store.domain.agents import Role
from crm_store.migrations.runner import migrate
from crm_store.sql import SqlStore, open_store
from tests.fakes.engine import FakeEngine, serve_engine
from tests.fakes.slack.people import Person
from tests.fakes.slack.server import FakeSlack, serve_slack
from tests.fakes.telegram import FakeTelegram, Limits, serve_telegram
from tests.integration.console import ConsoleClient, browser_of
from tests.integration.web import RawClient, signed_identity

ENGINE_SECRET: Final = "e" * 43
IDENTITY_KEY: Final = "k" * 43
TELEGRAM_SECRET: Final = "s3cret_of-the-webhook"
UNLIMITED: Final = 1_000_000_000


@dataclass
class World:
    """Everything an outsider can reach, and keys to some of it."""

    base: str
    gateway: Gateway
    store: SqlStore
    engine: FakeEngine
    telegram: FakeTelegram
    slack: FakeSlack
    rahima: Person
    http: aiohttp.ClientSession
    customer: RawClient
    token: str = ""
    conversation: str = ""
    admin: ConsoleClient | None = None

    async def renew(self) -> None:
        """A fresh session of a customer and of an administrator: the last ones may be logged out by now."""
        session = await self.customer.open_session()
        self.token, self.conversation = session["token"], session["conversation"]
        self.admin = await browser_of(self.base, self.http, self.store, Role.ADMIN)

    @property
    def agent(self) -> ConsoleClient:
        """The administrator's browser."""
        assert self.admin is not None
        return self.admin

    @property
    def webhook(self) -> str:
        """Where Telegram's updates go."""
        return f"{self.base}/api/telegram/{self.telegram.world.bot.id}/webhook"

    @property
    def identity(self) -> str:
        """What a shop signs for somebody it knows."""
        return signed_identity("shop-1", IDENTITY_KEY)


@asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """Start everything; nothing is limited, for nothing shall be refused unread."""
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    await migrate(url)
    async with AsyncExitStack() as stack:
        store = await open_store(url)
        stack.push_async_callback(store.close)
        engine = FakeEngine(secret=ENGINE_SECRET)
        engine_url = await stack.enter_async_context(serve_engine(engine))
        telegram = await stack.enter_async_context(
            serve_telegram(FakeTelegram(limits=Limits(enforced=False)))
        )
        slack = await stack.enter_async_context(serve_slack(FakeSlack()))
        slack.rates.limits.enforced = False
        team = slack.workspace("Kotha Bazaar")
        settings = load_settings(
            _env_file=None,
            data_dir=folder,
            database_url=url,
            engine_urls=[engine_url],
            engine_secret=ENGINE_SECRET,
            identity_keys={"k1": IDENTITY_KEY},
            allowed_origins={"demo": []},
            poll_seconds=0.2,
            drain_seconds=2,
            messages_burst=UNLIMITED,
            address_burst=UNLIMITED,
            telegram_bots={"kotha_bot": telegram.token},
            telegram_secret=TELEGRAM_SECRET,
            telegram_api=telegram.url,
            slack_signing_secret=slack.signing_secret,
            slack_bot_tokens={team.id: team.token},
            slack_api=f"{slack.url}/api",
        )
        stack.enter_context(mock.patch("bot.channels.web.attachments.UPLOADS", Rate(UNLIMITED, UNLIMITED)))
        gateway = await stack.enter_async_context(open_gateway(settings, store))
        server = TestServer(gateway.app)
        await server.start_server()
        stack.push_async_callback(server.close)
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        base = str(server.make_url("")).rstrip("/")
        rahima = slack.person(team, "rahima", real_name="Rahima Khatun")
        world = World(base, gateway, store, engine, telegram, slack, rahima, http, RawClient(base, http))
        await world.renew()
        yield world
