"""A gateway in two workspaces of the fake Slack."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import yaml
from aiohttp import ClientSession

from bot.channels.pacing import Pacer
from bot.channels.slack.channel import SlackChannel
from tests.fakes.engine import FakeEngine
from tests.fakes.slack.people import Person
from tests.fakes.slack.server import FakeSlack, serve_slack
from tests.fakes.slack.world import Team
from tests.integration.conftest import Running, StartGateway

if TYPE_CHECKING:
    from tests.integration.slack.agents import Desk

MANIFEST = Path(__file__).parents[3] / "bot/channels/slack/manifest.yml"


@dataclass(frozen=True, repr=False)
class Office:
    """The fake Slack with the gateway in it, and a customer."""

    slack: FakeSlack
    running: Running
    team: Team
    rahima: Person

    @property
    def slack_channel(self) -> SlackChannel:
        """The channel itself."""
        (found,) = [each for each in self.running.gateway.channels if isinstance(each, SlackChannel)]
        return found

    @property
    def base(self) -> str:
        """Where the gateway takes what Slack brings."""
        return f"{self.running.base}/api/slack"

    def count(self, name: str, **labels: str) -> float:
        """A counter of the gateway."""
        value = self.running.gateway.metrics.registry.get_sample_value(f"kotha_{name}_total", labels)
        return value or 0.0


class OpenOffice(Protocol):
    """Start a gateway in the fake Slack; settings of the test win."""

    def __call__(self, **changes: Any) -> AbstractAsyncContextManager[Office]: ...


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with serve_slack(FakeSlack()) as served:
        yield served


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    """A workspace that gives the app the rights of its manifest, and not one more."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return slack.workspace("Kotha Bazaar", scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]))


@pytest.fixture
def rahima(slack: FakeSlack, team: Team) -> Person:
    return slack.person(team, "rahima", real_name="Rahima Khatun")


@pytest.fixture
def open_office(start_gateway: StartGateway, slack: FakeSlack, team: Team, rahima: Person) -> OpenOffice:
    @asynccontextmanager
    async def start(**changes: Any) -> AsyncIterator[Office]:
        settings = {
            "slack_signing_secret": slack.signing_secret,
            "slack_bot_tokens": {each.id: each.token for each in slack.teams.values()},
            "slack_api": f"{slack.url}/api",
            **changes,
        }
        async with start_gateway(**settings) as running:
            office = Office(slack, running, team, rahima)
            slack.connect(office.base)
            yield office

    return start


@pytest.fixture
async def office(open_office: OpenOffice) -> AsyncIterator[Office]:
    """A gateway with everyday settings."""
    async with open_office() as opened:
        yield opened


@pytest.fixture
async def desk(office: Office, http: ClientSession, engine: FakeEngine) -> "AsyncIterator[Desk]":
    """A team that answers from Slack; nothing there waits for its second."""
    from tests.integration.slack.agents import open_desk

    office.slack_channel.sending.pacer = Pacer(clock=itertools.count(0, 60).__next__)
    office.slack.rates.limits.enforced = False
    opened = await open_desk(office, http, engine)
    yield opened
    assert not office.slack.ledger.breaches
