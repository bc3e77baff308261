"""How answers leave for Slack: cards, agents' words, files, limits, lost connections, lost workspaces."""

import asyncio
import itertools
import uuid
from typing import Any
from uuid import UUID

import pytest
import structlog

from bot.channels.pacing import Pacer
from bot.channels.slack.client import SlackRefused
from bot.logs import configure_logs
from crm_store.domain.agents import Agent
from crm_store.domain.attachments import Attachment, Uploader
from crm_store.domain.channels import AccountState
from crm_store.use_cases.agent_messages import edit_agent_message, send_agent_message
from crm_store.use_cases.attachments import keep_attachment
from crm_store.use_cases.platforms import list_channel_accounts, list_dead_letters
from tests.agents import agent_says, make_agent, take_over_by
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.fakes.ledger import Call
from tests.fakes.slack.server import FakeSlack
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office, OpenOffice

ORDER: dict[str, Any] = {
    "type": "order",
    "number": "KT-10234",
    "status": "shipped",
    "placed_at": "2026-11-12T05:00:00.000Z",
    "promised_by": "2026-11-19",
    "delivered_at": None,
    "late": False,
    "items": [{"name": "Saree <red> & gold", "name_bn": "শাড়ি", "quantity": 1, "unit_price": 125000}],
    "total": 131000,
    "currency": "BDT",
    "carrier": "Pathao Courier",
    "tracking_number": "PTH-8842",
    "destination": "Mirpur, Dhaka",
}


def posts(office: Office) -> list[Call]:
    """What was posted, as Slack saw it."""
    return office.slack.ledger.calls_of("chat.postMessage")


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.FIRST_RETRY_SECONDS", 0.1)


@pytest.fixture
def unpaced(office: Office) -> None:
    """Nothing waits for its second."""
    office.slack_channel.sending.pacer = Pacer(clock=itertools.count(0, 60).__next__)
    office.slack.rates.limits.enforced = False


async def talk(office: Office, engine: FakeEngine, text: str = "hello") -> UUID:
    """A conversation in the direct message."""
    await office.rahima.says(text)
    await office.rahima.hears(1)
    return UUID(engine.questions[-1]["conversation"])


async def taken_over(office: Office, engine: FakeEngine) -> tuple[UUID, Agent]:
    """A conversation an agent has."""
    conversation, agent = await talk(office, engine), await make_agent(office.running.store)
    await take_over_by(office.running.store, conversation, agent)
    office.running.gateway.delivery.wake_all()
    await office.rahima.hears(2)
    return conversation, agent


@pytest.mark.rules("SL9", "SL10")
async def test_an_order_is_a_card_with_its_facts(office: Office, engine: FakeEngine) -> None:
    buttons = [{"title": "ক" * 100, "choice": {"intent": "affirm", "entities": {}}}] * 30
    engine.script.append(answering(answer_of("Here it is.", card=ORDER, buttons=buttons)))
    await talk(office, engine)
    kinds = [block["type"] for block in office.rahima.direct.last.blocks]
    assert kinds == ["section", "section", "actions", "actions"]
    card = office.rahima.direct.last.blocks[1]
    assert card["text"]["text"].startswith("*Order KT-10234*")
    assert "Saree &lt;red&gt; &amp; gold" in card["text"]["text"]
    assert "*Tracking*\nPathao Courier PTH-8842" in [field["text"] for field in card["fields"]]
    assert office.rahima.direct.last.text == "Here it is."
    assert not office.slack.ledger.breaches


@pytest.mark.rules("SL9")
async def test_a_card_alone_has_words_for_notifications(office: Office, engine: FakeEngine) -> None:
    engine.script.append(answering(answer_of(None, card=ORDER)))
    await talk(office, engine)
    assert office.rahima.heard == ["Order KT-10234: shipped"]
    assert not office.slack.ledger.breaches


async def test_agents_are_named_and_their_edits_change_the_message(
    office: Office, engine: FakeEngine
) -> None:
    conversation, agent = await taken_over(office, engine)
    sent = await agent_says(office.running.store, conversation, agent, "I look into <it>.")
    office.running.gateway.delivery.wake_all()
    heard = await office.rahima.hears(3)
    assert heard[-1] == "*Farhana*\nI look into &lt;it&gt;."
    await edit_agent_message(
        office.running.store, conversation, sent.id, agent_id=agent.id, text="It comes tomorrow."
    )
    office.running.gateway.delivery.wake_all()
    await eventually(lambda: office.rahima.heard[-1] == "*Farhana*\nIt comes tomorrow.")
    assert len(office.rahima.heard) == 3


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed", "cant_update_message"])
async def test_a_correction_that_cannot_take_the_old_words_place_is_sent_anew(
    office: Office, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    conversation, agent = await taken_over(office, engine)
    sent = await agent_says(office.running.store, conversation, agent, "Today.")
    office.running.gateway.delivery.wake_all()
    await office.rahima.hears(3)
    api = office.slack_channel.sending.api
    call = api.call

    async def refuse(team: str, method: str, **arguments: Any) -> Any:
        if method == "chat.update":
            raise SlackRefused(method, code)
        return await call(team, method, **arguments)

    monkeypatch.setattr(api, "call", refuse)
    await edit_agent_message(office.running.store, conversation, sent.id, agent_id=agent.id, text="Tomorrow.")
    office.running.gateway.delivery.wake_all()
    assert (await office.rahima.hears(4))[-1] == "*Farhana*\nTomorrow."


async def test_agents_files_arrive(office: Office, engine: FakeEngine) -> None:
    conversation, agent = await taken_over(office, engine)
    file = await kept_file(office, agent, b"%PDF-1.4 the guarantee")
    await send_agent_message(
        office.running.store,
        conversation,
        agent_id=agent.id,
        client_msg_id=uuid.uuid4().hex,
        text="Here is the guarantee.",
        attachments=(file.id,),
    )
    office.running.gateway.delivery.wake_all()
    await eventually(lambda: any(message.files for message in office.rahima.direct.sent_by_bot), seconds=30)
    (shared,) = office.rahima.direct.last.files
    assert (shared.title, shared.content) == ("guarantee.pdf", b"%PDF-1.4 the guarantee")
    assert office.rahima.heard[2] == "*Farhana*\nHere is the guarantee."


async def kept_file(office: Office, agent: Agent, content: bytes) -> Attachment:
    """An agent's upload."""
    folder = office.slack_channel.sending.folder
    stored_as = uuid.uuid4().hex
    folder.path_of(stored_as).parent.mkdir(parents=True, exist_ok=True)
    folder.path_of(stored_as).write_bytes(content)
    file = Attachment(
        uuid.uuid4(), "guarantee.pdf", "application/pdf", len(content), None, None, "0" * 64, stored_as
    )
    await keep_attachment(office.running.store, file, Uploader(agent_id=agent.id))
    return file


@pytest.mark.rules("SL8")
async def test_a_channel_gets_one_message_a_second(office: Office, engine: FakeEngine) -> None:
    engine.script.append(
        answering({**answer_of("one"), "replies": [{"text": text} for text in ("one", "two", "three")]})
    )
    await office.rahima.says("hello")
    assert await office.rahima.hears(3) == ["one", "two", "three"]
    times = [call.at for call in posts(office)]
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))
    assert {call.status for call in posts(office)} == {200}


@pytest.mark.rules("SL8")
async def test_a_rate_limit_is_waited_for(office: Office, quick_retries: None) -> None:
    office.slack.faults.rate_limit("chat.postMessage", retry_after=1)
    await office.rahima.says("hello")
    assert await office.rahima.hears() == ["You said: hello"]
    refused, sent = posts(office)
    assert sent.at - refused.at >= 1.0


@pytest.mark.rules("SL13")
async def test_a_lost_answer_is_not_posted_twice(
    office: Office, quick_retries: None, engine: FakeEngine
) -> None:
    office.slack.faults.drop_answer("chat.postMessage")
    await office.rahima.says("hello")
    await office.rahima.hears()
    await eventually(lambda: office.count("deliveries", channel="slack", outcome="sent") == 1)
    assert len(posts(office)) == 1
    assert office.slack.ledger.calls_of("conversations.history")
    await office.rahima.says("thanks")
    assert await office.rahima.hears(2) == ["You said: hello", "You said: thanks"]


@pytest.mark.rules("SL13")
async def test_a_lost_answer_in_a_thread_is_not_posted_twice(office: Office, quick_retries: None) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    office.slack.faults.drop_answer("chat.postMessage")
    await office.rahima.says("@kotha hello", help_channel)
    await eventually(lambda: office.count("deliveries", channel="slack", outcome="sent") == 1)
    assert help_channel.texts == ["You said: hello"]
    assert office.slack.ledger.calls_of("conversations.replies")


@pytest.mark.rules("SL13")
@pytest.mark.parametrize("trouble", ["drop", "garbled", "server_error", "unavailable"])
async def test_what_never_arrived_is_sent_again(office: Office, quick_retries: None, trouble: str) -> None:
    match trouble:
        case "drop":
            office.slack.faults.drop("chat.postMessage")
        case "garbled":
            office.slack.faults.garble("chat.postMessage")
        case "server_error":
            office.slack.faults.fail("chat.postMessage", status=502)
        case _:
            office.slack.faults.fail("chat.postMessage", status=503)
    await office.rahima.says("hello")
    await eventually(lambda: office.count("deliveries", channel="slack", outcome="sent") == 1)
    assert office.rahima.heard == ["You said: hello"]


@pytest.mark.rules("SL13")
async def test_an_outage_drains_in_order(office: Office, quick_retries: None, unpaced: None) -> None:
    office.slack.faults.outage(1.5)
    for number in range(4):
        await office.rahima.says(f"message {number}")
        await office.slack.settled()
    assert await office.rahima.hears(4, within=20) == [f"You said: message {number}" for number in range(4)]


async def test_a_message_slack_refuses_is_a_dead_letter_and_the_next_one_passes(
    office: Office, engine: FakeEngine
) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    help_channel.is_archived = True
    await office.rahima.says("@kotha hello", help_channel)
    await eventually(lambda: office.count("deliveries", channel="slack", outcome="dead") == 1)
    (letter,) = await list_dead_letters(office.running.store)
    assert "is_archived" in letter.reason
    await office.rahima.says("hello")
    await office.rahima.hears()


async def test_whoever_left_the_workspace_is_marked_until_they_write_again(
    office: Office, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_team: str, method: str, **_arguments: object) -> None:
        raise SlackRefused(method, "user_disabled")

    with monkeypatch.context() as patched:
        patched.setattr(office.slack_channel.sending.api, "call", refuse)
        await office.rahima.says("hello")
        await eventually(lambda: office.count("deliveries", channel="slack", outcome="lost") == 1)
    assert await unreachable(office)
    (letter,) = await list_dead_letters(office.running.store)
    assert "user_disabled" in letter.reason
    await office.rahima.says("I am back")
    assert await office.rahima.hears() == ["You said: I am back"]
    assert not await unreachable(office)


async def unreachable(office: Office) -> bool:
    """Whether nothing can be said to Rahima."""
    async with office.running.store.read() as uow:
        identity = await uow.identities.find("slack", office.team.id, f"user:{office.rahima.id}")
    assert identity is not None
    return identity.unreachable


@pytest.mark.rules("SL12")
@pytest.mark.parametrize("way", ["uninstall", "revoke"])
async def test_a_lost_workspace_is_sent_nothing_and_told_of(
    open_office: OpenOffice, office: Office, engine: FakeEngine, way: str
) -> None:
    await talk(office, engine)
    await office.rahima.says("still there?")
    await (office.slack.uninstall if way == "uninstall" else office.slack.revoke)(office.team)
    await office.slack.settled()
    await eventually(lambda: office.team.id in office.slack_channel.workspaces.lost)
    assert not office.slack_channel.health().ok
    (account,) = await list_channel_accounts(office.running.store, "slack")
    assert account.state is AccountState.REVOKED
    await eventually(lambda: len(engine.questions) == 2)
    before = len(posts(office))
    await asyncio.sleep(1.0)
    assert len(posts(office)) <= before + 1
    assert office.count("deliveries", channel="slack", outcome="dead") == 0


@pytest.mark.rules("SL12")
async def test_what_waited_leaves_when_the_workspace_is_back(
    open_office: OpenOffice, engine: FakeEngine
) -> None:
    async with open_office() as office:
        await talk(office, engine)
        await office.slack.revoke(office.team)
        await office.slack.settled()
        message = await office.rahima.says("hello again")
        await eventually(lambda: len(engine.questions) == 2)
        assert len(office.rahima.heard) == 1
    office.team.installed, office.team.token = "yes", "xoxb-new"
    async with open_office() as office:
        assert message.text == "hello again"
        assert await office.rahima.hears(2) == ["You said: hello", "You said: hello again"]
        assert office.slack_channel.health().ok


@pytest.mark.rules("SL12")
async def test_a_workspace_lost_by_mistake_is_written_to_again(
    open_office: OpenOffice, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack has been known to call good tokens bad for some minutes."""
    monkeypatch.setattr("bot.channels.slack.accounts.LOOK_AGAIN_SECONDS", 0.3)
    monkeypatch.setattr("bot.channels.slack.client.LOCKED_SECONDS", 0.3)
    async with open_office() as office:
        await talk(office, engine)
        office.team.installed = "revoked"
        await office.rahima.says("still there?")
        await eventually(lambda: office.team.id in office.slack_channel.workspaces.lost)
        office.team.installed = "yes"
        await office.rahima.hears(2)
        assert office.slack_channel.health().ok


async def test_a_token_of_another_workspace_is_told_of(open_office: OpenOffice, slack: FakeSlack) -> None:
    other = slack.workspace("Another shop")
    async with open_office(slack_bot_tokens={"T999FAKE": other.token}) as office:
        await eventually(lambda: "another workspace" in str(office.slack_channel.health().why))


async def test_a_token_that_does_not_work_is_told_at_the_start(open_office: OpenOffice) -> None:
    async with open_office(slack_bot_tokens={"T001FAKE": "xoxb-wrong"}) as office:
        await eventually(lambda: not office.slack_channel.health().ok)
        assert "invalid_auth" in str(office.slack_channel.health().why)


@pytest.mark.rules("CH7")
async def test_neither_words_nor_tokens_are_logged(
    office: Office, engine: FakeEngine, quick_retries: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(log_format="json", level="debug")
    try:
        office.slack.faults.garble("chat.postMessage")
        office.slack.faults.fail("users.info", status=500)
        await office.rahima.says("my secret is swordfish")
        await office.rahima.hears()
        await office.rahima.sends_file(b"swordfish", name="swordfish.exe", text="swordfish")
        await office.rahima.commands("/kotha", "swordfish")
        await office.rahima.hears(3)
    finally:
        structlog.reset_defaults()
    logged = capsys.readouterr().out
    assert "delivery.failed" in logged
    assert "swordfish" not in logged
    assert office.team.token not in logged
