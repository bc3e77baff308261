"""Socket Mode: no public address; an envelope is acknowledged after what it holds is stored (CH1)."""

from collections.abc import AsyncIterator

import pytest

from crm_store.domain.errors import StoreUnavailable
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.fakes.slack.server import APP_TOKEN
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office, OpenOffice

pytestmark = pytest.mark.rules("CH1", "SL4")


@pytest.fixture
async def indoors(open_office: OpenOffice) -> AsyncIterator[Office]:
    """A gateway without a public address."""
    async with open_office(slack_signing_secret=None, slack_app_token=APP_TOKEN) as office:
        office.slack.use_socket_mode()
        await eventually(lambda: office.slack_channel.health().ok)
        yield office


async def test_messages_come_over_the_socket(indoors: Office) -> None:
    await indoors.rahima.says("hello")
    assert await indoors.rahima.hears() == ["You said: hello"]
    await indoors.slack.settled()


async def test_clicks_and_commands_come_over_the_socket(indoors: Office, engine: FakeEngine) -> None:
    buttons = [{"title": "Yes", "choice": {"intent": "affirm", "entities": {}}}]
    engine.script.append(answering(answer_of("Shall I?", buttons=buttons)))
    await indoors.rahima.says("cancel it")
    await indoors.rahima.hears()
    assert (await indoors.rahima.clicks(indoors.rahima.direct.last, "Yes")).taken
    assert "/kotha human" in (await indoors.rahima.commands("/kotha", "help")).shown
    await indoors.rahima.hears(2)
    assert engine.questions[-1]["choice"] == {"intent": "affirm", "entities": {}}


async def test_what_was_not_stored_is_not_acknowledged(
    indoors: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_arguments: object, **_options: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr("bot.inbox.receive", away)
        indoors.slack.sockets.answer_within = 0.5
        await indoors.rahima.says("hello")
        await eventually(lambda: len(indoors.slack.ledger.deliveries) >= 2, seconds=30)
    assert not any(delivery.accepted for delivery in indoors.slack.ledger.deliveries)
    await indoors.slack.courier.retry_now()
    assert await indoors.rahima.hears() == ["You said: hello"]


async def test_a_wrong_app_token_is_told(open_office: OpenOffice) -> None:
    async with open_office(slack_signing_secret=None, slack_app_token="xapp-wrong") as office:
        await eventually(lambda: "SlackApiError" in str(office.slack_channel.health().why))


async def test_the_socket_is_opened_again_when_slack_asks_for_it(indoors: Office) -> None:
    await indoors.slack.sockets.refresh()
    await eventually(lambda: bool(indoors.slack.sockets.open), seconds=30)
    await indoors.rahima.says("hello")
    assert await indoors.rahima.hears() == ["You said: hello"]


async def test_the_socket_is_opened_again_when_it_breaks(indoors: Office) -> None:
    await indoors.slack.sockets.cut()
    await eventually(lambda: not indoors.slack.sockets.open)
    await eventually(lambda: bool(indoors.slack.sockets.open), seconds=20)
    await indoors.rahima.says("hello")
    assert await indoors.rahima.hears() == ["You said: hello"]
