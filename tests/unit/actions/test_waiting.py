"""Waiting for a person: what is said, leaving a message, needing nobody after all, being called unasked."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from crm_store.sql import SqlStore
from crm_store.sql.tables import agent_presence, conversations, handoffs, tickets
from crm_store.use_cases.teams import list_teams, put_agent_in_teams
from tests.agents import make_agent
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity
from tests.unit.actions.conftest import Clock

ASK = Message("contact_human_agent", "a human please")
FORM = "leave_message_form"


async def somebody_is_there(acting: Acting, clock: Clock) -> None:
    agent = await make_agent(acting.store)
    everywhere = tuple(team.id for team in await list_teams(acting.store))
    await put_agent_in_teams(acting.store, agent.id, everywhere)
    async with sql(acting).begin() as uow:
        await uow.connection.execute(
            agent_presence.insert().values(
                connection_id=uuid4(), agent_id=agent.id, node="here", opened_at=clock(), last_seen=clock()
            )
        )
        await uow.commit()


def sql(acting: Acting) -> SqlStore:
    assert isinstance(acting.store, SqlStore)
    return acting.store


async def rows(acting: Acting, query: sa.Select[tuple[object, ...]]) -> list[tuple[object, ...]]:
    async with sql(acting).read() as uow:
        return [tuple(row) for row in await uow.connection.execute(query)]


async def state(acting: Acting) -> object:
    [(state,)] = await rows(
        acting, sa.select(conversations.c.state).where(conversations.c.id == acting.conversation_id)
    )
    return state


async def test_somebody_at_the_console_makes_another_sentence(acting: Acting, clock: Clock) -> None:
    await somebody_is_there(acting, clock)
    await acting.visit(None)
    outcome = await acting.run("action_request_handoff", ASK)
    assert outcome.said == ["utter_handoff_asked_present"]
    assert "offer" not in outcome.slots


async def test_asked_again_the_place_in_the_queue_is_told(acting: Acting, clock: Clock) -> None:
    await somebody_is_there(acting, clock)
    await acting.visit(None)
    await acting.run("action_request_handoff", ASK)
    outcome = await acting.run("action_request_handoff", ASK, Dialogue({"language": "bn"}))
    first, second = outcome.said
    assert first == "utter_handoff_already_present"
    assert second.startswith("utter_queue_place")  # with the usual wait when anybody was waited for lately
    assert re.fullmatch("[১-৯][০-৯]*", outcome.responses[1]["place"])


async def test_never_mind_needs_nobody(acting: Acting) -> None:
    await acting.visit(None)
    await acting.run("action_request_handoff", ASK)
    assert await state(acting) == "queued"
    outcome = await acting.run(
        "action_stop_dialogue", Message("stop_dialogue", "never mind"), Dialogue({"handoff_pending": True})
    )
    assert outcome.said == ["utter_handoff_withdrawn"]
    assert await state(acting) == "bot"
    again = await acting.run_again(
        "action_stop_dialogue", Message("stop_dialogue", "never mind"), Dialogue({"handoff_pending": True})
    )
    assert again.said == outcome.said


async def left(acting: Acting, answer_at: str) -> Outcome:
    slots = {"message_text": "The cups came broken, twice now", "answer_at": answer_at}
    return await acting.run("action_leave_message", Message("inform", "phone"), Dialogue(slots))


async def test_a_message_becomes_a_ticket_with_where_to_answer(acting: Acting) -> None:
    await acting.visit("tanvir")
    await acting.run("action_request_handoff", ASK)
    outcome = await left(acting, "phone")
    assert outcome.said == ["utter_message_left"]
    assert "•••" in outcome.responses[0]["place"]
    [(subject,)] = await rows(
        acting, sa.select(tickets.c.subject).where(tickets.c.number == outcome.responses[0]["ticket"])
    )
    assert str(subject).startswith("The cups came broken, twice now (☎ ")
    assert "•" not in str(subject)
    [(summary,)] = await rows(
        acting, sa.select(handoffs.c.summary).where(handoffs.c.conversation_id == acting.conversation_id)
    )
    assert isinstance(summary, dict)
    assert summary["answer_at"]["by"] == "phone"
    assert summary["ticket"] == outcome.responses[0]["ticket"]


@pytest.mark.rules("G5")
async def test_whoever_is_not_logged_in_is_answered_here(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await left(acting, "phone")
    assert outcome.said == ["utter_message_left_unnumbered"]
    assert outcome.responses[0]["place"] == "here in this chat"
    assert await state(acting) == "queued"


async def test_ways_on_file_are_offered_masked(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_ask_answer_at", ASK)
    titles = [button["title"] for button in outcome.buttons]
    assert titles[0] == "Here in this chat"
    assert all("•••" in title for title in titles[1:])
    assert len(titles) == 3


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("please call me", "phone"),
        ("ফোনে জানান", "phone"),
        ("email e pathan", "email"),
        ("here is fine", "chat"),
        ("এখানেই", "chat"),
        ("whatever", None),
    ],
)
async def test_the_way_can_be_said_in_words(acting: Acting, text: str, way: str | None) -> None:
    await acting.visit("tanvir")
    asked = Dialogue({"message_text": "x y z"}, form=FORM, asked="answer_at")
    outcome = await acting.run(f"validate_{FORM}", Message("inform", text), asked)
    assert outcome.slots.get("answer_at") == way


async def test_only_one_way_is_not_asked_for(acting: Acting) -> None:
    await acting.visit(None)
    asked = Dialogue({}, form=FORM, asked="message_text")
    outcome = await acting.run(f"validate_{FORM}", Message("complaint", "my parcel is lost"), asked)
    assert outcome.slots["message_text"] == "my parcel is lost"
    assert outcome.slots["answer_at"] == "chat"


async def test_yes_to_leaving_a_message_starts_it(acting: Acting) -> None:
    await acting.visit(None)
    yes = await acting.run("action_affirm", Message("affirm", "yes"), Dialogue({"offer": "leave_message"}))
    assert yes.next_action == FORM
    no = await acting.run("action_deny", Message("deny", "no"), Dialogue({"offer": "leave_message"}))
    assert no.said == ["utter_message_not_needed"]


async def test_the_button_starts_it(acting: Acting) -> None:
    await acting.visit(None)
    click = Message("contact_human_agent", entities=[entity("asks_for", "message")])
    assert (await acting.run("action_request_handoff", click)).next_action == FORM


def unasked(reason: str) -> Message:
    about = entity("handoff_about", "complaint")
    return Message("contact_human_agent", entities=[entity("handoff_reason", reason), about])


@pytest.mark.parametrize(
    ("reason", "slots", "said"),
    [
        ("complaint", {}, "utter_handoff_because_complaint"),
        ("people_only", {}, "utter_handoff_because_people_only"),
        ("valued_customer", {"tier": "platinum"}, "utter_handoff_because_valued_customer"),
        ("valued_customer", {"last_rating": 1}, "utter_handoff_because_let_down"),
    ],
)
async def test_a_person_called_unasked_is_explained(
    acting: Acting, reason: str, slots: dict[str, object], said: str
) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_request_handoff", unasked(reason), Dialogue(dict(slots)))
    assert outcome.said == [said, "utter_handoff_asked_open"]
    [(kept, summary)] = await rows(
        acting,
        sa.select(handoffs.c.reason, handoffs.c.summary).where(
            handoffs.c.conversation_id == acting.conversation_id
        ),
    )
    assert isinstance(summary, dict)
    assert (kept, summary["intent"]) == (reason, "complaint")


@pytest.mark.parametrize("slot", ["handoff_declined", "handoff_pending"])
async def test_nobody_is_called_unasked_twice(acting: Acting, slot: str) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_request_handoff", unasked("complaint"), Dialogue({slot: True}))
    assert outcome.said == []
    assert await state(acting) == "bot"


async def test_on_a_holiday_it_says_when_people_are_back(acting: Acting, clock: Clock) -> None:
    clock.time = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday morning
    await acting.visit(None)
    outcome = await acting.run("action_request_handoff", ASK, Dialogue({"language": "bn"}))
    assert outcome.said == ["utter_handoff_asked_closed"]
    assert outcome.responses[0]["time"] == "আজ বিকেল ৩টা"
