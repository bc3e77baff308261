"""Channel identities, customers as they log in, and web sessions in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.identities import CustomerName, Proof, given_name_of
from crm_store.domain.sessions import SessionRecord
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.replies import known_language
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import channel_identities, customers, web_sessions
from crm_store.use_cases.ports.people import Identity, Introduction, NewSession

_I: Final = channel_identities.c
_S: Final = web_sessions.c

_SESSION: Final = (
    sa.select(
        _I.account,
        _I.proof,
        _I.customer_id,
        _S.identity_id,
        _S.conversation_id,
        _S.expires_at,
        _S.revoked_at,
        customers.c.given_name,
        customers.c.given_name_bn,
    )
    .select_from(
        web_sessions.join(channel_identities, _I.id == _S.identity_id).outerjoin(
            customers, customers.c.id == _I.customer_id
        )
    )
    .where(_S.token_hash == sa.bindparam("hash"))
)


class SqlIdentities:
    """See `crm_store.use_cases.ports.people.Identities`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, identity: Identity, at: datetime) -> None:
        await self._connection.execute(
            channel_identities.insert().values(
                id=identity.id,
                channel=identity.channel,
                account=identity.account,
                source_id=identity.source_id,
                proof=identity.proof.value,
                customer_id=identity.customer_id,
                created_at=at,
                display_name=identity.display_name,
                username=identity.username,
            )
        )

    async def save_profile(self, identity: Identity) -> None:
        await self._connection.execute(
            channel_identities.update()
            .where(_I.id == identity.id)
            .values(
                proof=identity.proof.value,
                display_name=identity.display_name,
                username=identity.username,
                unreachable_at=None,
                unreachable_reason=None,
            )
        )

    async def mark_unreachable(self, identity_id: UUID, reason: str, at: datetime) -> None:
        statement = channel_identities.update().where(_I.id == identity_id)
        await self._connection.execute(statement.values(unreachable_at=at, unreachable_reason=reason))

    async def find(self, channel: str, account: str, source_id: str) -> Identity | None:
        query = sa.select(channel_identities).where(
            _I.channel == channel, _I.account == account, _I.source_id == source_id
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Identity(
            id=row.id,
            channel=channel,
            account=account,
            source_id=source_id,
            proof=Proof(row.proof),
            customer_id=row.customer_id,
            display_name=row.display_name,
            username=row.username,
            unreachable=row.unreachable_at is not None,
        )

    async def find_customer(self, external_ref: str) -> UUID | None:
        # Who was merged into another customer is that one.
        found = sa.func.coalesce(customers.c.merged_into, customers.c.id)
        query = sa.select(found).where(customers.c.external_ref == external_ref)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def add_customer(self, customer_id: UUID, introduction: Introduction, at: datetime) -> None:
        name_bn = introduction.name_bn
        await self._connection.execute(
            customers.insert().values(
                id=customer_id,
                external_ref=introduction.external_ref,
                name=introduction.name,
                name_bn=name_bn,
                given_name=given_name_of(introduction.name),
                given_name_bn=given_name_of(name_bn) if name_bn else None,
                language=known_language(introduction.language),
                created_at=at,
            )
        )


class SqlSessions:
    """See `crm_store.use_cases.ports.people.Sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, session: NewSession, at: datetime) -> None:
        await self._connection.execute(
            web_sessions.insert().values(
                token_hash=session.token_hash,
                identity_id=session.identity_id,
                conversation_id=session.conversation_id,
                created_at=at,
                expires_at=session.expires_at,
            )
        )

    async def find(self, token_hash: bytes, *, lock: bool = False) -> SessionRecord | None:
        query = _SESSION.with_for_update(of=web_sessions) if lock else _SESSION
        row = (await self._connection.execute(query, {"hash": token_hash})).one_or_none()
        return _session(row) if row is not None else None

    async def extend(self, token_hash: bytes, until: datetime) -> None:
        statement = web_sessions.update().where(_S.token_hash == token_hash).values(expires_at=until)
        await self._connection.execute(statement)

    async def revoke(self, token_hash: bytes, at: datetime) -> None:
        statement = web_sessions.update().where(_S.token_hash == token_hash).values(revoked_at=at)
        await self._connection.execute(statement)


def _session(row: AnyRow) -> SessionRecord:
    named = row.given_name is not None
    return SessionRecord(
        account=row.account,
        identity_id=row.identity_id,
        conversation_id=row.conversation_id,
        expires_at=row.expires_at,
        revoked=row.revoked_at is not None,
        proof=Proof(row.proof),
        customer_id=row.customer_id,
        customer=CustomerName(row.given_name, row.given_name_bn) if named else None,
    )
