"""Edits and deletions of customers' messages in SQL: a new event stands in the message's place."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.turns import next_waiting
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import attachments, conversation_words, conversations, messages, outbox
from crm_store.use_cases.ports.received import NewVersion, Said, Version

_C: Final = conversations.c
_M: Final = messages.c
_W: Final = conversation_words.c
_first: Final = messages.alias("first")
_NOW: Final = sa.bindparam("now", type_=_C.changed_at.type)

_WHERE_IT_IS: Final = sa.select(_first.c.id, _first.c.conversation_id).where(
    _first.c.channel == sa.bindparam("channel"),
    _first.c.account == sa.bindparam("account"),
    _first.c.external_id == sa.bindparam("external_id"),
    _first.c.author == Author.CUSTOMER.value,
)
OURS_LOOKED_AT: Final = 200  # people answer what they see; without a limit a long talk would cost more
_THEIRS: Final = sa.select(_M.text).where(
    _M.channel == sa.bindparam("channel"),
    _M.account == sa.bindparam("account"),
    _M.external_id == sa.bindparam("external_id"),
    _M.conversation_id == sa.bindparam("conversation"),
)
_lately: Final = (
    sa.select(outbox.c.message_id, outbox.c.external_id)
    .where(outbox.c.conversation_id == sa.bindparam("conversation"))
    .order_by(outbox.c.id.desc())
    .limit(OURS_LOOKED_AT)
    .subquery("lately")
)
_OURS: Final = (
    sa.select(_M.text)
    .join(_lately, _lately.c.message_id == _M.id)
    .where(_lately.c.external_id == sa.bindparam("external_id"))
    .limit(1)
)
_LOCK: Final = (
    sa.select(_C.answered_seq, _C.taken_up_seq, _C.lease_token, _C.lease_until)
    .where(_C.id == sa.bindparam("conversation"))
    .with_for_update(key_share=True)
)
_NEWEST: Final = (
    sa.select(_M.id, _M.seq, _M.text, _M.quiet, _M.deleted_at)
    .where(
        _M.conversation_id == sa.bindparam("conversation"),
        sa.or_(_M.id == sa.bindparam("first"), _M.replaces_id == sa.bindparam("first")),
    )
    .order_by(_M.seq.desc())
    .limit(1)
)
_NUMBER: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"))
    .values(last_seq=_C.last_seq + 1, changed_at=_NOW)
    .returning(_C.last_seq)
)
_WAITS: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"))
    .values(
        last_customer_seq=_C.last_seq,
        waiting_since=sa.func.coalesce(_C.waiting_since, _NOW),
        turn_due_at=sa.func.coalesce(_C.turn_due_at, _NOW),
    )
)
# Backwards from the newest: only a few replies and hushed lines stand before it.
_LAST_ASKED: Final = (
    sa.select(_M.seq)
    .where(
        _M.conversation_id == _C.id,
        _M.author == Author.CUSTOMER.value,
        _M.quiet.is_(sa.false()),
        _M.seq.is_not(None),
    )
    .order_by(_M.seq.desc())
    .limit(1)
    .correlate(conversations)
    .scalar_subquery()
)
_NEXT_AT: Final = next_waiting(_M.at, _C.answered_seq)


def _recount(*, drop_lease: bool) -> sa.Update:
    values: dict[str, Any] = {
        "last_customer_seq": sa.func.coalesce(_LAST_ASKED, 0),
        "waiting_since": _NEXT_AT,
        "turn_due_at": sa.case((_NEXT_AT.is_not(None), sa.func.coalesce(_C.turn_due_at, _NOW))),
        "attempts": 0,
        "first_failed_at": None,
    }
    if drop_lease:
        values |= {
            "lease_token": None,
            "lease_until": None,
            "turn_due_at": sa.case((_NEXT_AT.is_not(None), _NOW)),
        }
    return conversations.update().where(_C.id == sa.bindparam("conversation")).values(values)


class SqlReceivedMessages:
    """See `crm_store.use_cases.ports.received.ReceivedMessages`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_said(
        self, channel: str, account: str, external_id: str, conversation_id: UUID
    ) -> Said | None:
        there = {"external_id": external_id, "conversation": conversation_id}
        key = {"channel": channel, "account": account, **there}
        if (theirs := (await self._connection.execute(_THEIRS, key)).one_or_none()) is not None:
            return Said(theirs.text, ours=False)
        ours = (await self._connection.execute(_OURS, there)).one_or_none()
        return Said(ours.text, ours=True) if ours is not None else None

    async def lock_newest(
        self, channel: str, account: str, external_id: str, now: datetime
    ) -> Version | None:
        key = {"channel": channel, "account": account, "external_id": external_id}
        first = (await self._connection.execute(_WHERE_IT_IS, key)).one_or_none()
        if first is None:
            return None
        of_conversation = {"conversation": first.conversation_id}
        state = (await self._connection.execute(_LOCK, of_conversation)).one()
        versions = await self._connection.execute(_NEWEST, {**of_conversation, "first": first.id})
        return _version(first, versions.one(), state, now)

    async def add_version(self, version: NewVersion, at: datetime) -> int:
        numbered = {"conversation": version.conversation_id, "now": at}
        seq: int = (await self._connection.execute(_NUMBER, numbered)).scalar_one()
        if not version.quiet:
            await self._connection.execute(_WAITS, numbered)
        await self._connection.execute(
            messages.insert().values(
                id=version.id,
                conversation_id=version.conversation_id,
                seq=seq,
                author=Author.CUSTOMER.value,
                at=at,
                text=version.text,
                replaces_id=version.replaces,
                quiet=version.quiet,
                deleted_at=version.deleted_at,
            )
        )
        return seq

    async def hush(self, message_id: UUID) -> None:
        await self._connection.execute(messages.update().where(_M.id == message_id).values(quiet=True))

    async def forget_texts(self, conversation_id: UUID, first_id: UUID, at: datetime) -> None:
        versions = sa.or_(_M.id == first_id, _M.replaces_id == first_id)
        ids = sa.select(_M.id).where(versions)
        await self._connection.execute(attachments.delete().where(attachments.c.message_id.in_(ids)))
        seqs = sa.select(_M.seq).where(versions)
        in_them = (_W.conversation_id == conversation_id, _W.seq.in_(seqs))
        await self._connection.execute(conversation_words.delete().where(*in_them))
        forgotten = {"text": None, "choice": None, "attachments": None, "understanding": None}
        await self._connection.execute(
            messages.update().where(versions).values(quiet=True, deleted_at=at, **forgotten)
        )

    async def recount(self, conversation_id: UUID, *, drop_lease: bool, at: datetime) -> None:
        values = {"conversation": conversation_id, "now": at}
        await self._connection.execute(_recount(drop_lease=drop_lease), values)


def _version(first: AnyRow, newest: AnyRow, state: AnyRow, now: datetime) -> Version:
    waits = newest.seq > state.answered_seq and not newest.quiet
    leased = state.lease_token is not None and state.lease_until is not None and state.lease_until > now
    return Version(
        id=newest.id,
        first_id=first.id,
        conversation_id=first.conversation_id,
        seq=newest.seq,
        text=newest.text,
        deleted=newest.deleted_at is not None,
        waits=waits,
        in_flight=waits and leased and newest.seq == state.taken_up_seq,
    )
