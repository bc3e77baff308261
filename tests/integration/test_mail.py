"""Who left the matter out of hours and chose e-mail gets the answer there, by a real mail server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import ClientSession

from bot.errors import BadSettings
from crm_store.domain.agents import Role
from crm_store.sql.tables import conversations, customers
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.waiting import leave_message
from tests.fakes.mail_server import MailServer, serve_mail
from tests.integration.conftest import IDENTITY_KEY, Running, StartGateway, eventually
from tests.integration.console import ConsoleClient, browser_of
from tests.integration.web import RawClient, next_of_type, signed_identity

FROM = "Kotha Bazaar <care@kotha.example>"
LEFT = "The cups came broken.\nTwice now."


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with serve_mail(MailServer()) as server:
        yield server


def to(mail: MailServer, **changes: Any) -> dict[str, Any]:
    """Settings that send by this server."""
    server = {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_security": "none", "smtp_from": FROM}
    return {**server, **changes}


def words_of(letter: EmailMessage) -> str:
    """The text, with the line ends of this machine."""
    return str(letter.get_content()).replace("\r\n", "\n")


@dataclass
class Matter:
    """A conversation with something left in writing, and the agent who answers it."""

    conversation_id: UUID
    agent: ConsoleClient

    @property
    def path(self) -> str:
        return f"/conversations/{self.conversation_id}"

    async def answer(self, text: str) -> None:
        body = {"client_msg_id": str(uuid4()), "text": text}
        await self.agent.do("POST", f"{self.path}/messages", body, status=201)

    async def mails(self) -> list[dict[str, Any]]:
        """How far each answer's letter is, as the console is told."""
        events = (await self.agent.get(f"{self.path}/events"))["events"]
        return [event["mail"] for event in events if event["author"] == "agent"]


async def matter(
    running: Running, http: ClientSession, *, language: str = "en", mails: bool = True
) -> Matter:
    """Rahima left it last night, by e-mail please; this morning Farhana has claimed it."""
    customer = RawClient(running.base, http)
    session = await customer.open_session()
    jwt = signed_identity("rahima", IDENTITY_KEY)
    _, known = await customer.post("identify", {"jwt": jwt}, token=session["token"])
    conversation = UUID(known["conversation"])
    _, sent = await customer.post(
        "messages", {"client_msg_id": str(uuid4()), "text": LEFT}, token=known["token"]
    )
    async with running.store.begin() as uow:
        who = {"name": "Rahima Khatun", "name_bn": "রহিমা খাতুন", "email": "rahima@example.com"}
        await uow.connection.execute(customers.update().values(**who))
        await uow.connection.execute(conversations.update().values(language=language))
        await uow.commit()
    key = ActionKey(UUID(sent["id"]), "action_leave_message", 0)
    await leave_message(
        running.store, conversation, key=key, text=LEFT, answer_at="email", summary={}, mails=mails
    )
    agent = await browser_of(running.base, http, running.store)
    await agent.do("POST", f"/conversations/{conversation}/claim")
    return Matter(conversation, agent)


async def test_the_answer_arrives_as_a_letter(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    async with start_gateway(**to(mail)) as running:
        open_matter = await matter(running, http)
        await open_matter.answer("I am sorry. A new set is on its way: ৳0 to pay. 🫖")
        await eventually(lambda: bool(mail.letters))
        [letter] = mail.letters
        assert letter["To"] == "Rahima Khatun <rahima@example.com>"
        assert letter["From"] == FROM
        assert letter["Subject"].startswith("Your message to Kotha Bazaar (TK-")
        text = words_of(letter)
        assert text.startswith("Dear Rahima Khatun,\n\nFarhana Islam from Kotha Bazaar answers")
        assert "I am sorry. A new set is on its way: ৳0 to pay. 🫖" in text
        assert text.endswith("You wrote:\n> The cups came broken.\n> Twice now.\n")
        assert letter.get_content_type() == "text/plain"
        detail = await open_matter.agent.get(open_matter.path)
        assert detail["answers_to"] == {"by": "email", "to": "rahima@example.com", "mailed": True}
        [sent] = await open_matter.mails()
        assert (sent["status"], sent["to"], sent["error"]) == ("sent", "rahima@example.com", None)


@pytest.mark.parametrize(
    ("language", "greeting"), [("bn", "প্রিয় রহিমা খাতুন,"), ("bn-Latn", "Priyo Rahima Khatun,")]
)
async def test_a_letter_speaks_the_customers_language(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession, language: str, greeting: str
) -> None:
    async with start_gateway(**to(mail)) as running:
        open_matter = await matter(running, http, language=language)
        await open_matter.answer("নতুন কাপ পাঠিয়েছি।")
        await eventually(lambda: bool(mail.letters))
        assert words_of(mail.letters[0]).startswith(greeting)


@pytest.mark.rules("G2")
async def test_a_server_that_is_away_or_busy_is_asked_again_in_order(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    mail.rcpt = ["451 come back later"]
    async with start_gateway(**to(mail)) as running:
        open_matter = await matter(running, http)
        await open_matter.answer("first")
        await open_matter.answer("second")
        await eventually(lambda: len(mail.letters) == 2, seconds=30)
        texts = [words_of(letter) for letter in mail.letters]
        assert ["first" in texts[0], "second" in texts[1]] == [True, True]
        assert mail.attempts == 3


async def test_an_address_that_is_refused_is_a_dead_letter_agents_see(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    mail.rcpt = ["550 no such mailbox rahima@example.com"]
    async with start_gateway(**to(mail)) as running:
        open_matter = await matter(running, http)
        await open_matter.answer("first")
        await open_matter.answer("second")
        await eventually(lambda: len(mail.letters) == 1)
        failed, sent = await open_matter.mails()
        assert (failed["status"], sent["status"]) == ("failed", "sent")
        assert failed["error"] == "DeliveryRefused: SMTPRecipientRefused 550"
        supervisor = await browser_of(running.base, http, running.store, Role.SUPERVISOR)
        [dead] = (await supervisor.get("/dead-letters"))["items"]
        assert (dead["channel"], dead["conversation_id"]) == ("email", str(open_matter.conversation_id))
        await supervisor.do("POST", f"/dead-letters/{dead['id']}/send-again", status=204)
        await eventually(lambda: len(mail.letters) == 2)


async def test_a_letter_whose_confirmation_was_lost_comes_again_under_the_same_id(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    mail.data = [""]
    async with start_gateway(**to(mail)) as running:
        open_matter = await matter(running, http)
        await open_matter.answer("once")
        await eventually(lambda: len(mail.letters) == 2, seconds=30)
        first, again = mail.letters
        assert first["Message-ID"] == again["Message-ID"]
        await eventually_sent(open_matter)


async def eventually_sent(open_matter: Matter) -> None:
    async with asyncio.timeout(5):
        while (await open_matter.mails())[0]["status"] != "sent":  # noqa: ASYNC110  delivery knows no tests
            await asyncio.sleep(0.05)


# What aiosmtpd says about this set-up, and about itself.
@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning")
async def test_the_account_of_the_settings_is_used(start_gateway: StartGateway, http: ClientSession) -> None:
    async with serve_mail(MailServer(account=("kotha", "s3cret"))) as mail:
        account = {"smtp_username": "kotha", "smtp_password": "s3cret"}
        async with start_gateway(**to(mail, **account)) as running:
            await (await matter(running, http)).answer("hello")
            await eventually(lambda: bool(mail.letters))


async def test_nothing_leaves_unencrypted_unless_that_is_wanted(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    async with start_gateway(**to(mail, smtp_security="starttls")) as running:
        open_matter = await matter(running, http)
        await open_matter.answer("hello")
        await eventually(
            lambda: running.gateway.metrics.deliveries.labels("email", "postponed")._value.get() > 0
        )
        assert mail.letters == []
        [waiting] = await open_matter.mails()
        assert waiting["status"] == "stored"


async def test_who_looks_at_the_conversation_sees_the_letter_leave(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    mail.rcpt = ["451 come back later"]
    async with start_gateway(**to(mail)) as running:
        open_matter = await matter(running, http)
        async with open_matter.agent.welcomed() as socket:
            watch = {"type": "watch", "conversation": str(open_matter.conversation_id), "after_seq": 0}
            await socket.send_json(watch)
            await open_matter.answer("hello")
            seen: list[str] = []
            while not seen or seen[-1] != "sent":
                event = (await next_of_type(socket, "event"))["event"]
                if event["author"] == "agent":
                    seen.append(event["mail"]["status"])
        assert seen[0] == "stored"


async def test_without_a_mail_server_it_stays_a_ticket(
    start_gateway: StartGateway, mail: MailServer, http: ClientSession
) -> None:
    async with start_gateway() as running:
        open_matter = await matter(running, http, mails=False)
        await open_matter.answer("hello")
        assert await open_matter.mails() == [None]
        detail = await open_matter.agent.get(open_matter.path)
        assert detail["answers_to"] == {"by": "email", "to": "rahima@example.com", "mailed": False}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"smtp_from": None}, "KOTHA_SMTP_FROM is not set"),
        ({"smtp_host": "mail.example"}, "KOTHA_SMTP_SECURITY"),
        ({"smtp_from": "two@a.example, three@b.example"}, "KOTHA_SMTP_FROM is wrong"),
        ({"smtp_from": "nobody"}, "KOTHA_SMTP_FROM is wrong"),
    ],
)
async def test_settings_that_cannot_work_are_refused_at_the_start(
    start_gateway: StartGateway, mail: MailServer, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadSettings, match=says):
        async with start_gateway(**to(mail, **changes)):
            pass
