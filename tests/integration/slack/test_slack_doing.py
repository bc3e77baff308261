"""What customers do in Slack beside writing: buttons, files, the slash command."""

from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession

from crm_store.use_cases.linking import offer_link
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.fakes.slack.people import Person
from tests.fakes.slack.world import File, Message
from tests.files import image
from tests.integration.conftest import IDENTITY_KEY, eventually
from tests.integration.slack.conftest import Office
from tests.integration.slack.test_slack_talking import transcript
from tests.integration.web import RawClient, signed_identity

YES = {"title": "Yes, cancel it", "choice": {"intent": "affirm", "entities": {"order_number": "KT-1"}}}
NO = {"title": "No", "choice": {"intent": "deny", "entities": {}}}


async def asked_by_buttons(office: Office, engine: FakeEngine, person: Person) -> Message:
    """A question of the bot with two buttons, in the direct message."""
    engine.script.append(answering(answer_of("Shall I cancel it?", buttons=[YES, NO])))
    await person.says("cancel my order")
    await person.hears()
    return person.direct.last


@pytest.mark.rules("SL7", "CH4")
async def test_a_click_says_what_the_button_stands_for(office: Office, engine: FakeEngine) -> None:
    question = await asked_by_buttons(office, engine, office.rahima)
    heard = await office.rahima.clicks(question, "Yes, cancel it")
    assert heard.taken
    await office.rahima.hears(2)
    assert engine.questions[-1]["choice"] == YES["choice"]
    values = [element["value"] for element in question.elements]
    assert not any("affirm" in value or "KT-1" in value for value in values)  # nothing but opaque ids


@pytest.mark.rules("SL7")
async def test_after_a_click_the_buttons_are_gone(office: Office, engine: FakeEngine) -> None:
    question = await asked_by_buttons(office, engine, office.rahima)
    await office.rahima.clicks(question, "No")
    await eventually(lambda: question.elements == [])
    assert question.blocks[-1]["elements"][0]["text"] == "Chosen: No"
    assert question.text == "Shall I cancel it?"
    assert not office.slack.ledger.breaches


@pytest.mark.rules("CH2", "CH4")
async def test_a_double_click_is_one_choice(office: Office, engine: FakeEngine) -> None:
    question = await asked_by_buttons(office, engine, office.rahima)
    action = {**question.elements[0], "action_ts": "1"}
    for number in range(3):
        await office.rahima.does(question, {**action, "action_ts": str(number)})
    await office.rahima.hears(2)
    await office.rahima.says("thanks")
    await office.rahima.hears(3)
    assert [each["choice"] for each in engine.questions] == [None, YES["choice"], None]


@pytest.mark.rules("CH4")
@pytest.mark.parametrize("value", ["made-up", "affirm", '/affirm{"order_number":"KT-1"}'])
async def test_a_button_nobody_made_is_refused(office: Office, engine: FakeEngine, value: str) -> None:
    question = await asked_by_buttons(office, engine, office.rahima)
    heard = await office.rahima.does(question, {**question.elements[0], "value": value})
    assert heard.taken
    await eventually(lambda: len(office.rahima.whispers()) == 1)
    assert "no longer works" in office.rahima.whispers()[0].text
    assert len(engine.questions) == 1


@pytest.mark.rules("CH4", "CH6")
async def test_somebody_elses_button_is_refused(office: Office, engine: FakeEngine) -> None:
    karim = office.slack.person(office.team, "karim")
    help_channel = office.slack.channel(office.team, "help", [office.rahima, karim])
    engine.script.append(answering(answer_of("Shall I?", buttons=[YES, NO])))
    await office.rahima.says("@kotha cancel", help_channel)
    await office.rahima.hears(1, channel=help_channel)
    await karim.clicks(help_channel.last, "Yes, cancel it")
    await eventually(lambda: len(karim.whispers(help_channel)) == 1)
    assert "somebody else" in karim.whispers(help_channel)[0].text
    assert len(engine.questions) == 1
    assert help_channel.last.elements  # hers still work
    await office.rahima.clicks(help_channel.last, "No")
    await office.rahima.hears(2, channel=help_channel)
    assert engine.questions[-1]["choice"] == NO["choice"]


async def test_a_picture_is_kept_for_the_agents(office: Office) -> None:
    await office.rahima.sends_file(image(), name="saree.png", text="this one is torn")
    await office.rahima.hears()
    sent = [event for event in await transcript(office, office.rahima) if event.attachments]
    assert [(each.text, each.attachments[0]["name"]) for each in sent] == [("this one is torn", "saree.png")]


async def test_a_picture_alone_is_answered(office: Office) -> None:
    await office.rahima.sends_file(image(), name="saree.png")
    await office.rahima.hears()
    events = await transcript(office, office.rahima)
    assert events[0].attachments[0]["type"] == "image/png"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ a program", "game.exe", "not “game.exe”"),
        (b"\x89PNG\r\n\x1a\n broken", "torn.png", "“torn.png” seems to be damaged"),
        (b"%PDF-1.4" + b"0" * (10 * 1024 * 1024), "book.pdf", "“book.pdf” is too large"),
    ],
    ids=["program", "broken", "large"],
)
async def test_a_file_that_is_not_taken_is_told_of(
    office: Office, content: bytes, name: str, said: str
) -> None:
    await office.rahima.sends_file(content, name=name, text="look at this")
    heard = await office.rahima.hears(2)
    assert any(said in text for text in heard)
    assert "You said: look at this" in heard


async def test_only_a_file_that_is_not_taken_gets_one_honest_answer(
    office: Office, engine: FakeEngine
) -> None:
    await office.rahima.sends_file(b"MZ a program", name="game.exe")
    assert "not “game.exe”" in (await office.rahima.hears())[0]
    assert engine.asked == []
    assert (await transcript(office, office.rahima))[0].text == "(a file)"


@pytest.mark.rules("CH7")
async def test_the_token_goes_to_slack_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = "https://files.example/photo.png"
    as_json = File.as_json

    def lying(self: File, base: str) -> dict[str, Any]:
        return {**as_json(self, base), "url_private": elsewhere, "url_private_download": elsewhere}

    monkeypatch.setattr(File, "as_json", lying)
    await office.rahima.sends_file(image(), text="look")
    assert any("could not get the file" in text for text in await office.rahima.hears(2))


@pytest.mark.rules("SL4", "CH1")
async def test_a_slow_file_is_acknowledged_when_it_is_there(
    office: Office, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack brings the event again, finds it stored, and it is one message all the same."""
    monkeypatch.setattr("bot.channels.slack.customers.FILES_SECONDS", 0.0)
    await office.rahima.sends_file(image(), text="look")
    await office.rahima.hears()
    await office.slack.courier.retry_now()
    await office.slack.settled()
    statuses = [delivery.status for delivery in office.slack.ledger.deliveries]
    assert 503 in statuses
    assert engine.asked == ["look"]
    (first, *_) = await transcript(office, office.rahima)
    assert first.attachments


@pytest.mark.rules("SL7")
@pytest.mark.parametrize("words", ["", "help", "HELP"])
async def test_the_command_explains_itself(office: Office, engine: FakeEngine, words: str) -> None:
    heard = await office.rahima.commands("/kotha", words)
    assert "/kotha human" in heard.shown
    assert engine.questions == []


@pytest.mark.rules("SL7", "CH6")
async def test_a_question_by_command_is_answered_in_private(office: Office, engine: FakeEngine) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    heard = await office.rahima.commands("/kotha", "where is <my> order & why?", help_channel)
    assert heard.shown == "I am answering in our direct message."
    assert await office.rahima.hears() == ["You said: where is &lt;my&gt; order &amp; why?"]
    assert help_channel.texts == []
    assert engine.asked == ["where is <my> order & why?"]
    assert (
        office.rahima.direct.last.blocks[0]["elements"][0]["text"] == "“where is &lt;my&gt; order &amp; why?”"
    )
    assert not office.slack.ledger.breaches


async def test_a_question_by_command_is_no_longer_than_a_message(office: Office, engine: FakeEngine) -> None:
    await office.rahima.commands("/kotha", "why? " * 5000)
    await office.rahima.hears()
    [asked] = engine.asked
    assert asked is not None
    assert len(asked) == 4000
    assert asked.endswith("…")


@pytest.mark.rules("SL7")
@pytest.mark.parametrize(
    ("words", "intent", "entities"),
    [
        ("human", "contact_human_agent", {}),
        ("language bn", "change_language", {"language": "bn"}),
        ("language Banglish", "change_language", {"language": "bn-Latn"}),
    ],
)
async def test_commands_mean_something(
    office: Office, engine: FakeEngine, words: str, intent: str, entities: dict[str, str]
) -> None:
    heard = await office.rahima.commands("/kotha", words)
    assert heard.taken and heard.shown
    await eventually(lambda: len(engine.questions) == 1)
    assert engine.questions[0]["choice"] == {"intent": intent, "entities": entities}


@pytest.mark.rules("SL7")
async def test_a_language_nobody_speaks_is_told(office: Office, engine: FakeEngine) -> None:
    heard = await office.rahima.commands("/kotha", "language klingon")
    assert "bn-Latn" in heard.shown
    assert engine.questions == []


async def test_the_command_answers_in_the_customers_language(office: Office, engine: FakeEngine) -> None:
    engine.script.append(answering(answer_of("জি, বলুন", language="bn")))
    await office.rahima.says("হ্যালো")
    await office.rahima.hears()
    assert "আলাদা মেসেজে" in (await office.rahima.commands("/kotha", "help")).shown


@pytest.mark.rules("SL7")
async def test_linking_without_a_code_is_explained(office: Office) -> None:
    assert "/kotha link" in (await office.rahima.commands("/kotha", "link")).shown


async def logged_in(office: Office, raw: RawClient) -> UUID:
    """The conversation of a customer who is logged in on the website."""
    session = await raw.open_session()
    identity = signed_identity("rahima", IDENTITY_KEY, name="Rahima Khatun")
    status, known = await raw.post("identify", {"jwt": identity}, token=session["token"])
    assert status == 200, known
    return UUID(known["conversation"])


@pytest.fixture
def raw(office: Office, http: ClientSession) -> RawClient:
    return RawClient(office.running.base, http)


@pytest.mark.rules("G5")
async def test_a_code_connects_the_shop_account_and_another_is_refused(
    office: Office, raw: RawClient, engine: FakeEngine
) -> None:
    conversation = await logged_in(office, raw)
    offer = await offer_link(office.running.store, conversation)
    assert "no longer valid" in (await office.rahima.commands("/kotha", "link 0000-0000")).shown
    heard = await office.rahima.commands("/kotha", f"link {offer.code.lower()}")
    assert "is connected with Slack" in heard.shown
    assert "no longer valid" in (await office.rahima.commands("/kotha", f"link {offer.code}")).shown
    await office.rahima.hears(1)  # the news stands in the direct message too
    await office.rahima.says("where is my order?")
    await office.rahima.hears(2)
    assert engine.questions[-1]["facts"]["verified"] is True


@pytest.mark.rules("CH6", "G5")
async def test_a_connected_customer_is_nobody_in_a_channel(
    office: Office, raw: RawClient, engine: FakeEngine
) -> None:
    offer = await offer_link(office.running.store, await logged_in(office, raw))
    await office.rahima.commands("/kotha", f"link {offer.code}")
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    await office.rahima.says("@kotha where is my order?", help_channel)
    await office.rahima.hears(1, channel=help_channel)
    facts = engine.questions[-1]["facts"]
    assert (facts["place"], facts["verified"], facts["customer_name"]) == ("public", False, None)
