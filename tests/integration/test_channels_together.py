"""Both platforms, two gateways, one store: every event counts once, whatever the platforms do (G4, CH2)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.pacing import Pacer
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.pacing import TelegramPace
from bot.channels.telegram.reading import ALLOWED_UPDATES
from bot.delivery import LONGEST_RETRY_SECONDS
from crm_store.sql import SqlStore, open_store
from tests.fakes.clock import FastClock
from tests.fakes.engine import FakeEngine
from tests.fakes.slack.server import FakeSlack, serve_slack
from tests.fakes.telegram import FakeTelegram, Limits, serve_telegram
from tests.fakes.telegram.courier import Webhook
from tests.integration.conftest import ENGINE_SECRET, IDENTITY_KEY, Running, StartGateway, eventually
from tests.integration.gateway_process import as_environment, gateway_process

SECRET = "s3cret_of-the-webhook"
PEOPLE, MESSAGES = 50, 10  # of each platform: 500 events each
COPIES = 4
SPEED = 40  # times as fast as life: ten minutes pass in fifteen seconds


@dataclass(frozen=True)
class Town:
    """Two gateways behind a fake Telegram and a fake Slack."""

    telegram: FakeTelegram
    slack: FakeSlack
    gateways: tuple[Running, Running]
    engine: FakeEngine

    @property
    def webhooks(self) -> list[str]:
        return [f"{each.base}/api/telegram/{self.telegram.world.bot.id}/webhook" for each in self.gateways]

    @property
    def slack_bases(self) -> list[str]:
        return [f"{each.base}/api/slack" for each in self.gateways]


@dataclass(frozen=True)
class Processes:
    """Two gateways in processes of their own."""

    telegram: FakeTelegram
    slack: FakeSlack
    bases: tuple[str, str]


def platform_settings(telegram: FakeTelegram, slack: FakeSlack) -> dict[str, Any]:
    """The settings of both platforms."""
    return {
        "telegram_bots": {"kotha_bot": telegram.token},
        "telegram_secret": SECRET,
        "telegram_api": telegram.url,
        "slack_signing_secret": slack.signing_secret,
        "slack_bot_tokens": {each.id: each.token for each in slack.teams.values()},
        "slack_api": f"{slack.url}/api",
    }


@pytest.fixture
async def second_store(store_url: str) -> AsyncIterator[SqlStore]:
    """Connections of its own, as another process would have."""
    opened = await open_store(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def town(
    start_gateway: StartGateway, second_store: SqlStore, engine: FakeEngine
) -> AsyncIterator[Town]:
    telegram, slack = FakeTelegram(limits=Limits(enforced=False)), FakeSlack()
    async with serve_telegram(telegram), serve_slack(slack):
        slack.workspace("Shop")
        settings = platform_settings(telegram, slack)
        async with (
            start_gateway(**settings) as one,
            start_gateway(with_store=second_store, **settings) as other,
        ):
            built = Town(telegram, slack, (one, other), engine)
            telegram.courier.set_webhook(Webhook(built.webhooks[0], SECRET, allowed=[*ALLOWED_UPDATES]))
            telegram.courier.allowed = [*ALLOWED_UPDATES]
            slack.connect(built.slack_bases[0])
            yield built
            telegram.courier.delete_webhook()


@pytest.fixture
async def processes(store_url: str, engine_url: str, tmp_path: Path) -> AsyncIterator[Processes]:
    """Two gateways that share nothing but the store."""
    telegram, slack = FakeTelegram(limits=Limits(enforced=False)), FakeSlack()
    async with serve_telegram(telegram), serve_slack(slack):
        slack.workspace("Shop")
        settings = as_environment(
            {
                "database_url": store_url,
                "engine_urls": engine_url,
                "engine_secret": ENGINE_SECRET,
                "identity_keys": {"k1": IDENTITY_KEY},
                "poll_seconds": "0.5",
                **platform_settings(telegram, slack),
            }
        )
        async with gateway_process(tmp_path, settings) as one, gateway_process(tmp_path, settings) as other:
            hook = f"{one}/api/telegram/{telegram.world.bot.id}/webhook"
            telegram.courier.set_webhook(Webhook(hook, SECRET, allowed=[*ALLOWED_UPDATES]))
            telegram.courier.allowed = [*ALLOWED_UPDATES]
            yield Processes(telegram, slack, (one, other))
            telegram.courier.delete_webhook()


@pytest.mark.rules("G4", "CH2", "TG2", "SL5")
@pytest.mark.timeout(180)
async def test_a_thousand_events_that_come_four_times_to_two_gateways_are_a_thousand_turns(
    processes: Processes, engine: FakeEngine
) -> None:
    telegram, slack = processes.telegram, processes.slack
    (team,) = slack.teams.values()
    telegram.hold()
    slack.hold()
    for number in range(PEOPLE):
        on_telegram, on_slack = telegram.person(f"Telegram {number}"), slack.person(team, f"slack{number}")
        for said in range(MESSAGES):
            await on_telegram.says(f"telegram {number}.{said}")
            await on_slack.says(f"slack {number}.{said}")
    bot = telegram.world.bot.id
    await asyncio.gather(
        telegram.storm([f"{base}/api/telegram/{bot}/webhook" for base in processes.bases], copies=COPIES),
        slack.storm([f"{base}/api/slack" for base in processes.bases], copies=COPIES),
    )
    everything = 2 * PEOPLE * MESSAGES
    await eventually(lambda: len(engine.questions) >= everything, seconds=90)
    await asyncio.sleep(1.0)  # two looks for waiting turns: whoever would answer twice does it now
    asked = Counter(question["text"] for question in engine.questions)
    assert len(asked) == everything
    assert set(asked.values()) == {1}
    assert engine.overlaps == 0


@pytest.mark.rules("TG4")
async def test_an_update_nobody_can_read_blocks_no_chat(town: Town) -> None:
    rahima = town.telegram.person("Rahima")
    town.telegram.poison(rahima.chat)
    town.slack.poison()
    await rahima.says("hello")
    (team,) = town.slack.teams.values()
    await town.slack.person(team, "karim").says("hi")
    await eventually(lambda: set(town.engine.asked) == {"hello", "hi"}, seconds=20)
    assert await rahima.hears(1, within=10) == ["You said: hello"]


@pytest.mark.rules("TG7", "G2")
@pytest.mark.timeout(120)
async def test_ten_minutes_without_the_platform_drain_in_order_and_within_its_limits(
    start_gateway: StartGateway, store_url: str
) -> None:
    clock = FastClock(SPEED)
    store = await open_store(store_url, clock=lambda: datetime.fromtimestamp(clock.now(), UTC))
    async with serve_telegram(FakeTelegram(clock=clock)) as telegram:
        settings = {
            "telegram_bots": {"kotha_bot": telegram.token},
            "telegram_secret": SECRET,
            "telegram_api": telegram.url,
            "poll_seconds": 0.05,
        }
        async with start_gateway(with_store=store, **settings) as running:
            [channel] = running.gateway.channels
            assert isinstance(channel, TelegramChannel)
            object.__setattr__(channel.sending, "pace", TelegramPace(Pacer(clock.now)))
            hook = f"{running.base}/api/telegram/{telegram.world.bot.id}/webhook"
            telegram.courier.set_webhook(Webhook(hook, SECRET, allowed=[*ALLOWED_UPDATES]))
            telegram.courier.allowed = [*ALLOWED_UPDATES]
            people = [telegram.person(f"Person {number}") for number in range(20)]
            began = clock.now()
            telegram.faults.outage(600)
            for said in range(4):
                for person in people:
                    await person.says(f"{person.user.first_name}: {said}")
            await eventually(lambda: all(len(each.chat.texts) == 4 for each in people), seconds=60)
            drained = clock.now()
            telegram.courier.delete_webhook()
    await store.close()
    for person in people:
        assert person.chat.texts == [f"You said: {person.user.first_name}: {said}" for said in range(4)]
    # The longest pause between two attempts is a minute; what is left then is a matter of seconds.
    assert 600 <= drained - began <= 600 + LONGEST_RETRY_SECONDS + 90
    refused = [call for call in telegram.ledger.calls_of("sendMessage") if call.status == 429]
    assert len(refused) <= 8, "the pace is the bot's own, not the platform's refusals"
