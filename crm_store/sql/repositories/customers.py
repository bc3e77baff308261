"""Customers in SQL."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.accounts import Account
from crm_store.domain.customers import Consents, KnownCustomer, Language, Tier
from crm_store.domain.identities import ConversationParty, Proof, given_name_of
from crm_store.sql.connections import Connection
from crm_store.sql.tables import channel_identities, conversations, customers

_PARTY = sa.select(
    conversations.c.id,
    conversations.c.channel,
    conversations.c.identity_id,
    conversations.c.language,
    conversations.c.is_public,
    channel_identities.c.proof,
    channel_identities.c.customer_id,
).join_from(conversations, channel_identities, conversations.c.identity_id == channel_identities.c.id)
_FIND_PARTY = _PARTY.where(conversations.c.id == sa.bindparam("conversation"))
_FIND_PARTY_AND_LOCK = _FIND_PARTY.with_for_update(of=conversations)


class SqlCustomers:
    """See `crm_store.use_cases.ports.customers.Customers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_party(self, conversation_id: UUID, *, lock: bool = False) -> ConversationParty | None:
        query = _FIND_PARTY_AND_LOCK if lock else _FIND_PARTY
        row = (await self._connection.execute(query, {"conversation": conversation_id})).one_or_none()
        if row is None:
            return None
        return ConversationParty(
            conversation_id=row.id,
            channel=row.channel,
            identity_id=row.identity_id,
            proof=Proof(row.proof),
            # In public whoever it is, is nobody we know (CH6): no use case can reach what is theirs.
            customer_id=None if row.is_public else row.customer_id,
            language=row.language,
            is_public=row.is_public,
        )

    async def find_known(self, party: ConversationParty) -> KnownCustomer | None:
        query = sa.select(customers).where(customers.c.id == party.customer_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return KnownCustomer(
            id=row.id,
            external_ref=row.external_ref,
            name=row.name,
            name_bn=row.name_bn,
            given_name=row.given_name,
            given_name_bn=row.given_name_bn,
            tier=Tier(row.tier),
            language=Language(row.language) if row.language else None,
            consents=Consents(marketing=row.consent_marketing, personalisation=row.consent_personalisation),
            proof=party.proof,
        )

    async def list_known_refs(self, refs: Collection[str]) -> set[str]:
        query = sa.select(customers.c.external_ref).where(customers.c.external_ref.in_(refs))
        return set((await self._connection.execute(query)).scalars())

    async def save_language(self, party: ConversationParty, language: Language) -> None:
        await self._connection.execute(
            conversations.update()
            .where(conversations.c.id == party.conversation_id)
            .values(language=language.value)
        )
        if party.is_verified:
            await self._connection.execute(
                customers.update().where(customers.c.id == party.customer_id).values(language=language.value)
            )

    async def save_personalisation(self, customer_id: UUID, *, allowed: bool) -> None:
        await self._connection.execute(
            customers.update().where(customers.c.id == customer_id).values(consent_personalisation=allowed)
        )

    async def find_account(self, customer_id: UUID) -> Account | None:
        query = sa.select(customers).where(customers.c.id == customer_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Account(
            name=row.name,
            name_bn=row.name_bn,
            email=row.email,
            phone=row.phone,
            gets_offers=row.consent_marketing,
        )

    async def save_name(self, customer_id: UUID, name: str, name_bn: str | None) -> None:
        await self._connection.execute(
            customers.update()
            .where(customers.c.id == customer_id)
            .values(
                name=name,
                name_bn=name_bn,
                given_name=given_name_of(name),
                given_name_bn=given_name_of(name_bn) if name_bn else None,
            )
        )

    async def save_marketing(self, customer_id: UUID, *, allowed: bool) -> None:
        await self._connection.execute(
            customers.update().where(customers.c.id == customer_id).values(consent_marketing=allowed)
        )
