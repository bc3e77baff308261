"""Agents' ways in, in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agent_access import AgentSession, Attempts, Credentials, TokenAccess
from crm_store.domain.agents import ApiToken, Scope
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.agents import person_of
from crm_store.sql.statements import AnyRow, insert
from crm_store.sql.tables import agent_sessions, agents, api_tokens, login_failures

_A: Final = agents.c
_S: Final = agent_sessions.c
_T: Final = api_tokens.c
_F: Final = login_failures.c

_AGENT_COLUMNS: Final = (
    _A.id,
    _A.name,
    _A.name_bn,
    _A.email,
    _A.role,
    _A.languages,
    _A.status,
    _A.max_load,
    _A.active,
    _A.preferences,
)
_SESSION: Final = (
    sa.select(*_AGENT_COLUMNS, _S.csrf, _S.last_used_at, _S.expires_at)
    .join_from(agent_sessions, agents, _A.id == _S.agent_id)
    .where(_S.token_hash == sa.bindparam("token"), _S.revoked_at.is_(None), _A.active)
)
_TOKEN: Final = (
    sa.select(*_AGENT_COLUMNS, _T.id.label("token_id"), _T.scopes, _T.last_used_at)
    .join_from(api_tokens, agents, _A.id == _T.agent_id)
    .where(
        _T.token_hash == sa.bindparam("token"),
        _T.revoked_at.is_(None),
        sa.or_(_T.expires_at.is_(None), _T.expires_at > sa.bindparam("at")),
        _A.active,
    )
)


class SqlAgentAccess:
    """See `crm_store.use_cases.ports.agent_access.AgentAccess`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_credentials(self, email: str) -> Credentials | None:
        query = sa.select(_A.id, _A.password_hash, _A.active).where(_A.email == email)
        row = (await self._connection.execute(query)).one_or_none()
        return Credentials(row.id, row.password_hash, row.active) if row else None

    async def find_password(self, agent_id: UUID) -> str | None:
        query = sa.select(_A.password_hash).where(_A.id == agent_id)
        row = (await self._connection.execute(query)).one_or_none()
        return row.password_hash if row else None

    async def save_password(self, agent_id: UUID, password_hash: str, at: datetime) -> None:
        values = {"password_hash": password_hash, "password_changed_at": at}
        await self._connection.execute(agents.update().where(_A.id == agent_id).values(values))

    async def note_login(self, agent_id: UUID, at: datetime) -> None:
        await self._connection.execute(agents.update().where(_A.id == agent_id).values(last_login_at=at))

    async def find_attempts(self, key: bytes) -> Attempts | None:
        query = sa.select(login_failures).where(_F.key_hash == key).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return Attempts(row.failures, row.last_failed_at, row.blocked_until) if row else None

    async def save_attempts(self, key: bytes, attempts: Attempts) -> None:
        values = {
            "failures": attempts.count,
            "last_failed_at": attempts.last_at,
            "blocked_until": attempts.blocked_until,
        }
        upsert = insert(self._connection.dialect.name, login_failures).values(key_hash=key, **values)
        await self._connection.execute(upsert.on_conflict_do_update(index_elements=["key_hash"], set_=values))

    async def forget_attempts(self, keys: Collection[bytes], older_than: datetime) -> None:
        await self._connection.execute(
            login_failures.delete().where(sa.or_(_F.key_hash.in_(keys), _F.last_failed_at < older_than))
        )

    async def add_session(
        self, token_hash: bytes, agent_id: UUID, csrf: str, at: datetime, expires_at: datetime
    ) -> None:
        await self._connection.execute(
            agent_sessions.insert().values(
                token_hash=token_hash,
                agent_id=agent_id,
                csrf=csrf,
                created_at=at,
                last_used_at=at,
                expires_at=expires_at,
            )
        )

    async def find_session(self, token_hash: bytes) -> AgentSession | None:
        row = (await self._connection.execute(_SESSION, {"token": token_hash})).one_or_none()
        return AgentSession(person_of(row), row.csrf, row.last_used_at, row.expires_at) if row else None

    async def extend_session(self, token_hash: bytes, at: datetime, expires_at: datetime) -> None:
        await self._connection.execute(
            agent_sessions.update()
            .where(_S.token_hash == token_hash)
            .values(last_used_at=at, expires_at=expires_at)
        )

    async def end_session(self, token_hash: bytes, at: datetime) -> None:
        ended = agent_sessions.update().where(_S.token_hash == token_hash, _S.revoked_at.is_(None))
        await self._connection.execute(ended.values(revoked_at=at))

    async def end_sessions(self, agent_id: UUID, at: datetime, *, but: bytes | None = None) -> None:
        ended = agent_sessions.update().where(_S.agent_id == agent_id, _S.revoked_at.is_(None))
        if but is not None:
            ended = ended.where(_S.token_hash != but)
        await self._connection.execute(ended.values(revoked_at=at))

    async def forget_sessions(self, before: datetime) -> None:
        await self._connection.execute(agent_sessions.delete().where(_S.expires_at < before))

    async def add_token(self, token: ApiToken, token_hash: bytes) -> None:
        await self._connection.execute(
            api_tokens.insert().values(
                id=token.id,
                agent_id=token.agent_id,
                name=token.name,
                token_hash=token_hash,
                scopes=[scope.value for scope in token.scopes],
                created_at=token.created_at,
                expires_at=token.expires_at,
            )
        )

    async def find_token(self, token_hash: bytes, at: datetime) -> TokenAccess | None:
        row = (await self._connection.execute(_TOKEN, {"token": token_hash, "at": at})).one_or_none()
        if row is None:
            return None
        return TokenAccess(row.token_id, person_of(row), tuple(row.scopes), row.last_used_at)

    async def note_token_use(self, token_id: UUID, at: datetime) -> None:
        await self._connection.execute(api_tokens.update().where(_T.id == token_id).values(last_used_at=at))

    async def list_tokens(self, agent_id: UUID) -> list[ApiToken]:
        query = (
            sa.select(api_tokens)
            .where(_T.agent_id == agent_id, _T.revoked_at.is_(None))
            .order_by(_T.created_at.desc(), _T.id)
        )
        return [_token(row) for row in await self._connection.execute(query)]

    async def revoke_token(self, agent_id: UUID, token_id: UUID, at: datetime) -> bool:
        revoked = api_tokens.update().where(
            _T.id == token_id, _T.agent_id == agent_id, _T.revoked_at.is_(None)
        )
        return (await self._connection.execute(revoked.values(revoked_at=at))).rowcount == 1

    async def revoke_tokens(self, agent_id: UUID, at: datetime) -> None:
        revoked = api_tokens.update().where(_T.agent_id == agent_id, _T.revoked_at.is_(None))
        await self._connection.execute(revoked.values(revoked_at=at))


def _token(row: AnyRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        agent_id=row.agent_id,
        name=row.name,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )
