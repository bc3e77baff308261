"""People who talk to the demo shop in tests."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from crm_store.domain.identities import Proof
from crm_store.sql import SqlStore
from crm_store.sql.tables import channel_identities, conversations, customers, messages
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.ports.history import Interaction

TODAY = date(2026, 11, 21)
"""The day the demo shop is seeded for: the contract clock's."""


async def enter(store: SqlStore, ref: str | None, proof: Proof = Proof.SIGNED) -> UUID:
    """A new conversation of the customer `ref` (None: of nobody known), proven as `proof`."""
    identity_id, conversation_id = uuid4(), uuid4()
    async with store.begin() as uow:
        customer_id = await _customer_id(store, ref) if ref else None
        await uow.connection.execute(
            channel_identities.insert().values(
                id=identity_id,
                channel="web",
                account="test",
                source_id=str(identity_id),
                proof=proof.value,
                customer_id=customer_id,
                created_at=uow.now,
            )
        )
        await uow.connection.execute(
            conversations.insert().values(
                id=conversation_id,
                channel="web",
                account="test",
                identity_id=identity_id,
                customer_id=customer_id,
                created_at=uow.now,
            )
        )
        await uow.commit()
    return conversation_id


async def say(store: SqlStore, conversation_id: UUID) -> UUID:
    """A message of the customer, as the gateway stored it."""
    message_id = uuid4()
    async with store.begin() as uow:
        await uow.connection.execute(
            messages.insert().values(
                id=message_id,
                conversation_id=conversation_id,
                seq=await _next_seq(uow.connection, conversation_id),
                author="customer",
                at=datetime.now(UTC),
                text="please",
            )
        )
        await uow.commit()
    return message_id


async def act(store: SqlStore, conversation_id: UUID) -> ActionKey:
    """The key of an action that answers a new message."""
    return ActionKey(await say(store, conversation_id), "action_under_test", 0)


async def read_history(store: SqlStore, ref: str) -> list[Interaction]:
    """The customer's history, newest first."""
    async with store.read() as uow:
        return await uow.interactions.list_newest(await _customer_id(store, ref), 200)


async def newest_kinds(store: SqlStore, conversation_id: UUID) -> list[str]:
    """What was written into the history because of this conversation."""
    rows = await fetch(
        store,
        "SELECT kind FROM interactions WHERE conversation_id = :conversation ORDER BY id",
        conversation=conversation_id,
    )
    return [row.kind for row in rows]


async def fetch(store: SqlStore, statement: str, **values: Any) -> list[sa.Row[Any]]:
    """Rows of a plain statement; UUIDs are bound the way each database keeps them."""
    clause = sa.text(statement)
    for name, value in values.items():
        if isinstance(value, UUID):
            clause = clause.bindparams(sa.bindparam(name, type_=sa.Uuid()))
    async with store.read() as uow:
        return list((await uow.connection.execute(clause, values)).all())


async def _customer_id(store: SqlStore, ref: str) -> UUID:
    async with store.read() as uow:
        query = sa.select(customers.c.id).where(customers.c.external_ref == ref)
        found: UUID = (await uow.connection.execute(query)).scalar_one()
        return found


async def _next_seq(connection: Any, conversation_id: UUID) -> int:
    query = sa.select(sa.func.count()).where(messages.c.conversation_id == conversation_id)
    return int((await connection.execute(query)).scalar_one()) + 1


def nobody() -> UUID:
    """An id that belongs to nothing."""
    return uuid4()


async def weaken(store: SqlStore, conversation_id: UUID) -> None:
    """Take the proof of the conversation's identity away, as an agent does who doubts it."""
    identity = sa.select(conversations.c.identity_id).where(conversations.c.id == conversation_id)
    async with store.begin() as uow:
        await uow.connection.execute(
            channel_identities.update()
            .where(channel_identities.c.id.in_(identity))
            .values(proof=Proof.CLAIMED.value)
        )
        await uow.commit()
