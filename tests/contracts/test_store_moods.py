"""A turn leaves the conversation's mood behind, and its line what chose it."""

from dataclasses import replace

import sqlalchemy as sa

from crm_store.domain.turns import Reply
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversations, messages
from crm_store.use_cases.turns import commit_turn
from tests.contracts.conversing import Visitor, answer, claim, make_visitor


async def mood_of(store: SqlStore, visitor: Visitor) -> tuple[str | None, str | None, str | None]:
    c = conversations.c
    query = sa.select(c.mood, c.mood_trend, c.mood_because).where(c.id == visitor.conversation_id)
    async with store.read() as uow:
        row = (await uow.connection.execute(query)).one()
    return row.mood, row.mood_trend, row.mood_because


async def say(store: SqlStore, visitor: Visitor, mood: dict[str, object] | None) -> None:
    await visitor.write()
    understood = {"intent": "complaint", "confidence": 0.9, **({"mood": mood} if mood else {})}
    result = replace(answer("I am sorry."), understanding=understood)
    await commit_turn(store, await claim(store), result, keep_lease=False)


async def test_the_mood_moves_with_each_message_that_shows_one(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await say(store, visitor, {"level": "angry", "because": "insult", "conversation": "angry"})
    assert await mood_of(store, visitor) == ("angry", "worse", "insult")
    await say(store, visitor, None)  # a click shows none
    assert await mood_of(store, visitor) == ("angry", "worse", "insult")
    await say(store, visitor, {"level": "calm", "because": None, "conversation": "unhappy"})
    assert await mood_of(store, visitor) == ("unhappy", "better", None)
    await visitor.write()
    assert (await claim(store)).facts.mood == "unhappy"


async def test_a_personal_line_keeps_what_chose_it(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    reason = {"fact": "late_order", "value": "KT-10234"}
    greeting = Reply(text="It is late.", language="en", because=(reason,))
    plain = Reply(text="Anything else?", language="en")
    result = replace(answer(), replies=(greeting, plain))
    await commit_turn(store, await claim(store), result, keep_lease=False)
    query = sa.select(messages.c.because).where(messages.c.author == "bot").order_by(messages.c.seq)
    async with store.read() as uow:
        assert list((await uow.connection.execute(query)).scalars()) == [[reason], None]
