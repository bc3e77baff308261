"""A team that answers from Slack, and a customer on the website who needs it."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import ClientSession

from crm_store.domain.agents import Agent, Role
from crm_store.domain.conversations import Author
from crm_store.domain.handling import Handled
from crm_store.use_cases.agent_accounts import link_agent, offer_agent_code, set_team_channel
from crm_store.use_cases.applied_actions import access_party
from crm_store.use_cases.handling import read_handling
from crm_store.use_cases.handoffs import Asked, ask_for_person
from crm_store.use_cases.teams import ensure_default_team
from tests.agents import make_agent
from tests.fakes.engine import FakeEngine
from tests.fakes.slack.people import Person
from tests.fakes.slack.world import Channel, Message
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office
from tests.integration.web import RawClient


@dataclass
class Desk:
    """The private channel of the team, one of its agents, and a customer's conversation."""

    office: Office
    channel: Channel
    farhana: Person
    agent: Agent
    customer: RawClient
    token: str
    conversation: UUID
    engine: FakeEngine

    @property
    def cards(self) -> list[Message]:
        """The cards in the channel, oldest first."""
        return [message for message in self.channel.sent_by_bot if message.thread is None]

    @property
    def card(self) -> Message:
        """The newest card."""
        return self.cards[-1]

    @property
    def lines(self) -> list[str]:
        """What the bot wrote under the newest card."""
        return [message.text for message in self.channel.sent_by_bot if message.thread == self.card.ts]

    @property
    def shown(self) -> str:
        """Everything a reader of the newest card sees."""
        texts = [str(block.get("text", {}).get("text", "")) for block in self.card.blocks]
        return "\n".join([self.card.text, *texts])

    def told(self, person: Person) -> list[str]:
        """What somebody alone was told in threads."""
        return [message.text for message in person.whispers(self.channel) if message.thread]

    def labels(self) -> list[str]:
        """The buttons of the newest card."""
        return [element["text"]["text"] for element in self.card.elements]

    async def handled(self) -> Handled:
        """Who has the conversation."""
        return await read_handling(self.office.running.store, self.conversation)

    async def ask(self) -> Message:
        """The customer needs a person; the card stands in the channel afterwards."""
        before = len(self.cards)
        await self.ask_without_card()
        await eventually(lambda: len(self.cards) > before)
        return self.card

    async def ask_without_card(self) -> None:
        """The customer needs a person."""
        async with self.office.running.store.begin() as uow:
            party = await access_party(uow, self.conversation)
            await ask_for_person(uow, party, Asked("asked", None, Author.CUSTOMER, {}))
            await uow.commit()

    async def line(self, words: str) -> Message:
        """Wait until something stands under the newest card."""
        await eventually(lambda: any(words in line for line in self.lines), seconds=30)
        return next(each for each in self.channel.sent_by_bot if words in each.text and each.thread)

    async def says(self, text: str, who: Person | None = None) -> Message:
        """Type in the thread."""
        message = await (who or self.farhana).says(text, self.channel, thread=self.card)
        await self.office.slack.settled()
        return message

    async def heard(self) -> list[str]:
        """What the customer reads of agents."""
        events = await self.customer.events(self.token)
        return [str(event["text"]) for event in events if event["author"] == "agent"]

    async def new_colleague(self, name: str, role: Role = Role.AGENT) -> Person:
        """Another agent in the channel."""
        person = self.office.slack.person(self.office.team, name)
        self.channel.members[person.id] = person.member
        agent = await make_agent(self.office.running.store, name.title(), role=role)
        await link_agent(
            self.office.running.store, "slack", self.office.team.id, person.id, agent_id=agent.id
        )
        return person


async def open_desk(office: Office, http: ClientSession, engine: FakeEngine) -> Desk:
    """Everything set up, and one message of the customer answered by the bot."""
    store = office.running.store
    farhana = office.slack.person(office.team, "farhana")
    channel = office.slack.channel(office.team, "care", [farhana], private=True)
    await ensure_default_team(store)
    await set_team_channel(store, "slack", office.team.id, channel.id)
    agent = await make_agent(store)
    code = await offer_agent_code(store, agent.id)
    heard = await farhana.commands("/kotha", f"agent {code.code}", channel)
    assert "Farhana" in heard.shown, heard.shown
    customer = RawClient(office.running.base, http)
    session = await customer.open_session()
    await customer.send(session["token"], "my parcel is <broken>")
    await eventually(lambda: bool(engine.questions))
    return Desk(
        office,
        channel,
        farhana,
        agent,
        customer,
        str(session["token"]),
        UUID(str(session["conversation"])),
        engine,
    )


async def window(desk: Desk, button: str, person: Person | None = None) -> Person:
    """Press a button that opens a window; whoever sees it now."""
    who = person or desk.farhana
    await who.clicks(desk.card, button)
    await eventually(lambda: who.modal is not None)
    return who
