"""The outbox in SQL. A conversation's messages form a line: only its first unsent one may be taken."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author
from crm_store.domain.outbox import OutboxItem
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.messages import stored_buttons
from crm_store.sql.statements import changed_a_row
from crm_store.sql.tables import channel_identities, conversations, messages, outbox
from crm_store.use_cases.ports.outbox import NewOutboxItem

_O: Final = outbox.c
_candidate: Final = outbox.alias("candidate")
_before: Final = outbox.alias("before")


def _is_pending(table: sa.FromClause) -> sa.ColumnElement[bool]:
    # Written out, not bound: the partial indexes apply.
    return table.c.status == sa.literal_column("'pending'", sa.String)


@cache
def _lease(any_channel: bool) -> sa.Update:
    first_in_line = ~sa.exists().where(
        _before.c.conversation_id == _candidate.c.conversation_id,
        _is_pending(_before),
        _before.c.id < _candidate.c.id,
    )
    due = sa.select(_candidate.c.id).where(
        _is_pending(_candidate), _candidate.c.due_at <= sa.bindparam("now"), first_in_line
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
        .values(lease_token=sa.bindparam("token"), due_at=sa.bindparam("until"), attempts=_O.attempts + 1)
        .returning(_O.id)
    )


_LOAD: Final = (
    sa.select(
        outbox,
        channel_identities.c.source_id,
        conversations.c.floor_epoch,
        messages.c.text,
        messages.c.buttons,
        messages.c.card,
        messages.c.language,
    )
    .select_from(
        outbox.join(conversations, conversations.c.id == _O.conversation_id)
        .join(channel_identities, channel_identities.c.id == conversations.c.identity_id)
        .join(messages, messages.c.id == _O.message_id)
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
        last_error=sa.bindparam("error"),
        due_at=None,
        lease_token=None,
    )
)
_RETRY: Final = (
    outbox.update()
    .where(_HELD)
    .values(due_at=sa.bindparam("retry_at"), last_error=sa.bindparam("error"), lease_token=None)
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

    async def load(self, item_id: int) -> tuple[OutboxItem, bool]:
        row = (await self._connection.execute(_LOAD, {"item": item_id})).one()
        author = Author(row.author)
        item = OutboxItem(
            id=row.id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            channel=row.channel,
            account=row.account,
            destination=row.source_id,
            author=author,
            text=row.text,
            buttons=stored_buttons(row.buttons),
            card=row.card,
            language=row.language,
            attempts=row.attempts,
            lease_token=row.lease_token,
        )
        return item, author is not Author.BOT or row.epoch >= row.floor_epoch

    async def finish(
        self, item_id: int, token: UUID, status: str, at: datetime, external_id: str | None, error: str | None
    ) -> bool:
        values = {
            "item": item_id,
            "held": token,
            "outcome": status,
            "now": at,
            "sent_as": external_id,
            "error": error,
        }
        return await changed_a_row(self._connection, _FINISH, values)

    async def retry(self, item_id: int, token: UUID, at: datetime, error: str) -> bool:
        values = {"item": item_id, "held": token, "retry_at": at, "error": error}
        return await changed_a_row(self._connection, _RETRY, values)
