"""Who is an agent in Slack, and which channels customers' data may be shown in."""

import pytest

from crm_store.domain.agents import Role
from crm_store.use_cases.agent_accounts import list_team_channels, offer_agent_code, set_team_channel
from tests.agents import make_agent
from tests.fakes.slack.people import Person
from tests.integration.conftest import eventually
from tests.integration.slack.agents import Desk
from tests.integration.slack.conftest import Office


async def says(person: Person, text: str, desk: Desk) -> str:
    """What the command is answered."""
    return (await person.commands("/kotha", text, desk.channel)).shown


async def test_a_code_works_once_and_for_its_agent_only(desk: Desk) -> None:
    store = desk.office.running.store
    karim = desk.office.slack.person(desk.office.team, "karim")
    agent = await make_agent(store, "Karim")
    first = await offer_agent_code(store, agent.id)
    code = await offer_agent_code(store, agent.id)
    assert "wrong, used or older" in await says(karim, f"agent {first.code}", desk)
    assert "Hello Karim!" in await says(karim, f"Agent {code.code.lower()}", desk)
    assert "wrong, used or older" in await says(karim, f"agent {code.code}", desk)
    assert "get a code there" in await says(karim, "agent help", desk)
    assert "wrong, used or older" in await says(karim, "agent 7H3K-9QD", desk)


async def test_guessing_is_slowed_down(desk: Desk) -> None:
    guest = desk.office.slack.person(desk.office.team, "guest")
    answers = [await says(guest, f"agent AAAA-AAA{letter}", desk) for letter in "ACDEFGHJ"]
    assert "Too many codes" in answers[-1]


async def test_customers_commands_go_on_as_before(desk: Desk) -> None:
    assert "Ask me anything" in await says(desk.office.rahima, "help", desk)
    for question in ("agency fees?", "agent please", "agent", "agents available now?"):
        assert "answering in our direct message" in await says(desk.office.rahima, question, desk)


async def test_only_administrators_set_a_teams_channel(desk: Desk) -> None:
    assert "Only an administrator" in await says(desk.farhana, "agents here", desk)
    assert "I do not know you" in await says(desk.office.rahima, "agents here", desk)
    boss = await desk.new_colleague("boss", Role.ADMIN)
    assert "posted here from now on" in await says(boss, "agents here bn", desk)
    (found,) = await list_team_channels(desk.office.running.store)
    assert (found.place, found.language) == (desk.channel.id, "bn")
    assert "no such team" in await says(boss, "agents here nobody", desk)
    assert "Nothing is posted here" in await says(boss, "agents off", desk)
    assert await list_team_channels(desk.office.running.store) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "channel"}, "Everybody in the workspace"),
        ({"is_ext_shared": True}, "another company"),
        ({"is_archived": True}, "archived"),
    ],
)
@pytest.mark.rules("CH6")
async def test_a_channel_others_read_is_refused(desk: Desk, change: dict[str, object], why: str) -> None:
    boss = await desk.new_colleague("boss", Role.ADMIN)
    open_room = desk.office.slack.channel(desk.office.team, "hall", [boss], private=True)
    for name, value in change.items():
        setattr(open_room, name, value)
    heard = await boss.commands("/kotha", "agents here", open_room)
    assert why in heard.shown


@pytest.mark.rules("CH6")
async def test_nothing_is_posted_where_everybody_reads_and_somebody_is_told(
    office: Office, desk: Desk
) -> None:
    hall = office.slack.channel(office.team, "hall", [desk.farhana])
    await set_team_channel(office.running.store, "slack", office.team.id, hall.id)
    desk.channel = hall
    await desk.ask_without_card()
    await eventually(lambda: not office.slack_channel.health().ok)
    assert office.slack_channel.health().why == f"{office.team.id}/{hall.id}: public"
    (found,) = await list_team_channels(office.running.store)
    assert found.trouble == "public"
    assert hall.sent_by_bot == []
