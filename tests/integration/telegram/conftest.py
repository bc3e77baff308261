"""A gateway with a bot of the fake Telegram."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import pytest

from bot.channels.telegram.reading import ALLOWED_UPDATES
from crm_store.domain.agent_events import Transcript
from crm_store.domain.received import Place, Sender
from crm_store.sql import SqlStore
from crm_store.use_cases.conversation_lists import list_agent_events
from crm_store.use_cases.receiving import find_conversation
from tests.fakes.engine import FakeEngine
from tests.fakes.telegram import FakeTelegram, Limits, Person, serve_telegram
from tests.fakes.telegram.courier import Webhook
from tests.integration.conftest import Running, StartGateway

SECRET = "s3cret_of-the-webhook"


@dataclass(frozen=True)
class Shop:
    """The fake Telegram with the gateway behind its bot, and a customer."""

    telegram: FakeTelegram
    running: Running
    engine: FakeEngine
    rahima: Person

    @property
    def store(self) -> SqlStore:
        return self.running.store

    @property
    def account(self) -> str:
        """The bot's account in the store."""
        return str(self.telegram.world.bot.id)

    @property
    def webhook(self) -> str:
        """Where the gateway takes updates."""
        return f"{self.running.base}/api/telegram/{self.account}/webhook"

    def count(self, name: str, **labels: str) -> float:
        """A counter of the gateway."""
        value = self.running.gateway.metrics.registry.get_sample_value(f"kotha_{name}_total", labels)
        return value or 0.0

    async def conversation_of(self, person: Person, place: str = "") -> UUID:
        """The person's conversation in a place."""
        sender = Sender("telegram", self.account, f"user:{person.user.id}")
        found = await find_conversation(self.store, sender, Place(place))
        assert found is not None, "there is no such conversation"
        return found

    async def transcript(self, person: Person, place: str = "") -> Transcript:
        """The person's conversation in a place as agents see it."""
        return await list_agent_events(self.store, await self.conversation_of(person, place))

    async def lines(self, person: Person, place: str = "") -> list[str | None]:
        """The texts of the conversation."""
        return [event.text for event in (await self.transcript(person, place)).events]


class OpenShop(Protocol):
    """Start a gateway behind the fake Telegram; settings of the test win."""

    def __call__(self, **changes: Any) -> AbstractAsyncContextManager[Shop]: ...


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with serve_telegram(FakeTelegram(limits=Limits(enforced=False))) as served:
        yield served


@pytest.fixture
def rahima(telegram: FakeTelegram) -> Person:
    return telegram.person("Rahima", last_name="Akter", username="rahima", language_code="bn")


@pytest.fixture
def open_shop(
    start_gateway: StartGateway, telegram: FakeTelegram, engine: FakeEngine, rahima: Person
) -> OpenShop:
    @asynccontextmanager
    async def start(**changes: Any) -> AsyncIterator[Shop]:
        settings = {
            "telegram_bots": {"kotha_bot": telegram.token},
            "telegram_secret": SECRET,
            "telegram_api": telegram.url,
            **changes,
        }
        async with start_gateway(**settings) as running:
            shop = Shop(telegram, running, engine, rahima)
            if settings.get("telegram_mode") != "polling":
                telegram.courier.set_webhook(Webhook(shop.webhook, SECRET, allowed=[*ALLOWED_UPDATES]))
                telegram.courier.allowed = [*ALLOWED_UPDATES]
            yield shop
            telegram.courier.delete_webhook()

    return start


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    """A gateway with everyday settings."""
    async with open_shop() as opened:
        yield opened
