"""Review candidates in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author
from crm_store.domain.review import CustomerMessage, Guess, ReviewCandidate, ReviewReason
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import messages, review_candidates

_R: Final = review_candidates.c
_M: Final = messages.c
_BEFORE: Final = (
    sa.select(_M.text, _M.understanding)
    .where(
        _M.conversation_id == sa.bindparam("conversation"),
        _M.seq < sa.bindparam("at_seq"),
        _M.author == Author.CUSTOMER.value,
        _M.choice.is_(None),
        _M.text.is_not(None),
    )
    .order_by(_M.seq.desc())
    .limit(1)
)


class SqlReviewCandidates:
    """See `crm_store.use_cases.ports.review.ReviewCandidates`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, candidates: Sequence[ReviewCandidate]) -> None:
        if candidates:
            await self._connection.execute(review_candidates.insert(), [_row(one) for one in candidates])

    async def find_message_before(self, conversation_id: UUID, seq: int) -> CustomerMessage | None:
        values = {"conversation": conversation_id, "at_seq": seq}
        row = (await self._connection.execute(_BEFORE, values)).one_or_none()
        return CustomerMessage(row.text, row.understanding) if row else None

    async def list_oldest(self, *, exported_too: bool, limit: int) -> list[ReviewCandidate]:
        query = sa.select(review_candidates).order_by(_R.id).limit(limit)
        if not exported_too:
            query = query.where(_R.exported_at.is_(None))
        return [_candidate(row) for row in await self._connection.execute(query)]

    async def mark_exported(self, ids: Sequence[UUID], at: datetime) -> None:
        await self._connection.execute(
            review_candidates.update().where(_R.id.in_(ids), _R.exported_at.is_(None)).values(exported_at=at)
        )


def _row(candidate: ReviewCandidate) -> dict[str, object]:
    return {
        "id": candidate.id,
        "conversation_id": candidate.conversation_id,
        "text": candidate.text,
        "language": candidate.language,
        "guesses": [[guess.intent, guess.confidence] for guess in candidate.guesses],
        "reason": candidate.reason.value,
        "model": candidate.model,
        "at": candidate.at,
    }


def _candidate(row: AnyRow) -> ReviewCandidate:
    return ReviewCandidate(
        id=row.id,
        conversation_id=row.conversation_id,
        text=row.text,
        language=row.language,
        guesses=tuple(Guess(intent, confidence) for intent, confidence in row.guesses),
        reason=ReviewReason(row.reason),
        model=row.model,
        at=row.at,
    )
