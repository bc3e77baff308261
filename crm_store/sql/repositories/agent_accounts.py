"""Agents' accounts on platforms, the codes that connect them, and teams' channels, in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agent_threads import AgentAccount, TeamChannel
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, changed_a_row, insert
from crm_store.sql.tables import agent_accounts, agent_codes, agents, conversations, team_channels

_A: Final = agent_accounts.c
_K: Final = agent_codes.c
_T: Final = team_channels.c
_ACTIVE: Final = (
    sa.select(agent_accounts)
    .join(agents, agents.c.id == _A.agent_id)
    .where(agents.c.active)
    .order_by(_A.channel, _A.account, _A.user_id)
)
_HAS_ONE: Final = sa.exists().where(
    conversations.c.assignee_id == _A.agent_id,
    conversations.c.state == sa.literal_column("'claimed'", sa.String),
)


class SqlAgentAccounts:
    """See `crm_store.use_cases.ports.agent_threads.AgentAccounts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(self, channel: str, account: str, user_id: str) -> AgentAccount | None:
        query = _ACTIVE.where(*_this(channel, account, user_id))
        row = (await self._connection.execute(query)).one_or_none()
        return _account(row) if row is not None else None

    async def link(self, found: AgentAccount) -> None:
        row = {
            "channel": found.channel,
            "account": found.account,
            "user_id": found.user_id,
            "agent_id": found.agent_id,
            "linked_at": found.linked_at,
            "seen_at": found.seen_at,
        }
        new = insert(self._connection.dialect.name, agent_accounts).values(row)
        changes = {name: row[name] for name in ("agent_id", "linked_at", "seen_at")}
        upsert = new.on_conflict_do_update(index_elements=["channel", "account", "user_id"], set_=changes)
        await self._connection.execute(upsert)

    async def unlink(self, channel: str, account: str, user_id: str) -> bool:
        gone = agent_accounts.delete().where(*_this(channel, account, user_id))
        return await changed_a_row(self._connection, gone, {})

    async def list_all(self, agent_id: UUID | None = None) -> list[AgentAccount]:
        query = _ACTIVE if agent_id is None else _ACTIVE.where(_A.agent_id == agent_id)
        return [_account(row) for row in await self._connection.execute(query)]

    async def list_active(self, channel: str, since: datetime) -> list[AgentAccount]:
        query = _ACTIVE.where(_A.channel == channel, sa.or_(_A.seen_at >= since, _HAS_ONE))
        return [_account(row) for row in await self._connection.execute(query)]

    async def saw(self, channel: str, account: str, user_id: str, at: datetime) -> None:
        seen = agent_accounts.update().where(*_this(channel, account, user_id)).values(seen_at=at)
        await self._connection.execute(seen)

    async def offer_code(self, code_hash: bytes, agent_id: UUID, expires_at: datetime, at: datetime) -> None:
        row = {"code_hash": code_hash, "created_at": at, "expires_at": expires_at}
        new = insert(self._connection.dialect.name, agent_codes).values({"agent_id": agent_id, **row})
        upsert = new.on_conflict_do_update(index_elements=["agent_id"], set_=row)
        await self._connection.execute(upsert)

    async def use_code(self, code_hash: bytes, now: datetime) -> UUID | None:
        used = agent_codes.delete().where(_K.code_hash == code_hash, _K.expires_at > now)
        answer = await self._connection.execute(used.returning(_K.agent_id))
        agent_id: UUID | None = answer.scalar_one_or_none()
        return agent_id

    async def save_channel(self, team_channel: TeamChannel, at: datetime) -> None:
        row = {
            "channel": team_channel.channel,
            "account": team_channel.account,
            "place": team_channel.place,
            "language": team_channel.language,
            "trouble": None,
            "changed_at": at,
        }
        new = insert(self._connection.dialect.name, team_channels).values(
            {"team_id": team_channel.team_id, **row}
        )
        await self._connection.execute(new.on_conflict_do_update(index_elements=["team_id"], set_=row))

    async def save_trouble(self, team_channel: TeamChannel, trouble: str | None, at: datetime) -> None:
        same = (
            _T.channel == team_channel.channel,
            _T.account == team_channel.account,
            _T.place == team_channel.place,
        )
        change = team_channels.update().where(*same).values(trouble=trouble, changed_at=at)
        await self._connection.execute(change)

    async def remove_channel(self, team_id: UUID) -> bool:
        gone = team_channels.delete().where(_T.team_id == team_id)
        return await changed_a_row(self._connection, gone, {})

    async def list_channels(self) -> list[TeamChannel]:
        rows = await self._connection.execute(sa.select(team_channels).order_by(_T.changed_at, _T.team_id))
        return [
            TeamChannel(row.team_id, row.channel, row.account, row.place, row.language, row.trouble)
            for row in rows
        ]


def _this(channel: str, account: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_A.channel == channel, _A.account == account, _A.user_id == user_id)


def _account(row: AnyRow) -> AgentAccount:
    return AgentAccount(row.channel, row.account, row.user_id, row.agent_id, row.linked_at, row.seen_at)
