"""With people: called in anger, awaited and not needed after all, a message left, given back, rated."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from crm_store.domain.agents import Agent
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.handling import HandBackOutcome, ResolveReason
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversations, handoffs, messages, survey_responses, tickets
from crm_store.use_cases import handling
from crm_store.use_cases.ports.history import Interaction
from tests.agents import agent_says, take_over
from tests.conversations.assistant import Answer, Talk
from tests.conversations.test_conversations import check_language

pytestmark = pytest.mark.conversation
IN_THREE_SCRIPTS = ("language", "texts")


async def one(talk: Talk, query: sa.Select[Any]) -> Any:
    """The first row of a query about the conversation."""
    async with sql(talk).read() as uow:
        return (await uow.connection.execute(query)).first()


def sql(talk: Talk) -> SqlStore:
    assert isinstance(talk.store, SqlStore)
    return talk.store


async def say_all(talk: Talk, language: str, *texts: str) -> list[Answer]:
    answers = [await talk.say(text) for text in texts]
    for answer in answers:
        check_language(answer, language)
    return answers


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "this is a scam, my parcel never came and nobody answers!! i want to complain"),
        ("bn", "আপনারা প্রতারক, পার্সেল আসে নাই আর কেউ ফোনও ধরে না!! অভিযোগ করব"),
        ("bn-Latn", "apnara protarok, parcel ashe nai ar keu phone o dhore na!! complain korbo"),
    ],
)
async def test_an_angry_complaint_calls_a_person_and_says_so_once(
    talk: Talk, language: str, text: str
) -> None:
    await talk.begin("tanvir")
    [first] = await say_all(talk, language, text)
    assert first.mood == "angry"
    assert "utter_handoff_because_complaint" in first.responses
    assert [name for name in first.responses if name.startswith("utter_handoff_asked_")]
    c = conversations.c
    row = await one(talk, sa.select(c.state, c.mood).where(c.id == talk.conversation_id))
    assert tuple(row) == ("queued", "angry")
    reason = await one(
        talk, sa.select(handoffs.c.reason).where(handoffs.c.conversation_id == talk.conversation_id)
    )
    assert tuple(reason) == ("complaint",)
    again = await talk.say(text)
    assert not [name for name in again.responses if name.startswith("utter_handoff")]


async def test_a_calm_complaint_offers_a_person_only(talk: Talk) -> None:
    await talk.begin("tanvir")
    answer = await talk.say("i am a bit disappointed with your service")
    assert answer.mood == "unhappy"
    assert answer.responses == ["utter_complaint"]


@pytest.mark.parametrize(
    IN_THREE_SCRIPTS,
    [
        ("en", ("i want to talk to a human", "never mind")),
        ("bn", ("একজন মানুষের সাথে কথা বলতে চাই", "বাদ দিন")),
        ("bn-Latn", ("manusher sathe kotha bolbo", "bad den")),
    ],
)
async def test_never_mind_takes_the_request_back(talk: Talk, language: str, texts: tuple[str, ...]) -> None:
    await talk.begin("mitali")
    _, withdrawn = await say_all(talk, language, *texts)
    assert withdrawn.responses == ["utter_handoff_withdrawn"]
    row = await one(talk, sa.select(conversations.c.state).where(conversations.c.id == talk.conversation_id))
    assert tuple(row) == ("bot",)


@pytest.mark.parametrize(
    IN_THREE_SCRIPTS,
    [
        (
            "en",
            (
                "i want to talk to a human",
                "👉 Leave a message",
                "the cups in my last parcel were broken, what now",
                "please call me",
            ),
        ),
        (
            "bn",
            (
                "একজন মানুষের সাথে কথা বলতে চাই",
                "👉 লিখে রেখে যাব",
                "গত পার্সেলের কাপগুলো ভাঙা ছিল, এখন কী করব",
                "👉 ফোন করুন",
            ),
        ),
        (
            "bn-Latn",
            (
                "manusher sathe kotha bolbo",
                "👉 Likhe rekhe jabo",
                "goto parcel er cup gulo bhanga chilo, ekhon ki korbo",
                "👉 Phone korun",
            ),
        ),
    ],
)
async def test_a_message_is_left_and_answered_by_phone(
    talk: Talk, language: str, texts: tuple[str, ...]
) -> None:
    await talk.begin("tanvir")
    *_, where, done = await say_all(talk, language, *texts)
    assert where.responses == ["utter_ask_where_to_answer"]
    assert done.responses == ["utter_message_left"]
    subject = await one(talk, sa.select(tickets.c.subject).order_by(tickets.c.opened_at.desc()))
    assert "☎" in subject[0]
    assert texts[2] in subject[0]


async def refunded_by_a_person(talk: Talk, *, resume: bool = False) -> Agent:
    """Farhana takes over, notes a refund, and gives the conversation back."""
    agent = await take_over(talk.store, talk.conversation_id)
    await agent_says(talk.store, talk.conversation_id, agent, "Let me see.")
    facts: JsonObject = {"order": "KT-10234", "amount": 125000}
    async with sql(talk).begin() as uow:
        await uow.interactions.append(
            Interaction(
                kind="refund_requested",
                at=uow.now,
                customer_id=None,
                conversation_id=talk.conversation_id,
                message_id=None,
                actor=Author.AGENT,
                facts=facts,
            )
        )
        await uow.commit()
    await handling.hand_back(
        talk.store,
        talk.conversation_id,
        agent_id=agent.id,
        outcome=HandBackOutcome.SOLVED,
        resume=resume,
    )
    return agent


@pytest.mark.parametrize(
    ("language", "texts", "told"),
    [
        ("en", ("hello", "thank you", "why did you say that"), "Farhana has refunded Tk 1,250 for KT-10234"),
        ("bn", ("হ্যালো", "ধন্যবাদ", "কেন বললেন?"), "ফারহানা KT-10234-এর জন্য ১,২৫০ টাকা ফেরত পাঠিয়েছেন"),
        (
            "bn-Latn",
            ("salam", "onek dhonnobad bhai", "keno bollen eta?"),
            "Farhana KT-10234 er jonno 1,250 taka ferot pathiyechen",
        ),
    ],
)
async def test_the_bot_knows_what_the_person_did(
    talk: Talk, language: str, texts: tuple[str, ...], told: str
) -> None:
    await talk.begin("rahima")
    await talk.say(texts[0])
    await refunded_by_a_person(talk)
    first, second = await say_all(talk, language, texts[1], texts[2])
    assert first.responses == ["utter_pick_up_changes", "utter_thank"]
    assert told in first.text
    assert second.responses[0] == "utter_why_handed_back"
    because = await one(
        talk,
        sa.select(messages.c.because).where(
            messages.c.conversation_id == talk.conversation_id,
            messages.c.response == "utter_pick_up_changes",
        ),
    )
    assert because[0][0]["fact"] == "handed_back"


@pytest.mark.parametrize(
    ("resume", "responses"), [(True, "utter_cancel_done"), (False, "utter_nothing_to_affirm")]
)
async def test_a_form_goes_on_or_is_dropped_as_the_person_said(
    talk: Talk, resume: bool, responses: str
) -> None:
    await talk.begin("tanvir")
    asked = await talk.say("please cancel my order KT-10301")
    assert asked.slots["task"] == "cancel_order_form", asked.text
    await refunded_by_a_person(talk, resume=resume)
    answer = await talk.say("yes")
    assert answer.responses[0] == "utter_pick_up_changes"
    assert ("utter_pick_up_resume" in answer.responses) is resume
    assert answer.responses[-1].startswith(responses), answer.text


async def resolved_by_a_person(talk: Talk) -> UUID:
    agent = await take_over(talk.store, talk.conversation_id)
    await agent_says(talk.store, talk.conversation_id, agent, "Done.")
    await handling.resolve(
        talk.store,
        talk.conversation_id,
        agent_id=agent.id,
        reason=ResolveReason.SOLVED,
        ask_rating=True,
    )
    return agent.id


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("what can you do for me?", "5", "four stars", "she was really kind and quick")),
        ("bn", ("আপনি কী কী করতে পারেন?", "৫", "৪", "উনি খুব ভালো ব্যবহার করেছেন")),
        ("bn-Latn", ("apni ki ki korte paren?", "pach", "4 dilam", "uni khub bhalo bebohar korechen")),
    ],
)
async def test_person_and_bot_are_rated_in_words(talk: Talk, language: str, texts: tuple[str, ...]) -> None:
    await talk.begin("tanvir")
    await talk.say(texts[0])
    agent_id = await resolved_by_a_person(talk)
    person, bot, words = await say_all(talk, language, *texts[1:])
    assert person.responses == ["utter_rated_person_good", "utter_ask_how_bot_was"]
    assert person.replies[-1].card is not None
    assert person.replies[-1].card["about"] == "bot"
    assert bot.responses == ["utter_rated_bot_good", "utter_ask_for_words"]
    assert words.responses == ["utter_survey_done"]
    r = survey_responses.c
    async with sql(talk).read() as uow:
        kept = await uow.connection.execute(
            sa.select(r.about, r.rating, r.comment, r.agent_id)
            .where(r.conversation_id == talk.conversation_id)
            .order_by(r.about)
        )
        assert [tuple(row) for row in kept] == [("agent", 5, texts[3], agent_id), ("bot", 4, None, None)]


async def test_stars_can_be_clicked_and_questions_asked_instead_of_words(talk: Talk) -> None:
    await talk.begin("tanvir")
    await talk.say("what can you do for me?")
    await resolved_by_a_person(talk)
    person = await talk.say("👉 1")
    assert person.responses == ["utter_rated_person_low", "utter_ask_how_bot_was"]
    bot = await talk.say("👉 5")
    assert bot.responses == ["utter_rated_bot_good", "utter_ask_what_went_wrong"]
    question = await talk.say("when are you open?")
    assert question.actions[0] == "action_check_store_hours"
    assert "utter_ask_what_went_wrong" not in question.responses
    assert question.slots["rated_survey"] is None


async def test_a_low_rating_makes_the_next_greeting_an_apology(talk: Talk) -> None:
    await talk.begin("john")
    await resolved_by_a_person(talk)
    await talk.say("👉 1")
    await talk.say("no")
    greeting = await talk.say("hello")
    assert greeting.responses[-1] == "utter_greet_low_rating"
