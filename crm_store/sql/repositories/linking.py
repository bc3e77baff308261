"""One-time links, wrong guesses, and whose accounts are whose, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.identities import CustomerName, Proof
from crm_store.domain.linking import LinkedAccount, LinkedBy, LinkKind, shown_account
from crm_store.domain.sessions import WEB
from crm_store.sql.connections import Connection
from crm_store.sql.forgetting import forget_dialogues
from crm_store.sql.owned import chunks, in_conversations, owner_of, read_keys, row_key
from crm_store.sql.statements import AnyRow, changed_a_row, insert
from crm_store.sql.tables import (
    channel_identities,
    conversations,
    customers,
    identity_links,
    link_guesses,
    link_tokens,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.linking import FoundLinkToken, IdentityLink, NewLinkToken, RowKeys
from crm_store.use_cases.ports.people import Identity

_I: Final = channel_identities.c
_T: Final = link_tokens.c
_G: Final = link_guesses.c
_L: Final = identity_links.c
_C: Final = conversations.c


class SqlLinks:
    """See `crm_store.use_cases.ports.linking.Links`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def offer(self, token: NewLinkToken, at: datetime) -> None:
        await self._connection.execute(
            link_tokens.insert().values(
                id=new_id(),
                secret_hash=token.secret_hash,
                kind=token.kind.value,
                customer_id=token.customer_id,
                conversation_id=token.conversation_id,
                created_at=at,
                expires_at=token.expires_at,
            )
        )

    async def withdraw_offers(self, customer_id: UUID, at: datetime) -> None:
        unused = link_tokens.update().where(_T.customer_id == customer_id, _T.used_at.is_(None))
        await self._connection.execute(unused.values(used_at=at))

    async def find_offer(self, secret_hash: bytes, kind: LinkKind, now: datetime) -> FoundLinkToken | None:
        query = (
            sa.select(link_tokens)
            .where(_T.secret_hash == secret_hash, _T.kind == kind.value)
            .where(_T.used_at.is_(None), _T.expires_at > now)
            .with_for_update()
        )
        row = (await self._connection.execute(query)).one_or_none()
        return _offer(row) if row is not None else None

    async def open_offer(self, token_id: UUID, identity_id: UUID) -> None:
        opened = link_tokens.update().where(_T.id == token_id).values(opened_by=identity_id)
        await self._connection.execute(opened)

    async def find_opened(self, token_id: UUID, identity_id: UUID, now: datetime) -> FoundLinkToken | None:
        query = (
            sa.select(link_tokens)
            .where(_T.id == token_id, _T.opened_by == identity_id)
            .where(_T.used_at.is_not(None) | (_T.expires_at > now))
            .with_for_update()
        )
        row = (await self._connection.execute(query)).one_or_none()
        return _offer(row) if row is not None else None

    async def use_offer(self, token_id: UUID, at: datetime) -> bool:
        use = link_tokens.update().where(_T.id == token_id, _T.used_at.is_(None)).values(used_at=at)
        return await changed_a_row(self._connection, use, {})

    async def remove_offers(self, before: datetime) -> int:
        gone = link_tokens.delete().where(_T.expires_at < before)
        return (await self._connection.execute(gone)).rowcount

    async def count_wrong(self, identity_id: UUID, since: datetime) -> int:
        query = sa.select(_G.wrong).where(_G.identity_id == identity_id, _G.since > since)
        return int((await self._connection.execute(query)).scalar_one_or_none() or 0)

    async def add_wrong(self, identity_id: UUID, at: datetime, forget_before: datetime) -> None:
        first = insert(self._connection.dialect.name, link_guesses).values(
            identity_id=identity_id, wrong=1, since=at
        )
        stale = _G.since <= forget_before
        again = first.on_conflict_do_update(
            index_elements=["identity_id"],
            set_={
                "wrong": sa.case((stale, 1), else_=_G.wrong + 1),
                "since": sa.case((stale, sa.literal(at, _G.since.type)), else_=_G.since),
            },
        )
        await self._connection.execute(again)

    async def find_identity(self, identity_id: UUID) -> Identity | None:
        query = sa.select(channel_identities).where(_I.id == identity_id).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Identity(row.id, row.channel, row.account, row.source_id, Proof(row.proof), row.customer_id)

    async def set_owner(self, identity_id: UUID, customer_id: UUID | None, proof: Proof) -> None:
        change = channel_identities.update().where(_I.id == identity_id)
        await self._connection.execute(change.values(customer_id=customer_id, proof=proof.value))

    async def attach_rows(self, identity_id: UUID, customer_id: UUID) -> RowKeys:
        query = sa.select(_C.id).where(_C.identity_id == identity_id)
        talks = list((await self._connection.execute(query)).scalars())
        attached: dict[str, list[str]] = {}
        for name, column in in_conversations().items():
            owner = owner_of(name)
            for some in chunks(talks):
                take = owner.table.update().where(column.in_(some), owner.is_(None))
                taken = take.values({owner.name: customer_id}).returning(owner.table.c.id)
                keys = (await self._connection.execute(taken)).scalars()
                attached.setdefault(name, []).extend(row_key(key) for key in keys)
        return {name: keys for name, keys in attached.items() if keys}

    async def detach_rows(self, link: IdentityLink, *, asked_in: UUID | None = None) -> None:
        for name, keys in link.attached.items():
            owner = owner_of(name)
            for some in chunks(read_keys(name, keys)):
                mine = (owner.table.c.id.in_(some), owner == link.customer_id)
                await self._connection.execute(owner.table.update().where(*mine).values({owner.name: None}))
        going_on = (_C.identity_id == link.identity_id, _C.status != "resolved")
        await forget_dialogues(self._connection, *going_on, asked_in=asked_in)
        await self._connection.execute(conversations.update().where(*going_on).values(customer_id=None))
        # Those that went back though they are finished may be opened again.
        for some in chunks(read_keys(str(conversations.name), link.attached.get(conversations.name, ()))):
            await forget_dialogues(self._connection, _C.id.in_(some), asked_in=asked_in)

    async def find_on_website(self, customer_id: UUID) -> UUID | None:
        query = (
            sa.select(_C.id)
            .where(_C.customer_id == customer_id, _C.channel == WEB, _C.status != "resolved")
            .order_by(_C.created_at.desc())
            .limit(1)
        )
        found: UUID | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def name_of(self, customer_id: UUID) -> CustomerName:
        query = sa.select(customers.c.given_name, customers.c.given_name_bn)
        row = (await self._connection.execute(query.where(customers.c.id == customer_id))).one()
        return CustomerName(row.given_name, row.given_name_bn)

    async def add_link(self, link: IdentityLink) -> None:
        await self._connection.execute(
            identity_links.insert().values(
                id=link.id,
                identity_id=link.identity_id,
                customer_id=link.customer_id,
                linked_by=link.linked_by.value,
                agent_id=link.agent_id,
                at=link.at,
                proof_before=link.proof_before.value,
                proof_after=link.proof_after.value,
                attached=dict(link.attached),
            )
        )

    async def find_link(self, identity_id: UUID) -> IdentityLink | None:
        query = (
            sa.select(identity_links)
            .where(_L.identity_id == identity_id, _L.ended_at.is_(None))
            .order_by(_L.at.desc(), _L.id.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return _link(row) if row is not None else None

    async def end_link(self, link_id: UUID, by: LinkedBy, at: datetime) -> None:
        end = identity_links.update().where(_L.id == link_id).values(ended_at=at, ended_by=by.value)
        await self._connection.execute(end)

    async def list_accounts(self, customer_id: UUID) -> list[LinkedAccount]:
        linked_at = (
            sa.select(sa.func.max(_L.at))
            .where(_L.identity_id == _I.id, _L.ended_at.is_(None))
            .correlate(channel_identities)
            .scalar_subquery()
            .label("linked_at")
        )
        query = (
            sa.select(channel_identities, linked_at)
            .where(_I.customer_id == customer_id)
            .order_by(_I.created_at, _I.id)
        )
        return [_account(row) for row in await self._connection.execute(query)]


def _offer(row: AnyRow) -> FoundLinkToken:
    used = row.used_at is not None
    return FoundLinkToken(row.id, LinkKind(row.kind), row.customer_id, row.conversation_id, is_used=used)


def _link(row: AnyRow) -> IdentityLink:
    attached: Mapping[str, Sequence[str]] = row.attached
    return IdentityLink(
        id=row.id,
        identity_id=row.identity_id,
        customer_id=row.customer_id,
        linked_by=LinkedBy(row.linked_by),
        at=row.at,
        proof_before=Proof(row.proof_before),
        proof_after=Proof(row.proof_after),
        agent_id=row.agent_id,
        attached=attached,
    )


def _account(row: Any) -> LinkedAccount:
    return LinkedAccount(
        identity_id=row.id,
        channel=row.channel,
        account=row.account,
        source_id=row.source_id,
        proof=Proof(row.proof),
        linked_at=row.linked_at,
        shown=shown_account(row.username, row.display_name),
    )
