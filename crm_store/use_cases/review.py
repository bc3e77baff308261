"""The first half of learning: keep what may have been misunderstood, give it to a person to label."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from crm_store.domain.review import (
    CustomerMessage,
    ReviewCandidate,
    ReviewReason,
    guesses_of,
    masked_text,
)
from crm_store.domain.turns import TurnClaim, TurnResult
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

MARKED_AT_ONCE: Final = 500  # ids in one statement; SQLite takes 32,766 at most


async def keep_for_review(
    uow: UnitOfWork, claim: TurnClaim, result: TurnResult, reason: ReviewReason
) -> None:
    """Within a turn's transaction: keep the message, or the one before it when that went wrong."""
    current = CustomerMessage(claim.message.text or "", result.understanding)
    messages = [current]
    if reason is not ReviewReason.NOT_UNDERSTOOD:
        before = await uow.review.find_message_before(claim.conversation_id, claim.message.seq)
        messages = [before] if before else []
        if reason is ReviewReason.CORRECTED:
            messages.append(current)
    kept = [_candidate(uow, claim, message, reason) for message in messages]
    await uow.review.add([one for one in kept if one.text])


async def list_review_candidates(
    store: Store, *, exported_too: bool = False, limit: int
) -> list[ReviewCandidate]:
    """The oldest first; without those that somebody has taken away already."""
    async with store.read() as uow:
        return await uow.review.list_oldest(exported_too=exported_too, limit=limit)


async def mark_exported(store: Store, ids: Sequence[UUID]) -> None:
    """They are with somebody who labels them and are not listed again."""
    async with store.begin() as uow:
        for first in range(0, len(ids), MARKED_AT_ONCE):
            await uow.review.mark_exported(ids[first : first + MARKED_AT_ONCE], uow.now)
        await uow.commit()


def _candidate(
    uow: UnitOfWork, claim: TurnClaim, message: CustomerMessage, reason: ReviewReason
) -> ReviewCandidate:
    understanding = message.understanding or {}
    names = (claim.facts.customer_name, claim.facts.customer_name_bn)
    return ReviewCandidate(
        id=new_id(),
        conversation_id=claim.conversation_id,
        text=masked_text(message, tuple(name for name in names if name)),
        language=str(understanding.get("language") or ""),
        guesses=guesses_of(understanding),
        reason=reason,
        model=str(understanding.get("model") or ""),
        at=uow.now,
    )
