"""Web sessions: open, renew, use, and bind to a customer who logged in (W3, W4)."""

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from crm_store.domain.errors import BadSession, ConflictingWrite, SessionExpired
from crm_store.domain.identities import CustomerName, Proof
from crm_store.domain.sessions import (
    LOGGED_IN,
    WEB,
    SessionRecord,
    WebSession,
    hash_token,
    lifetime_of,
    new_token,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.conversations import NewConversation
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.ports.people import Identity, Introduction, NewSession
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "CustomerName",
    "WebSession",
    "access_web_session",
    "identify_web_session",
    "open_web_session",
    "renew_web_session",
]

# Two tabs that log a customer in at once collide on unique keys; the second look finds the first's rows.
IDENTIFY_ATTEMPTS: Final = 3
_ANONYMOUS_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class _Login:
    """Who logs in, on which widget."""

    widget: str
    introduction: Introduction

    @property
    def source_id(self) -> str:
        return f"{LOGGED_IN}{self.introduction.external_ref}"


async def open_web_session(store: Store, *, widget: str) -> WebSession:
    """A new anonymous visitor of `widget`, with a conversation of their own."""
    async with store.begin() as uow:
        visitor = Identity(new_id(), WEB, widget, _anonymous_source(), Proof.NONE, customer_id=None)
        await uow.identities.add(visitor, uow.now)
        conversation_id = await _open_conversation(uow, visitor)
        session = await _open_session(uow, visitor, conversation_id, customer=None)
        await uow.commit()
        return session


async def access_web_session(store: Store, *, widget: str, token: str) -> WebSession:
    """The session of this token. Raises BadSession, SessionExpired."""
    async with store.read() as uow:
        return _session(token, await _find_session(uow, widget, token))


async def renew_web_session(store: Store, *, widget: str, token: str) -> WebSession:
    """The same session and token, living longer. Raises BadSession, SessionExpired."""
    async with store.begin() as uow:
        record = await _find_session(uow, widget, token)
        expires_at = uow.now + record.lifetime
        await uow.sessions.extend(hash_token(token), expires_at)
        await uow.commit()
        return WebSession(
            token=token,
            expires_at=expires_at,
            conversation_id=record.conversation_id,
            identity_id=record.identity_id,
            identified=record.proof.is_verified,
            customer=record.customer,
        )


async def identify_web_session(
    store: Store,
    *,
    widget: str,
    token: str,
    subject: str,
    name: str | None = None,
    name_bn: str | None = None,
    language: str | None = None,
) -> WebSession:
    """Bind a session to the customer whose signed log-in the caller has verified (W4).

    Gives a new token and revokes the old one, in one transaction. An unknown `subject` becomes a new
    customer, named as the log-in says. The anonymous conversation goes along only when nobody owns it and
    the customer has none open here; otherwise the session moves to the customer's own. Conversations are
    never merged. Raises BadSession, SessionExpired.
    """
    login = _Login(widget, Introduction(subject, name or subject, name_bn, language))
    for attempt in range(IDENTIFY_ATTEMPTS):
        try:
            return await _identify(store, token, login)
        except ConflictingWrite:
            if attempt == IDENTIFY_ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


async def _identify(store: Store, token: str, login: _Login) -> WebSession:
    async with store.begin() as uow:
        record = await _find_session(uow, login.widget, token, lock=True)
        identity = await _find_or_add_identity(uow, login)
        conversation_id = await _choose_conversation(uow, record, identity)
        await uow.sessions.revoke(hash_token(token), uow.now)
        new = new_token()
        expires_at = uow.now + lifetime_of(identity.proof)
        await uow.sessions.add(NewSession(hash_token(new), identity.id, conversation_id, expires_at), uow.now)
        # Read back, for the name the customer is on record with.
        session = _session(new, await _find_session(uow, login.widget, new))
        await uow.commit()
        return session


async def _find_session(uow: UnitOfWork, widget: str, token: str, *, lock: bool = False) -> SessionRecord:
    record = await uow.sessions.find(hash_token(token), lock=lock)
    if record is None or record.revoked or record.account != widget:
        raise BadSession(widget)
    if record.expires_at <= uow.now:
        raise SessionExpired(widget)
    return record


async def _find_or_add_identity(uow: UnitOfWork, login: _Login) -> Identity:
    known = await uow.identities.find(WEB, login.widget, login.source_id)
    if known is not None:
        return known
    customer_id = await _find_or_add_customer(uow, login.introduction)
    identity = Identity(new_id(), WEB, login.widget, login.source_id, Proof.SIGNED, customer_id)
    await uow.identities.add(identity, uow.now)
    return identity


async def _find_or_add_customer(uow: UnitOfWork, introduction: Introduction) -> UUID:
    known = await uow.identities.find_customer(introduction.external_ref)
    if known is not None:
        return known
    customer_id = new_id()
    await uow.identities.add_customer(customer_id, introduction, uow.now)
    await uow.interactions.append(Interaction("customer_created", uow.now, customer_id))
    return customer_id


async def _choose_conversation(uow: UnitOfWork, record: SessionRecord, identity: Identity) -> UUID:
    own = await uow.conversations.find_unresolved(identity.id)
    if own is not None:
        return own
    if identity.customer_id is not None and await _attach(uow, record, identity, identity.customer_id):
        return record.conversation_id
    return await _open_conversation(uow, identity)


async def _attach(uow: UnitOfWork, record: SessionRecord, identity: Identity, customer_id: UUID) -> bool:
    attached = await uow.conversations.attach(record.conversation_id, identity.id, customer_id)
    if attached:
        joined = Interaction("conversation_attached", uow.now, customer_id, record.conversation_id)
        await uow.interactions.append(joined)
    return attached


async def _open_conversation(uow: UnitOfWork, identity: Identity) -> UUID:
    conversation = NewConversation(new_id(), WEB, identity.account, identity.id, identity.customer_id)
    await uow.conversations.add(conversation, uow.now)
    return conversation.id


async def _open_session(
    uow: UnitOfWork, identity: Identity, conversation_id: UUID, customer: CustomerName | None
) -> WebSession:
    token = new_token()
    expires_at = uow.now + lifetime_of(identity.proof)
    await uow.sessions.add(NewSession(hash_token(token), identity.id, conversation_id, expires_at), uow.now)
    return WebSession(token, expires_at, conversation_id, identity.id, identity.proof.is_verified, customer)


def _session(token: str, record: SessionRecord) -> WebSession:
    return WebSession(
        token=token,
        expires_at=record.expires_at,
        conversation_id=record.conversation_id,
        identity_id=record.identity_id,
        identified=record.proof.is_verified,
        customer=record.customer if record.proof.is_verified else None,
    )


def _anonymous_source() -> str:
    return f"visitor:{secrets.token_urlsafe(_ANONYMOUS_BYTES)}"
