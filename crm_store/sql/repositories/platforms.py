"""Updates seen, accounts and dead letters in SQL."""

from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.channels import AccountState, ChannelAccount, DeadLetter, Direction
from crm_store.domain.conversations import OutboxStatus
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, Insert, insert
from crm_store.sql.tables import channel_accounts, channel_pollers, channel_updates, dead_letters, outbox
from crm_store.use_cases.ports.channels import NewDeadLetter

_U: Final = channel_updates.c
_A: Final = channel_accounts.c
_D: Final = dead_letters.c
_O: Final = outbox.c

_UNDELIVERED: Final = (
    sa.select(
        _O.id,
        _O.channel,
        _O.account,
        _O.conversation_id,
        _O.status,
        _O.last_error,
        _O.finished_at.label("at"),
    )
    .where(
        _O.status.in_([sa.literal_column("'dead'", sa.String), sa.literal_column("'uncertain'", sa.String)])
    )
    .order_by(_O.finished_at.desc(), _O.id.desc())
)
_UNREADABLE: Final = sa.select(
    _D.id, _D.channel, _D.account, _D.external_id, _D.reason, _D.size, _D.at
).order_by(_D.at.desc(), _D.id.desc())


@cache
def _add_update(dialect: str) -> Insert:
    return insert(dialect, channel_updates).on_conflict_do_nothing(
        index_elements=["channel", "account", "update_id"]
    )


@cache
def _upsert_account(dialect: str) -> Insert:
    upsert = insert(dialect, channel_accounts)
    new = {name: upsert.excluded[name] for name in ("state", "reason", "changed_at")}
    return upsert.on_conflict_do_update(index_elements=["channel", "account"], set_=new)


@cache
def _lease_polling(dialect: str) -> Insert:
    upsert = insert(dialect, channel_pollers)
    free = sa.or_(
        channel_pollers.c.holder == upsert.excluded.holder, channel_pollers.c.until <= sa.bindparam("now")
    )
    new = {name: upsert.excluded[name] for name in ("holder", "until")}
    return upsert.on_conflict_do_update(index_elements=["channel", "account"], set_=new, where=free)


class SqlPlatforms:
    """See `crm_store.use_cases.ports.channels.Platforms`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add_update(self, channel: str, account: str, update_id: str, at: datetime) -> bool:
        row = {"channel": channel, "account": account, "update_id": update_id, "at": at}
        added = await self._connection.execute(_add_update(self._connection.dialect.name), row)
        return added.rowcount == 1

    async def knows_update(self, channel: str, account: str, update_id: str) -> bool:
        this = (_U.channel == channel, _U.account == account, _U.update_id == update_id)
        return (await self._connection.execute(sa.select(_U.at).where(*this))).first() is not None

    async def remove_updates(self, before: datetime) -> int:
        return (await self._connection.execute(channel_updates.delete().where(_U.at < before))).rowcount

    async def save_account(
        self, channel: str, account: str, state: AccountState, reason: str | None, at: datetime
    ) -> None:
        row = {
            "channel": channel,
            "account": account,
            "state": state.value,
            "reason": reason,
            "changed_at": at,
        }
        await self._connection.execute(_upsert_account(self._connection.dialect.name), row)

    async def name_account(
        self, channel: str, account: str, name: str, connect_url: str | None, at: datetime
    ) -> None:
        shown = {"name": name, "connect_url": connect_url}
        row = {"channel": channel, "account": account, "state": AccountState.ACTIVE.value, "changed_at": at}
        new = insert(self._connection.dialect.name, channel_accounts).values(row | shown)
        upsert = new.on_conflict_do_update(index_elements=["channel", "account"], set_=shown)
        await self._connection.execute(upsert)

    async def list_accounts(self, channel: str | None = None) -> list[ChannelAccount]:
        query = sa.select(channel_accounts).order_by(_A.channel, _A.account)
        if channel is not None:
            query = query.where(_A.channel == channel)
        return [_account(row) for row in await self._connection.execute(query)]

    async def lease_polling(
        self, channel: str, account: str, holder: UUID, until: datetime, now: datetime
    ) -> bool:
        values = {"channel": channel, "account": account, "holder": holder, "until": until}
        statement = _lease_polling(self._connection.dialect.name).values(values)
        return (await self._connection.execute(statement, {"now": now})).rowcount == 1

    async def add_dead_letter(self, letter: NewDeadLetter, at: datetime) -> None:
        await self._connection.execute(
            dead_letters.insert().values(
                channel=letter.channel,
                account=letter.account,
                external_id=letter.external_id,
                identity_id=letter.identity_id,
                reason=letter.reason,
                body=letter.body,
                size=letter.size,
                at=at,
            )
        )

    async def list_dead_letters(self, before: datetime | None, limit: int) -> list[DeadLetter]:
        undelivered, unreadable = _UNDELIVERED.limit(limit), _UNREADABLE.limit(limit)
        if before is not None:
            undelivered = undelivered.where(_O.finished_at < before)
            unreadable = unreadable.where(_D.at < before)
        letters = [_undelivered(row) for row in await self._connection.execute(undelivered)]
        letters += [_unreadable(row) for row in await self._connection.execute(unreadable)]
        return sorted(letters, key=lambda letter: letter.at, reverse=True)[:limit]

    async def remove_dead_letters(self, before: datetime) -> int:
        return (await self._connection.execute(dead_letters.delete().where(_D.at < before))).rowcount


def _account(row: AnyRow) -> ChannelAccount:
    return ChannelAccount(
        row.channel,
        row.account,
        AccountState(row.state),
        row.reason,
        row.changed_at,
        row.name,
        row.connect_url,
    )


def _undelivered(row: AnyRow) -> DeadLetter:
    return DeadLetter(
        id=f"{Direction.OUT.value}-{row.id}",
        direction=Direction.OUT,
        channel=row.channel,
        account=row.account,
        at=row.at,
        reason=row.last_error or "",
        conversation_id=row.conversation_id,
        uncertain=row.status == OutboxStatus.UNCERTAIN.value,
    )


def _unreadable(row: AnyRow) -> DeadLetter:
    values: dict[str, Any] = {"external_id": row.external_id, "size": row.size}
    return DeadLetter(
        id=f"{Direction.IN.value}-{row.id}",
        direction=Direction.IN,
        channel=row.channel,
        account=row.account,
        at=row.at,
        reason=row.reason,
        **values,
    )
