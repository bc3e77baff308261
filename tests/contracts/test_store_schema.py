"""What the tables themselves refuse, and that erasing a customer leaves nothing (G7)."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import ConflictingWrite
from crm_store.domain.handling import LEGAL_EDGES
from crm_store.domain.turns import Reply
from crm_store.sql import SqlStore
from crm_store.sql.store import utc_now
from crm_store.sql.tables import (
    agent_actions,
    attachments,
    audit_log,
    conversations,
    customers,
    delivery_options,
    metadata,
    products,
    survey_responses,
    web_sessions,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.notes import add_label, add_note, label_conversation
from crm_store.use_cases.presence import heartbeat, watch
from crm_store.use_cases.turns import commit_turn, hand_over_turn
from tests.agents import agent_says, make_agent, resolve, take_over_by
from tests.contracts.conftest import OF_THE_SCHEMA, Clock
from tests.contracts.conversing import claim, make_customer, make_result, make_visitor, yes_or_no

# Part of the schema: nothing is ever deleted from it.
NEVER_DELETED = OF_THE_SCHEMA


def test_every_foreign_key_is_covered_by_an_index() -> None:
    """Else erasing a parent reads the child's whole table."""
    uncovered = [
        f"{table.name}.{key.parent.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name not in NEVER_DELETED and key.parent.name not in _leading_columns(table)
    ]
    assert uncovered == []


def test_every_foreign_key_says_what_erasing_does() -> None:
    silent = [
        str(key.parent) for table in metadata.sorted_tables for key in table.foreign_keys if not key.ondelete
    ]
    assert silent == []


@pytest.mark.rules("G7")
async def test_erasing_a_customer_erases_the_conversation_and_all_that_hangs_on_it(store: SqlStore) -> None:
    customer = await make_customer(store)
    await customer.write()
    await commit_turn(store, await claim(store), make_result(yes_or_no()), keep_lease=False)
    await customer.write("a person, please")
    await hand_over_turn(store, await claim(store), reason="asked", reply=Reply("A person will help."))
    stranger = await make_visitor(store)
    await stranger.write("still here")
    await _run(store, customers.delete())
    assert await stranger.texts() == ["still here"]
    # What is left is the stranger's, and the anonymous identity the customer came from.
    assert {name: n for name, n in (await _counts(store)).items() if n} == {
        "channel_identities": 2,
        "conversations": 1,
        "messages": 1,
        "web_sessions": 1,
        "conversation_edges": len(LEGAL_EDGES),
        "schema_compatibility": 1,
    }


@pytest.mark.rules("G7")
async def test_erasing_a_customer_leaves_nothing_of_what_agents_had_with_them(
    store: SqlStore, clock: Clock
) -> None:
    customer = await make_customer(store)
    agent, conversation = await make_agent(store), customer.conversation_id
    await take_over_by(store, conversation, agent)
    await agent_says(store, conversation, agent, "Hello, Rahima.")
    await add_note(store, conversation, agent_id=agent.id, text="Her parcel is late.")
    label = await add_label(store, name="late", name_bn="দেরি", colour="red")
    await label_conversation(store, conversation, [label.id], agent_id=agent.id)
    connection = uuid4()
    await heartbeat(store, agent_id=agent.id, connection_id=connection, node="n")
    await watch(store, connection_id=connection, conversation_ids=[conversation])
    about = {"conversation_id": conversation, "agent_id": agent.id}
    await _run(
        store,
        attachments.insert().values(
            id=new_id(), name="a.png", type="image/png", size=1, sha256="0", stored_as="1",
            created_at=clock.time, **about,
        ),
    )  # fmt: skip
    await _run(
        store,
        agent_actions.insert().values(key=uuid4(), action="refund", result={}, at=clock.time, **about),
    )
    await _run(store, audit_log.insert().values(at=clock.time, kind="claimed", facts={}, **about))
    await resolve(store, conversation, ask_rating=True)
    await _run(store, customers.delete())
    assert {name: n for name, n in (await _counts(store)).items() if n} == {
        "agent_presence": 1,
        "agents": 1,
        "channel_identities": 1,  # the anonymous one the customer came from
        "conversation_edges": len(LEGAL_EDGES),
        "schema_compatibility": 1,
        "labels": 1,
    }


async def test_a_second_unresolved_conversation_of_one_identity_is_refused(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    row = {"channel": "web", "account": "demo", "identity_id": visitor.session.identity_id}
    with pytest.raises(ConflictingWrite):
        await _run(store, conversations.insert().values(id=new_id(), created_at=utc_now(), **row))
    await resolve(store, visitor.conversation_id)
    await _run(store, conversations.insert().values(id=new_id(), created_at=utc_now(), **row))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (conversations, {"owner": "nobody"}),
        (conversations, {"status": "closed"}),
        (conversations, {"language": "fr"}),
        (customers, {"tier": "wood"}),
        (customers, {"name": None}),
    ],
)
async def test_words_we_do_not_know_are_refused(
    store: SqlStore, table: sa.Table, values: Mapping[str, Any]
) -> None:
    await make_customer(store)
    with pytest.raises(ConflictingWrite):
        await _run(store, table.update().values(values))


@pytest.mark.parametrize("rating", [0, 6, -1])
async def test_a_rating_is_one_to_five(store: SqlStore, clock: Clock, rating: int) -> None:
    customer = await make_customer(store)
    query = sa.select(conversations.c.customer_id).where(conversations.c.id == customer.conversation_id)
    async with store.read() as uow:
        customer_id = (await uow.connection.execute(query)).scalar_one()
    row = {"id": new_id(), "customer_id": customer_id, "rating": rating, "answered_at": clock.time}
    with pytest.raises(ConflictingWrite):
        await _run(store, survey_responses.insert().values(row))


async def test_money_is_not_negative(store: SqlStore) -> None:
    row = {"id": new_id(), "sku": "S1", "name": "Saree", "name_bn": "শাড়ি", "category": "sarees"}
    with pytest.raises(ConflictingWrite):
        await _run(store, products.insert().values(**row, category_bn="শাড়ি", price=-1))


async def test_delivery_takes_no_less_than_the_least(store: SqlStore) -> None:
    row = {"code": "std", "name": "Standard", "name_bn": "সাধারণ", "zone": "dhaka", "fee": 6000}
    with pytest.raises(ConflictingWrite):
        await _run(store, delivery_options.insert().values(**row, days_min=3, days_max=2))


async def test_a_time_without_a_zone_is_refused(store: SqlStore, clock: Clock) -> None:
    with pytest.raises(sa.exc.StatementError, match="aware"):
        await _run(store, web_sessions.update().values(expires_at=clock.time.replace(tzinfo=None)))


def _leading_columns(table: sa.Table) -> set[str]:
    keys = [list(table.primary_key.columns)]
    keys += [list(each.columns) for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    keys += [list(each.columns) for each in table.indexes if _holds_every_reference(each)]
    return {columns[0].name for columns in keys}


def _holds_every_reference(index: sa.Index) -> bool:
    """A partial index does not hold every row; but rows without a reference nobody looks for."""
    where = index.dialect_options["sqlite"]["where"]
    return where is None or str(where) == f"{next(iter(index.columns)).name} IS NOT NULL"


async def _run(store: SqlStore, statement: sa.Executable) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(statement)
        await uow.commit()


async def _counts(store: SqlStore) -> dict[str, int]:
    async with store.read() as uow:
        return {
            table.name: int(
                (await uow.connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            )
            for table in metadata.sorted_tables
        }
