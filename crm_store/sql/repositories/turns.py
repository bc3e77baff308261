"""Turns in SQL. Each step is one statement; those that change a conversation name its epoch and lease."""

from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author, ConversationEvent, JsonObject
from crm_store.domain.turns import PendingMessage, Reply, TurnClaim, TurnResult
from crm_store.sql.connections import Connection
from crm_store.sql.queries import facts
from crm_store.sql.repositories import replies as reply_rows
from crm_store.sql.repositories.conversations import IS_THE_BOTS
from crm_store.sql.statements import AnyRow, Insert, changed_a_row, insert
from crm_store.sql.tables import choices, conversations, dialogue_states, messages, surveys
from crm_store.use_cases.ports.turns import Closed, Closing, Lease, Postponement

_C: Final = conversations.c
_M: Final = messages.c
_due: Final = conversations.alias("due")

_MORE_WAITING: Final = _C.last_customer_seq > sa.bindparam("answered")
_FENCE: Final = sa.and_(
    _C.id == sa.bindparam("conversation"),
    _C.lease_token == sa.bindparam("held"),
    _C.floor_epoch <= sa.bindparam("at_epoch"),
)


def next_waiting(column: sa.Column[Any], after: sa.ColumnElement[int]) -> sa.ScalarSelect[Any]:
    """`column` of the first customer message after a seq; only a few replies stand between."""
    return (
        sa.select(column)
        .where(
            _M.conversation_id == _C.id,
            _M.author == Author.CUSTOMER.value,
            _M.quiet.is_(sa.false()),
            _M.seq > after,
        )
        .order_by(_M.seq)
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )


_DUE_LONGEST: Final = (
    sa.select(_due.c.id)
    .where(
        _due.c.owner == sa.literal_column("'bot'", sa.String),
        _due.c.turn_due_at <= sa.bindparam("now"),
    )
    .order_by(_due.c.turn_due_at)
    .limit(1)
    .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer anyway
    .scalar_subquery()
)


@cache
def _lease(any_conversation: bool) -> sa.Update:
    which = _DUE_LONGEST if any_conversation else sa.bindparam("conversation", type_=_C.id.type)
    return (
        conversations.update()
        .where(_C.id == which, IS_THE_BOTS, _C.turn_due_at <= sa.bindparam("now"))
        .values(
            lease_token=sa.bindparam("token"),
            lease_until=sa.bindparam("until"),
            turn_due_at=sa.bindparam("until"),
            taken_up_seq=next_waiting(_M.seq, _C.answered_seq),
        )
        .returning(_C.id)
    )


_asked: Final = messages.alias("asked")
_ASKED_SURVEY: Final = (
    sa.select(surveys.c.id)
    .join(_asked, _asked.c.id == surveys.c.message_id)
    .where(
        _asked.c.conversation_id == _C.id,
        _asked.c.seq == _C.taken_up_seq - 1,
        surveys.c.answered_at.is_(None),
    )
    .correlate(conversations)
    .scalar_subquery()
)
_LOAD: Final = (
    sa.select(
        _C.account,
        _C.address,
        _C.epoch,
        _C.attempts,
        _C.first_failed_at,
        _C.notice_given,
        _C.failures_in_a_row,
        (_C.last_customer_seq > _C.taken_up_seq).label("more_waiting"),
        _M.id.label("message_id"),
        _M.seq,
        _M.text,
        _M.choice,
        dialogue_states.c.state,
        _ASKED_SURVEY.label("asked_survey"),
        *facts.FACTS,
    )
    .select_from(
        facts.FACTS_FROM.join(
            messages, sa.and_(_M.conversation_id == _C.id, _M.seq == _C.taken_up_seq)
        ).outerjoin(dialogue_states, dialogue_states.c.conversation_id == _C.id)
    )
    .where(_C.id == sa.bindparam("conversation"))
)


@cache
def _close(keep: bool, handed_over: bool, mood: bool) -> sa.Update:
    next_at = next_waiting(_M.at, sa.bindparam("answered"))
    values: dict[str, Any] = {
        "last_seq": _C.last_seq + sa.bindparam("shown"),
        "answered_seq": sa.bindparam("answered"),
        "waiting_since": sa.case((_MORE_WAITING, next_at)),
        "language": sa.func.coalesce(sa.bindparam("new_language", type_=sa.String), _C.language),
        "attempts": 0,
        "first_failed_at": None,
        "notice_given": sa.false(),
    }
    if not handed_over:
        values |= {"failures_in_a_row": 0, "handed_back": None}  # this turn has read it
    if mood:
        for name in ("mood", "mood_trend", "mood_because"):
            values[name] = sa.bindparam(f"new_{name}", type_=_C[name].type)
    if keep:
        until = sa.bindparam("until", type_=_C.lease_until.type)
        values["lease_token"] = sa.case((_MORE_WAITING, sa.bindparam("token", type_=_C.lease_token.type)))
        values["lease_until"] = sa.case((_MORE_WAITING, until))
        values["turn_due_at"] = sa.case((_MORE_WAITING, until))
        following = next_waiting(_M.seq, sa.bindparam("answered"))
        values["taken_up_seq"] = sa.case((_MORE_WAITING, following), else_=_C.taken_up_seq)
    else:
        values |= {"lease_token": None, "lease_until": None, "turn_due_at": sa.case((_MORE_WAITING, next_at))}
    return conversations.update().where(_FENCE).values(values).returning(*_CLOSED)


_CLOSED: Final = (_C.last_seq, _C.epoch, _C.account, _C.customer_id, _C.lease_token)
# PostgreSQL: an UPDATE that waited for the row sees its new version, but subqueries still the old snapshot.
# A message accepted meanwhile would count and not be found. The statement after the lock sees both.
_LOCK: Final = sa.select(_C.id).where(_FENCE).with_for_update(key_share=True)


@cache
def _postpone(failed: bool) -> sa.Update:
    values: dict[str, Any] = {
        "last_seq": _C.last_seq + sa.bindparam("shown"),
        "turn_due_at": sa.bindparam("retry_at"),
        "lease_token": None,
        "lease_until": None,
    }
    if failed:
        values |= {
            "attempts": _C.attempts + 1,
            "failures_in_a_row": _C.failures_in_a_row + 1,
            "first_failed_at": sa.func.coalesce(
                _C.first_failed_at, sa.bindparam("now", type_=_C.first_failed_at.type)
            ),
            "notice_given": sa.or_(_C.notice_given, sa.bindparam("told", type_=sa.Boolean)),
        }
    return conversations.update().where(_FENCE).values(values).returning(*_CLOSED)


_SUPPRESS: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"), _C.lease_token == sa.bindparam("held"))
    .values(
        lease_token=None,
        lease_until=None,
        turn_due_at=sa.case(
            (_C.waiting_since.is_not(None), sa.bindparam("now", type_=_C.turn_due_at.type)),
        ),
    )
    .returning(_C.last_seq)
)
_EXTEND: Final = (
    conversations.update()
    .where(_FENCE)
    .values(lease_until=sa.bindparam("until"), turn_due_at=sa.bindparam("until"))
)
_UNDERSTAND: Final = (
    messages.update()
    .where(_M.id == sa.bindparam("message"))
    .values(
        understanding=sa.bindparam("understood"),
        actions=sa.bindparam("ran"),
        language=sa.bindparam("spoken", type_=sa.String),
    )
)

# Kept, not built for each turn: what comes again is prepared (crm_store/sql/prepared.py).
_ADD_MESSAGES: Final = messages.insert()
_ADD_CHOICES: Final = choices.insert()
_FORGET_STATE: Final = dialogue_states.delete().where(
    dialogue_states.c.conversation_id == sa.bindparam("conversation")
)


@cache
def _upsert_state(dialect: str) -> Insert:
    upsert = insert(dialect, dialogue_states)
    new = {"state": upsert.excluded.state, "updated_at": upsert.excluded.updated_at}
    return upsert.on_conflict_do_update(index_elements=["conversation_id"], set_=new)


class SqlTurns:
    """See `crm_store.use_cases.ports.turns.Turns`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lease(self, lease: Lease, now: datetime, conversation_id: UUID | None) -> UUID | None:
        values: dict[str, Any] = {"token": lease.token, "until": lease.until, "now": now}
        if conversation_id is not None:
            values["conversation"] = conversation_id
        leased = await self._connection.execute(_lease(conversation_id is None), values)
        return leased.scalar_one_or_none()

    async def load(self, conversation_id: UUID, lease: Lease, now: datetime) -> TurnClaim:
        row = (await self._connection.execute(_LOAD, facts.parameters(conversation_id, now))).one()
        return TurnClaim(
            conversation_id=conversation_id,
            channel=row.channel,
            epoch=row.epoch,
            lease_token=lease.token,
            message=_pending(row),
            more_waiting=row.more_waiting,
            state=row.state,
            facts=facts.facts_of(row),
            failures_in_a_row=row.failures_in_a_row,
            lease_seconds=lease.seconds,
            account=row.account,
            address=row.address,
            asked_survey=row.asked_survey,
        )

    async def close(self, claim: TurnClaim, closing: Closing) -> Closed | None:
        keep = closing.keep
        values = _fence(claim) | {
            "answered": claim.message.seq,
            "shown": closing.shown,
            "new_language": reply_rows.known_language(closing.language),
        }
        if keep is not None:
            values |= {"token": keep.token, "until": keep.until}
        if self._connection.dialect.name != "sqlite":  # which has one writer anyway
            await self._connection.execute(_LOCK, _fence(claim))
        mood = closing.mood
        if mood is not None:
            values |= {
                "new_mood": mood.level.value,
                "new_mood_trend": mood.trend.value,
                "new_mood_because": mood.because,
            }
        statement = _close(keep is not None, closing.handed_over, mood is not None)
        return _closed((await self._connection.execute(statement, values)).one_or_none())

    async def postpone(self, claim: TurnClaim, postponement: Postponement, now: datetime) -> Closed | None:
        values = _fence(claim) | {"shown": postponement.shown, "retry_at": postponement.retry_at}
        if postponement.failed:
            values |= {"now": now, "told": postponement.shown > 0}
        statement = _postpone(postponement.failed)
        return _closed((await self._connection.execute(statement, values)).one_or_none())

    async def suppress(self, claim: TurnClaim, now: datetime) -> int | None:
        values = {"conversation": claim.conversation_id, "held": claim.lease_token, "now": now}
        last_seq: int | None = (await self._connection.execute(_SUPPRESS, values)).scalar_one_or_none()
        return last_seq

    async def extend(self, claim: TurnClaim, until: datetime) -> bool:
        return await changed_a_row(self._connection, _EXTEND, _fence(claim) | {"until": until})

    async def save_replies(
        self, claim: TurnClaim, replies: tuple[Reply, ...], *, last_seq: int, first_ordinal: int, at: datetime
    ) -> list[ConversationEvent]:
        rows = reply_rows.shown(claim, replies, last_seq, first_ordinal, at)
        await self._connection.execute(_ADD_MESSAGES, rows)
        buttons = reply_rows.choices_of(claim, rows, replies)
        if buttons:
            await self._connection.execute(_ADD_CHOICES, buttons)
        return [reply_rows.event_of(row) for row in rows]

    async def save_suppressed(self, claim: TurnClaim, replies: tuple[Reply, ...], at: datetime) -> None:
        await self._connection.execute(_ADD_MESSAGES, reply_rows.suppressed(claim, replies, at))

    async def save_understanding(self, message_id: UUID, result: TurnResult) -> None:
        understanding = result.understanding or {}
        values = {
            "message": message_id,
            "understood": result.understanding,
            "ran": list(result.actions),
            "spoken": reply_rows.known_language(understanding.get("language")),
        }
        await self._connection.execute(_UNDERSTAND, values)

    async def save_state(self, conversation_id: UUID, state: JsonObject | None, at: datetime) -> None:
        if state is None:
            await self._connection.execute(_FORGET_STATE, {"conversation": conversation_id})
            return
        row = {"conversation_id": conversation_id, "state": state, "updated_at": at}
        await self._connection.execute(_upsert_state(self._connection.dialect.name), row)


def _pending(row: AnyRow) -> PendingMessage:
    return PendingMessage(
        id=row.message_id,
        seq=row.seq,
        text=row.text,
        choice=row.choice,
        attempts=row.attempts,
        first_failed_at=row.first_failed_at,
        notice_given=row.notice_given,
    )


def _fence(claim: TurnClaim) -> dict[str, Any]:
    return {"conversation": claim.conversation_id, "held": claim.lease_token, "at_epoch": claim.epoch}


def _closed(row: AnyRow | None) -> Closed | None:
    if row is None:
        return None
    return Closed(row.last_seq, row.epoch, row.account, row.customer_id, kept=row.lease_token is not None)
