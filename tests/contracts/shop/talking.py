"""Customers of the demo shop who talk to the bot before agents look at the conversation."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.turns import Reply, TurnResult
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversations, handoffs, survey_responses
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.conversations import accept_message
from crm_store.use_cases.handoffs import request_handoff
from crm_store.use_cases.turns import claim_turn, commit_turn

LEASE_S = 30.0


async def write(store: SqlStore, conversation_id: UUID, text: str) -> UUID:
    """The customer writes; answers the message's id."""
    async with store.read() as uow:
        party = await uow.customers.find_party(conversation_id)
    assert party is not None
    incoming = IncomingMessage(
        channel="web",
        account="test",
        identity_id=party.identity_id,
        conversation_id=conversation_id,
        external_id=f"{conversation_id}:{uuid4()}",
        text=text,
        choice_id=None,
    )
    return (await accept_message(store, incoming)).id


async def talk(
    store: SqlStore,
    conversation_id: UUID,
    text: str,
    intent: str,
    *,
    action: str | None = None,
    entities: dict[str, str] | None = None,
    mood: dict[str, Any] | None = None,
    state: dict[str, Any] | None = None,
    answer: str = "Here you are.",
) -> UUID:
    """A message and the bot's answer to it; answers the customer's message's id."""
    message_id = await write(store, conversation_id, text)
    claim = await claim_turn(store, lease_seconds=LEASE_S, conversation_id=conversation_id)
    assert claim is not None
    understanding = {
        "intent": intent,
        "confidence": 0.9,
        "ranking": [{"intent": intent, "confidence": 0.9}, {"intent": "greet", "confidence": 0.05}],
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
    }
    if mood is not None:
        understanding["mood"] = mood
    result = TurnResult(
        replies=(Reply(text=answer, response="utter_test", language="en"),),
        state=state or {"v": 1, "events": []},
        understanding=understanding,
        actions=(action or "utter_test", "action_listen"),
        language="en",
    )
    await commit_turn(store, claim, result, keep_lease=False)
    return message_id


async def ask_for_person(store: SqlStore, conversation_id: UUID, text: str = "a person, please") -> UUID:
    """The customer asks for a person; answers the message's id."""
    message_id = await talk(store, conversation_id, text, "contact_human_agent")
    await request_handoff(
        store,
        conversation_id,
        key=ActionKey(message_id, "action_request_handoff", 0),
        reason=HandoffReason.ASKED,
        summary={},
    )
    return message_id


def slots(form: str | None = None, **values: Any) -> dict[str, Any]:
    """A dialogue state that remembers these slots, and the form under way."""
    events: list[dict[str, Any]] = [{"e": "slot", "k": name, "v": value} for name, value in values.items()]
    if form is not None:
        events.append({"e": "active_loop", "n": form})
    return {"v": 1, "at": 0.0, "language": "en", "events": events}


async def set_columns(store: SqlStore, conversation_id: UUID, **values: datetime | str | int | None) -> None:
    """Columns that no change of hands guards."""
    async with store.begin() as uow:
        await uow.connection.execute(
            conversations.update().where(conversations.c.id == conversation_id).values(**values)
        )
        await uow.commit()


async def forget_the_desk(store: SqlStore) -> None:
    """The demo shop without what its people have done and have yet to do."""
    async with store.begin() as uow:
        await uow.connection.execute(conversations.delete().where(conversations.c.state == "queued"))
        await uow.connection.execute(handoffs.delete())
        await uow.connection.execute(survey_responses.delete().where(survey_responses.c.about != "order"))
        await uow.commit()
