"""Merging two customers moves everything, and parting them restores both exactly (G7)."""

import random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import (
    AlreadyMerged,
    MergedLater,
    MergeNeedsDecision,
    NotMerged,
    TurnLost,
    UnknownCustomer,
)
from crm_store.domain.likeness import Likeness
from crm_store.domain.merging import MergeConflict
from crm_store.sql import SqlStore
from crm_store.sql.owned import NOT_MOVED, OWNED, owner_column
from crm_store.sql.repositories import merging
from crm_store.sql.tables import customer_words, customers, interactions, metadata
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.merging import (
    list_merges,
    merge_customers,
    part_customers,
    preview_merge,
    suggest_same,
)
from crm_store.use_cases.turns import commit_turn
from tests.contracts.conversing import answer, claim, make_visitor
from tests.contracts.shop.test_search import index_everything

# Written by merging itself: it tells that it happened.
TELLS = ("customers_merged", "customers_parted")
Rows = dict[str, list[tuple[Any, ...]]]


async def _ids(store: SqlStore, *refs: str) -> list[UUID]:
    async with store.read() as uow:
        query = sa.select(customers.c.external_ref, customers.c.id)
        found = {row.external_ref: row.id for row in await uow.connection.execute(query)}
    return [found[ref] for ref in refs] if refs else sorted(found.values())


async def _everything(store: SqlStore) -> Rows:
    """Every row of every table that hangs on customers, and the customers."""
    tables = [customers, customer_words, *OWNED.values()]
    async with store.read() as uow:
        return {
            table.name: sorted(
                (tuple(row) for row in await uow.connection.execute(sa.select(table).where(_old(table)))),
                key=repr,
            )
            for table in tables
        }


def _old(table: sa.Table) -> sa.ColumnElement[bool]:
    return interactions.c.kind.not_in(TELLS) if table is interactions else sa.true()


async def _merge(store: SqlStore, kept: UUID, merged: UUID) -> None:
    await merge_customers(
        store, kept_id=kept, merged_id=merged, agent_id=None, reason="one person", decided=True
    )


async def _count_of(store: SqlStore, customer: UUID) -> int:
    async with store.read() as uow:
        return sum(len(keys) for keys in (await uow.merges.list_owned(customer)).values())


@pytest.mark.rules("G7")
def test_every_table_with_a_customer_is_moved_or_says_why_not() -> None:
    hanging = {table.name for table in metadata.sorted_tables if owner_column(table) is not None}
    assert hanging == set(OWNED) | NOT_MOVED
    assert all("id" in table.c for table in OWNED.values())


@pytest.mark.rules("G7")
async def test_merging_moves_everything_and_parting_restores_both_exactly(store: SqlStore) -> None:
    kept, merged = await _ids(store, "rahima", "tanvir")
    before, both = await _everything(store), await _count_of(store, kept) + await _count_of(store, merged)
    await _merge(store, kept, merged)
    assert await _count_of(store, merged) == 0
    assert await _count_of(store, kept) >= both  # and who was merged, and the line that tells of it
    assert await _everything(store) != before
    await part_customers(store, merged_id=merged, agent_id=None)
    assert await _everything(store) == before


@pytest.mark.rules("G7")
@pytest.mark.parametrize("seed", range(4))
async def test_any_order_of_merging_and_parting_ends_where_it_began(store: SqlStore, seed: int) -> None:
    dice = random.Random(seed)
    everybody = dice.sample(await _ids(store), 6)
    before = await _everything(store)
    for _ in range(14):
        one, other = dice.sample(everybody, 2)
        try:
            if dice.random() < 0.6:
                await _merge(store, one, other)
            else:
                await part_customers(store, merged_id=one, agent_id=None)
        except (AlreadyMerged, NotMerged, MergedLater):
            continue
    await _part_all(store, everybody)
    assert await _everything(store) == before


async def _part_all(store: SqlStore, everybody: list[UUID]) -> None:
    """Until nobody is merged; whoever went on to a third has to wait for that one."""
    for _ in everybody:
        for each in everybody:
            try:
                await part_customers(store, merged_id=each, agent_id=None)
            except (NotMerged, MergedLater):
                continue


@pytest.mark.rules("G7")
async def test_what_is_said_after_a_merge_goes_with_who_said_it(store: SqlStore) -> None:
    kept, merged = await _ids(store, "rahima", "tanvir")
    await _merge(store, kept, merged)
    visitor = await (await make_visitor(store)).log_in("tanvir")
    await visitor.write("it is me")
    assert await _owner(store, visitor.conversation_id) == kept
    await part_customers(store, merged_id=merged, agent_id=None)
    assert await _owner(store, visitor.conversation_id) == merged


@pytest.mark.rules("G5")
async def test_after_parting_no_dialogue_remembers_the_other_customer(store: SqlStore) -> None:
    kept, merged = await _ids(store, "rahima", "tanvir")
    await _merge(store, kept, merged)
    talks = [await (await make_visitor(store)).log_in(name) for name in ("rahima", "tanvir")]
    for talk in talks:
        await talk.write("Where is KB-1042?")
        turn = await claim(store, talk.conversation_id)
        about_it = answer("In Sylhet.", state={"slots": {"order_number": "KB-1042"}})
        await commit_turn(store, turn, about_it, keep_lease=False)
        await talk.write("and now?")
    under_way = await claim(store, talks[0].conversation_id)
    await part_customers(store, merged_id=merged, agent_id=None)
    with pytest.raises(TurnLost):
        await commit_turn(store, under_way, answer("In Dhaka."), keep_lease=False)
    assert [(await claim(store, talk.conversation_id)).state for talk in talks] == [None, None]


async def _owner(store: SqlStore, conversation_id: UUID) -> UUID:
    async with store.read() as uow:
        party = await uow.customers.find_party(conversation_id)
    assert party is not None and party.customer_id is not None
    return party.customer_id


@pytest.mark.rules("G7")
async def test_what_the_customer_changed_since_a_merge_is_kept(store: SqlStore) -> None:
    kept, merged = await _ids(store, "rahima", "tanvir")
    await _set(store, kept, email=None, phone=None)
    await _set(store, merged, email="tanvir@mail.example", phone="01711000000")
    await _merge(store, kept, merged)
    await _set(store, kept, email="new@mail.example")
    await part_customers(store, merged_id=merged, agent_id=None)
    async with store.read() as uow:
        [record] = await uow.merges.find_customers([kept])
    assert (record.values["email"], record.values["phone"]) == ("new@mail.example", None)


async def _set(store: SqlStore, customer: UUID, **values: object) -> None:
    async with store.begin() as uow:
        await uow.merges.change(customer, values)
        await uow.commit()


@pytest.mark.rules("G7")
async def test_two_proven_accounts_are_merged_only_when_somebody_decides_it(store: SqlStore) -> None:
    kept, merged = await _ids(store, "rahima", "tanvir")
    preview = await preview_merge(store, kept_id=kept, merged_id=merged)
    assert MergeConflict.TWO_SHOP_ACCOUNTS in preview.conflicts
    assert preview.moves["orders"] > 0
    with pytest.raises(MergeNeedsDecision):
        await merge_customers(store, kept_id=kept, merged_id=merged, agent_id=None, reason="same phone")
    assert await list_merges(store, kept) == []


async def test_a_customer_without_a_log_in_is_merged_without_asking(store: SqlStore) -> None:
    [kept] = await _ids(store, "rahima")
    merged = new_id()
    async with store.begin() as uow:
        await uow.connection.execute(
            customers.insert().values(id=merged, name="Rahima", given_name="Rahima", created_at=uow.now)
        )
        await uow.commit()
    await merge_customers(store, kept_id=kept, merged_id=merged, agent_id=None, reason="same phone")
    assert [merge.merged_id for merge in await list_merges(store, kept)] == [merged]


async def test_merging_oneself_or_somebody_unknown_is_refused(store: SqlStore) -> None:
    [kept] = await _ids(store, "rahima")
    for other in (kept, new_id()):
        with pytest.raises(UnknownCustomer):
            await _merge(store, kept, other)


async def test_the_later_merge_is_undone_first(store: SqlStore) -> None:
    one, two, three = await _ids(store, "rahima", "tanvir", "customer-012")
    await _merge(store, two, one)
    await _merge(store, three, two)
    with pytest.raises(MergedLater):
        await part_customers(store, merged_id=one, agent_id=None)
    with pytest.raises(AlreadyMerged):
        await _merge(store, three, one)
    await part_customers(store, merged_id=two, agent_id=None)
    await part_customers(store, merged_id=one, agent_id=None)
    with pytest.raises(NotMerged):
        await part_customers(store, merged_id=one, agent_id=None)


@pytest.mark.rules("G7")
async def test_erasing_the_one_who_stays_erases_the_other_too(store: SqlStore) -> None:
    kept, merged = await _ids(store, "rahima", "tanvir")
    await _merge(store, kept, merged)
    async with store.begin() as uow:
        await uow.connection.execute(customers.delete().where(customers.c.id == kept))
        await uow.commit()
    left = await _ids(store)
    assert kept not in left
    assert merged not in left


async def _newcomer(store: SqlStore, **values: object) -> UUID:
    """Somebody who is no customer of the seed, with the words they are found by."""
    customer = new_id()
    async with store.begin() as uow:
        row = {"id": customer, "given_name": "Rahima", "created_at": uow.now} | values
        await uow.connection.execute(customers.insert().values(row))
        await uow.commit()
    await index_everything(store)
    return customer


async def test_somebody_with_the_same_phone_is_suggested_and_says_why(store: SqlStore) -> None:
    [rahima] = await _ids(store, "rahima")
    await _set(store, rahima, phone="+880 1711-234567", email="rahima@mail.example")
    twin = await _newcomer(store, name="R. Begum", phone="01711234567", email="other@mail.example")
    [suggestion] = [one for one in await suggest_same(store, rahima) if one.record.id == twin]
    assert suggestion.because == (Likeness.SAME_PHONE,)
    assert suggestion.against == (MergeConflict.DIFFERENT_EMAIL,)


@pytest.mark.rules("G8")
async def test_of_a_name_that_many_have_only_the_newest_are_looked_at(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose phone agrees is found all the same: few have its digits."""
    monkeypatch.setattr(merging, "MOST_LOOKED_AT", 2)
    [rahima] = await _ids(store, "rahima")
    await _set(store, rahima, phone="+880 1711-234567")
    twin = await _newcomer(store, name="Rahima Khatun", phone="01711234567")
    for number in range(3):
        await _newcomer(store, name="Rahima Khatun", phone=f"0181900000{number}")
    assert [one.record.id for one in await suggest_same(store, rahima)] == [twin]


async def test_a_given_name_in_common_suggests_nobody(store: SqlStore) -> None:
    [rahima] = await _ids(store, "rahima")
    stranger = await _newcomer(store, name="Rahima Sultana Chowdhury", email="x@mail.example")
    assert stranger not in [one.record.id for one in await suggest_same(store, rahima)]
