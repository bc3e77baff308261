"""Merging customers in SQL: rows change their owner, and a journal remembers which."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.likeness import Home
from crm_store.domain.merging import AGREEMENTS, FILLED, CustomerRecord, Merge
from crm_store.domain.sessions import LOGGED_IN, WEB
from crm_store.sql.connections import Connection
from crm_store.sql.forgetting import forget_dialogues
from crm_store.sql.owned import OWNED, chunks, in_conversations, owner_of, read_keys, row_key
from crm_store.sql.statements import AnyRow, insert
from crm_store.sql.tables import (
    addresses,
    channel_identities,
    conversations,
    customer_merge_rows,
    customer_merges,
    customer_words,
    customers,
)
from crm_store.use_cases.ports.linking import RowKeys

_M: Final = customer_merges.c
_R: Final = customer_merge_rows.c
_W: Final = customer_words.c
_A: Final = addresses.c
_I: Final = channel_identities.c
WORDS: Final = customer_words.name
DEFAULT: Final = "is_default"
MOST_LOOKED_AT: Final = 500  # customers with one word; whose phone or e-mail agrees has rare ones, too
SHOWN: Final = ("name", "given_name", "tier", "created_at", *FILLED, *AGREEMENTS)
_Keys = dict[str, list[str]]


class SqlMerges:
    """See `crm_store.use_cases.ports.linking.Merges`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_customers(self, ids: Collection[UUID], *, lock: bool = False) -> list[CustomerRecord]:
        query = sa.select(customers).where(customers.c.id.in_(ids)).order_by(customers.c.id)
        found = await self._connection.execute(query.with_for_update() if lock else query)
        return [_record(row) for row in found]

    async def list_owned(self, customer_id: UUID) -> RowKeys:
        owned: _Keys = {}
        for name, table in OWNED.items():
            query = sa.select(table.c.id).where(owner_of(name) == customer_id)
            owned[name] = [row_key(key) for key in (await self._connection.execute(query)).scalars()]
        return {name: keys for name, keys in owned.items() if keys}

    async def move(self, rows: RowKeys, giver: UUID, taker: UUID) -> None:
        for name, keys in rows.items():
            if name == WORDS:
                continue
            owner = owner_of(name)
            for some in chunks(read_keys(name, keys)):
                theirs = owner.table.update().where(owner.table.c.id.in_(some), owner == giver)
                await self._connection.execute(theirs.values({owner.name: taker}))

    async def copy_words(self, giver: UUID, taker: UUID) -> Sequence[str]:
        query = sa.select(_W.word, _W.at).where(_W.customer_id == giver)
        rows = [
            {"customer_id": taker, "word": row.word, "at": row.at}
            for row in await self._connection.execute(query)
        ]
        added: list[str] = []
        for row in rows:
            new = insert(self._connection.dialect.name, customer_words).values(row).on_conflict_do_nothing()
            if (await self._connection.execute(new)).rowcount == 1:
                added.append(row["word"])
        return added

    async def remove_words(self, customer_id: UUID, words: Sequence[str]) -> None:
        for some in chunks(words):
            theirs = customer_words.delete().where(_W.customer_id == customer_id, _W.word.in_(some))
            await self._connection.execute(theirs)

    async def unset_default_addresses(self, customer_id: UUID, rows: RowKeys) -> RowKeys:
        moved = read_keys(addresses.name, rows.get(addresses.name, ()))
        query = sa.select(_A.id).where(_A.customer_id == customer_id, _A.is_default)
        defaults = list((await self._connection.execute(query)).scalars())
        others = [key for key in defaults if key in moved]
        if len(others) == len(defaults):
            return {}
        unset = addresses.update().where(_A.id.in_(others)).values(is_default=False)
        await self._connection.execute(unset)
        return {addresses.name: [row_key(key) for key in others]} if others else {}

    async def set_default_addresses(self, rows: RowKeys) -> None:
        keys = read_keys(addresses.name, rows.get(addresses.name, ()))
        await self._connection.execute(addresses.update().where(_A.id.in_(keys)).values(is_default=True))

    async def change(self, customer_id: UUID, values: Mapping[str, Any]) -> None:
        if values:
            theirs = customers.update().where(customers.c.id == customer_id)
            await self._connection.execute(theirs.values(dict(values)))

    async def add(self, merge: Merge, rows: RowKeys, stepped_back: RowKeys) -> None:
        await self._connection.execute(
            customer_merges.insert().values(
                id=merge.id,
                kept_id=merge.kept_id,
                merged_id=merge.merged_id,
                agent_id=merge.agent_id,
                reason=merge.reason,
                at=merge.at,
                fields={name: list(pair) for name, pair in merge.fields.items()},
            )
        )
        listed = [
            {
                "merge_id": merge.id,
                "table_name": name,
                "row_key": key,
                "before": {DEFAULT: True} if key in stepped_back.get(name, ()) else None,
            }
            for name, keys in rows.items()
            for key in keys
        ]
        if listed:
            await self._connection.execute(customer_merge_rows.insert(), listed)

    async def find_standing(self, merged_id: UUID) -> Merge | None:
        query = sa.select(customer_merges).where(_M.merged_id == merged_id, _M.undone_at.is_(None))
        row = (await self._connection.execute(query.with_for_update())).one_or_none()
        return _merge(row) if row is not None else None

    async def list_of(self, customer_id: UUID) -> list[Merge]:
        took_part = sa.or_(_M.kept_id == customer_id, _M.merged_id == customer_id)
        query = sa.select(customer_merges).where(took_part).order_by(_M.at.desc(), _M.id.desc())
        return [_merge(row) for row in await self._connection.execute(query)]

    async def list_rows(self, merge_id: UUID) -> tuple[RowKeys, RowKeys]:
        rows: _Keys = {}
        stepped_back: _Keys = {}
        query = sa.select(customer_merge_rows).where(_R.merge_id == merge_id)
        for row in await self._connection.execute(query):
            rows.setdefault(row.table_name, []).append(row.row_key)
            if row.before:
                stepped_back.setdefault(row.table_name, []).append(row.row_key)
        return rows, stepped_back

    async def list_later(self, kept_id: UUID, merge: Merge) -> RowKeys:
        rows, _ = await self.list_rows(merge.id)
        going = read_keys(channel_identities.name, rows.get(channel_identities.name, ()))
        going += await self._log_ins_since(merge, going)
        talks = await self._keys_where(conversations.c.id, conversations.c.identity_id, going)
        later: _Keys = {}
        for name, column in in_conversations().items():
            owner = owner_of(name)
            keys = await self._keys_where(owner.table.c.id, column, talks, owner == kept_id)
            later[name] = [row_key(key) for key in keys]
        later[channel_identities.name] = [row_key(key) for key in going]
        return {name: keys for name, keys in later.items() if keys}

    async def _log_ins_since(self, merge: Merge, known: Sequence[Any]) -> list[Any]:
        """Log-ins of the one who went, on websites they were never seen on before the merge."""
        ref = sa.select(customers.c.external_ref).where(customers.c.id == merge.merged_id).scalar_subquery()
        query = sa.select(_I.id).where(
            _I.channel == WEB, _I.source_id == sa.literal(LOGGED_IN) + ref, _I.customer_id == merge.kept_id
        )
        found = (await self._connection.execute(query)).scalars()
        return [key for key in found if key not in known]

    async def _keys_where(
        self,
        key: sa.Column[Any],
        column: sa.Column[Any],
        values: Sequence[Any],
        *also: sa.ColumnElement[bool],
    ) -> list[Any]:
        found: list[Any] = []
        for some in chunks(values):
            found += (await self._connection.execute(sa.select(key).where(column.in_(some), *also))).scalars()
        return found

    async def undo(self, merge_id: UUID, agent_id: UUID | None, at: datetime) -> None:
        done = customer_merges.update().where(_M.id == merge_id)
        await self._connection.execute(done.values(undone_at=at, undone_by_id=agent_id))

    async def forget_dialogues(self, customer_ids: Collection[UUID]) -> None:
        await forget_dialogues(self._connection, conversations.c.customer_id.in_(customer_ids))

    async def find_candidates(self, words: Sequence[str], at_most: int) -> list[CustomerRecord]:
        if not words:
            return []
        some = sa.union_all(*(sa.select(_newest_with(word)) for word in words)).subquery("some")
        hits = (
            sa.select(some.c.customer_id, sa.func.count().label("hits"))
            .group_by(some.c.customer_id)
            .order_by(sa.func.count().desc(), some.c.customer_id)
            .limit(at_most)
            .subquery("hits")
        )
        query = (
            sa.select(customers)
            .join(hits, hits.c.customer_id == customers.c.id)
            .where(customers.c.merged_into.is_(None))
            .order_by(hits.c.hits.desc(), customers.c.id)
        )
        return [_record(row) for row in await self._connection.execute(query)]

    async def list_homes(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[Home, ...]]:
        query = sa.select(_A.customer_id, _A.line, _A.area).where(_A.customer_id.in_(ids))
        homes: dict[UUID, tuple[Home, ...]] = {}
        for row in await self._connection.execute(query):
            homes[row.customer_id] = (*homes.get(row.customer_id, ()), Home(row.line, row.area))
        return homes


def _newest_with(word: str) -> sa.Subquery:
    """A given name is half a town's: of a word that so many have only the newest customers are looked at."""
    found = sa.select(_W.customer_id).where(_W.word == word).order_by(_W.at.desc()).limit(MOST_LOOKED_AT)
    return found.subquery()


def _record(row: AnyRow) -> CustomerRecord:
    values = {name: getattr(row, name) for name in SHOWN}
    return CustomerRecord(row.id, row.external_ref, row.merged_into, values)


def _merge(row: AnyRow) -> Merge:
    return Merge(
        id=row.id,
        kept_id=row.kept_id,
        merged_id=row.merged_id,
        agent_id=row.agent_id,
        reason=row.reason,
        at=row.at,
        fields=row.fields,
        undone_at=row.undone_at,
    )
