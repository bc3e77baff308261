"""The outbox in SQL. A conversation's messages to a channel form a line: only its first may be taken."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author, OutboxStatus
from crm_store.domain.errors import UnknownMessage
from crm_store.domain.outbox import OutboxItem
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.messages import stored_buttons
from crm_store.sql.statements import AnyRow, changed_a_row
from crm_store.sql.tables import (
    agents,
    channel_accounts,
    channel_identities,
    conversations,
    messages,
    outbox,
)
from crm_store.use_cases.ports.outbox import Again, Ending, NewOutboxItem, Stretch

_O: Final = outbox.c
_candidate: Final = outbox.alias("candidate")
_before: Final = outbox.alias("before")


def _is_pending(table: sa.FromClause) -> sa.ColumnElement[bool]:
    # Written out, not bound: the partial indexes apply.
    return table.c.status == sa.literal_column("'pending'", sa.String)


# What goes to a workspace that threw us out waits until it is ours again (SL12).
_REVOKED: Final = sa.exists().where(
    channel_accounts.c.channel == _candidate.c.channel,
    channel_accounts.c.account == _candidate.c.account,
    channel_accounts.c.state == sa.literal_column("'revoked'", sa.String),
)


@cache
def _lease(any_channel: bool) -> sa.Update:
    first_in_line = ~sa.exists().where(
        _before.c.conversation_id == _candidate.c.conversation_id,
        _before.c.channel == _candidate.c.channel,  # a mail server that is away holds up no chat
        _is_pending(_before),
        _before.c.id < _candidate.c.id,
    )
    due = sa.select(_candidate.c.id).where(
        _is_pending(_candidate), _candidate.c.due_at <= sa.bindparam("now"), first_in_line, ~_REVOKED
    )
    if not any_channel:
        due = due.where(_candidate.c.channel == sa.bindparam("of_channel"))
    longest = (
        due.order_by(_candidate.c.due_at, _candidate.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=_candidate)
        .scalar_subquery()
    )
    return (
        outbox.update()
        .where(_O.id == longest, _is_pending(outbox), _O.due_at <= sa.bindparam("now"))
        .values(
            lease_token=sa.bindparam("token"),
            due_at=sa.bindparam("until"),
            attempts=_O.attempts + 1,
            # A lease that ran out: its sender is gone, and nobody knows how far it came.
            uncertain=_O.uncertain + sa.case((_O.lease_token.is_not(None), 1), else_=0),
        )
        .returning(_O.id)
    )


_answered: Final = messages.alias("answered")
_earlier: Final = outbox.alias("earlier")
_version: Final = messages.alias("version")
# What stands there of the message an edit replaces: of its newest version that got there. A version may have
# had more parts than the one before it.
_STANDS_THERE: Final = (
    sa.select(_earlier.c.parts)
    .select_from(_version.join(_earlier, _earlier.c.message_id == _version.c.id))
    .where(
        sa.or_(
            _version.c.id == messages.c.replaces_id,
            _version.c.replaces_id == messages.c.replaces_id,
        ),
        _earlier.c.channel == _O.channel,
        _earlier.c.id < _O.id,
        _earlier.c.parts.is_not(sa.null()),
    )
    .order_by(_earlier.c.id.desc())
    .limit(1)
    .correlate(messages, outbox)
    .scalar_subquery()
)
_LOAD: Final = (
    sa.select(
        outbox,
        channel_identities.c.source_id,
        channel_identities.c.unreachable_at,
        channel_identities.c.unreachable_reason,
        conversations.c.floor_epoch,
        conversations.c.place,
        conversations.c.is_public,
        conversations.c.address,
        messages.c.text,
        messages.c.buttons,
        messages.c.card,
        messages.c.language,
        messages.c.attachments,
        messages.c.replaces_id,
        messages.c.agent_id,
        agents.c.name.label("agent_name"),
        agents.c.name_bn.label("agent_name_bn"),
        _answered.c.external_id.label("answers"),
        _answered.c.reply_to,
        _STANDS_THERE.label("replaced_parts"),
    )
    .select_from(
        outbox.join(conversations, conversations.c.id == _O.conversation_id)
        .join(channel_identities, channel_identities.c.id == conversations.c.identity_id)
        .join(messages, messages.c.id == _O.message_id)
        .outerjoin(agents, agents.c.id == messages.c.agent_id)
        .outerjoin(_answered, _answered.c.id == _O.in_reply_to)
    )
    .where(_O.id == sa.bindparam("item"))
)
_HELD: Final = sa.and_(
    _O.id == sa.bindparam("item"), _O.lease_token == sa.bindparam("held"), _is_pending(outbox)
)
_FINISH: Final = (
    outbox.update()
    .where(_HELD)
    .values(
        status=sa.bindparam("outcome"),
        finished_at=sa.bindparam("now"),
        external_id=sa.bindparam("sent_as"),
        parts=sa.bindparam("sent_parts", type_=_O.parts.type),
        last_error=sa.bindparam("error"),
        due_at=None,
        lease_token=None,
    )
)
_RETRY: Final = (
    outbox.update()
    .where(_HELD)
    .values(
        due_at=sa.bindparam("retry_at"),
        last_error=sa.bindparam("error"),
        lease_token=None,
        attempts=_O.attempts - sa.bindparam("untried", type_=sa.Integer),
        uncertain=_O.uncertain + sa.bindparam("unknown", type_=sa.Integer),
    )
)
_EXTEND: Final = outbox.update().where(_HELD).values(due_at=sa.bindparam("until"))
# The part that was uncertain is confirmed now.
_CONFIRM_PART: Final = (
    outbox.update()
    .where(_HELD)
    .values(parts=sa.bindparam("sent_parts", type_=_O.parts.type), due_at=sa.bindparam("until"), uncertain=0)
)
_GIVE_UP_ON: Final = (
    outbox.update()
    .where(
        _is_pending(outbox),
        _O.goes_to.is_(None),
        _O.conversation_id.in_(
            sa.select(conversations.c.id).where(conversations.c.identity_id == sa.bindparam("identity"))
        ),
    )
    .values(
        status=sa.bindparam("outcome"),
        finished_at=sa.bindparam("now"),
        last_error=sa.bindparam("error"),
        due_at=None,
        lease_token=None,
    )
)
_STRETCH: Final = (
    sa.select(_O.id, _O.created_at)
    .where(_O.id > sa.bindparam("after"))
    .order_by(_O.id)
    .limit(sa.bindparam("size", type_=sa.Integer))
)
_REMOVE_SENT: Final = outbox.delete().where(
    _O.id > sa.bindparam("after"),
    _O.id <= sa.bindparam("until"),
    _O.status == sa.literal_column(f"'{OutboxStatus.SENT.value}'", sa.String),
    _O.finished_at < sa.bindparam("before"),
)
_REVIVE: Final = (
    outbox.update()
    .where(_O.id == sa.bindparam("item"), _O.status.in_(("dead", "uncertain")))
    .values(
        status=OutboxStatus.PENDING.value,
        created_at=sa.bindparam("now"),  # its day of retries begins anew
        due_at=sa.bindparam("now"),
        finished_at=None,
        last_error=None,
        attempts=0,
        uncertain=0,
    )
    .returning(_O.channel)
)


class SqlOutbox:
    """See `crm_store.use_cases.ports.outbox.Outbox`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, items: Sequence[NewOutboxItem], at: datetime) -> None:
        rows = [
            {
                "conversation_id": item.conversation_id,
                "message_id": item.message_id,
                "in_reply_to": item.in_reply_to,
                "ordinal": item.ordinal,
                "channel": item.channel,
                "account": item.account,
                "author": item.author.value,
                "epoch": item.epoch,
                "goes_to": item.goes_to,
                "created_at": at,
                "due_at": at,
            }
            for item in items
        ]
        await self._connection.execute(outbox.insert(), rows)

    async def lease(self, token: UUID, until: datetime, now: datetime, channel: str | None) -> int | None:
        values: dict[str, Any] = {"token": token, "until": until, "now": now}
        if channel is not None:
            values["of_channel"] = channel
        return (await self._connection.execute(_lease(channel is None), values)).scalar_one_or_none()

    async def load(self, item_id: int, now: datetime) -> tuple[OutboxItem, Ending | None]:
        row = (await self._connection.execute(_LOAD, {"item": item_id})).first()
        if row is None:
            raise UnknownMessage(str(item_id))  # erased between the two statements
        return _item(row, now), _ending(row)

    async def extend(self, item_id: int, token: UUID, until: datetime) -> bool:
        values = {"item": item_id, "held": token, "until": until}
        return await changed_a_row(self._connection, _EXTEND, values)

    async def confirm_part(self, item_id: int, token: UUID, parts: Sequence[str], until: datetime) -> bool:
        values = {"item": item_id, "held": token, "sent_parts": list(parts), "until": until}
        return await changed_a_row(self._connection, _CONFIRM_PART, values)

    async def finish(self, item_id: int, token: UUID, ending: Ending, at: datetime) -> bool:
        values = {
            "item": item_id,
            "held": token,
            "outcome": ending.status.value,
            "now": at,
            "sent_as": ending.parts[0] if ending.parts else None,
            "sent_parts": list(ending.parts) or None,
            "error": ending.error,
        }
        return await changed_a_row(self._connection, _FINISH, values)

    async def retry(self, item_id: int, token: UUID, again: Again) -> bool:
        values = {
            "item": item_id,
            "held": token,
            "retry_at": again.at,
            "error": again.error,
            "untried": int(again.untried),
            "unknown": int(again.uncertain),
        }
        return await changed_a_row(self._connection, _RETRY, values)

    async def give_up_on(self, identity_id: UUID, error: str, at: datetime) -> int:
        return await self._end_all(identity_id, Ending(OutboxStatus.DEAD, error=error), at)

    async def withhold_from(self, identity_id: UUID, error: str, at: datetime) -> int:
        return await self._end_all(identity_id, Ending(OutboxStatus.SUPPRESSED, error=error), at)

    async def _end_all(self, identity_id: UUID, ending: Ending, at: datetime) -> int:
        values = {"identity": identity_id, "outcome": ending.status.value, "error": ending.error, "now": at}
        return (await self._connection.execute(_GIVE_UP_ON, values)).rowcount

    async def find_stretch(self, after: int, size: int) -> Stretch | None:
        rows = (await self._connection.execute(_STRETCH, {"after": after, "size": size})).all()
        return Stretch(rows[-1].id, rows[-1].created_at) if rows else None

    async def remove_sent(self, after: int, until: int, before: datetime) -> int:
        values = {"after": after, "until": until, "before": before}
        return (await self._connection.execute(_REMOVE_SENT, values)).rowcount

    async def revive(self, item_id: int, at: datetime) -> str | None:
        values = {"item": item_id, "now": at}
        channel: str | None = (await self._connection.execute(_REVIVE, values)).scalar_one_or_none()
        return channel


def _ending(row: AnyRow) -> Ending | None:
    """What becomes of it instead of being sent."""
    if row.author == Author.BOT.value and row.epoch < row.floor_epoch:
        return Ending(OutboxStatus.SUPPRESSED)
    if row.goes_to is None and row.unreachable_at is not None:
        return Ending(OutboxStatus.DEAD, error=f"unreachable: {row.unreachable_reason}")
    return None


def _item(row: AnyRow, now: datetime) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        channel=row.channel,
        account=row.account,
        destination=row.source_id,
        author=Author(row.author),
        text=row.text,
        buttons=stored_buttons(row.buttons),
        card=row.card,
        language=row.language,
        attempts=row.attempts,
        lease_token=row.lease_token,
        place=row.place,
        is_public=row.is_public,
        address=row.goes_to or row.address or {},
        reply_to=row.reply_to,
        answers=row.answers,
        attachments=tuple(row.attachments or ()),
        edit_of=tuple(row.replaced_parts or ()),
        sent_parts=tuple(row.parts or ()),
        uncertain=row.uncertain,
        in_reply_to=row.in_reply_to,
        age_seconds=max(0.0, (now - row.created_at).total_seconds()),
        agent=AgentName(row.agent_id, row.agent_name, row.agent_name_bn) if row.agent_id else None,
    )
