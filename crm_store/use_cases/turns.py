"""Turns: claim the oldest unanswered message, commit what came of it, in one transaction each."""

from datetime import datetime, timedelta
from uuid import UUID

from crm_store.domain.conversations import Author, ConversationEvent
from crm_store.domain.errors import TurnLost
from crm_store.domain.moods import mood_shown
from crm_store.domain.review import ReviewReason
from crm_store.domain.sessions import WEB
from crm_store.domain.turns import (
    NOTICE_ORDINAL,
    CommittedTurn,
    PendingMessage,
    Reply,
    ReplyButton,
    TurnAsks,
    TurnClaim,
    TurnResult,
)
from crm_store.use_cases.conversations import backlog, list_waiting
from crm_store.use_cases.handoffs import Asked, ask_for_person
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.outbox import NewOutboxItem
from crm_store.use_cases.ports.turns import Closed, Closing, Lease, Postponement
from crm_store.use_cases.review import keep_for_review
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "CommittedTurn",
    "PendingMessage",
    "Reply",
    "ReplyButton",
    "TurnAsks",
    "TurnClaim",
    "TurnResult",
    "backlog",
    "claim_turn",
    "commit_turn",
    "extend_lease",
    "hand_over_turn",
    "list_waiting",
    "postpone_turn",
    "release_turn",
]


async def claim_turn(
    store: Store, *, lease_seconds: float, conversation_id: UUID | None = None
) -> TurnClaim | None:
    """Claim the oldest unanswered message of the conversation that is due longest, or of this one.

    None when there is nothing to do. Of several claimers exactly one gets a conversation; until
    `lease_seconds` have passed nobody else does.
    """
    async with store.begin() as uow:
        lease = _new_lease(uow.now, lease_seconds)
        leased = await uow.turns.lease(lease, uow.now, conversation_id)
        if leased is None:
            return None
        claim = await uow.turns.load(leased, lease, uow.now)
        await uow.commit()
        return claim


async def commit_turn(
    store: Store,
    claim: TurnClaim,
    result: TurnResult,
    *,
    keep_lease: bool,
    review: ReviewReason | None = None,
    ask: TurnAsks | None = None,
) -> CommittedTurn:
    """Store the replies, the new dialogue state and what goes out, and count the message as answered.

    With `ask` a person is asked for in the same transaction, unless one was asked for already.
    With a `review` reason what was misunderstood is kept, masked, for a person to label.
    With `keep_lease` and another message waiting, `next` is its turn. When somebody took over meanwhile,
    the replies are kept but never shown. Raises TurnLost.
    """
    async with store.begin() as uow:
        keep = _new_lease(uow.now, claim.lease_seconds) if keep_lease else None
        mood = mood_shown(result.understanding, claim.facts.mood)
        closing = Closing(shown=len(result.replies), language=result.language, keep=keep, mood=mood)
        closed = await uow.turns.close(claim, closing)
        await uow.turns.save_understanding(claim.message.id, result)
        if closed is None:
            return await _suppress(uow, claim, result.replies)
        events = await _show(uow, claim, closed, result.replies)
        await uow.turns.save_state(claim.conversation_id, result.state, uow.now)
        if review is not None:
            await keep_for_review(uow, claim, result, review)
        if ask is not None:
            await _ask_for_person(uow, claim, ask)
        following = None
        if keep is not None and closed.kept:
            following = await uow.turns.load(claim.conversation_id, keep, uow.now)
        await uow.commit()
        return CommittedTurn(
            suppressed=False,
            last_seq=closed.last_seq,
            next=following,
            events=events,
            changed_hands=ask is not None or closed.epoch != claim.epoch,
        )


async def postpone_turn(
    store: Store, claim: TurnClaim, *, retry_after: float, notice: Reply | None
) -> CommittedTurn:
    """Count a failure and try the message again in `retry_after` seconds.

    The `notice` tells the customer, once per message; it does not answer it. Raises TurnLost.
    """
    told = notice is not None and not claim.message.notice_given
    async with store.begin() as uow:
        retry_at = uow.now + timedelta(seconds=retry_after)
        later = Postponement(retry_at, failed=True, shown=int(told))
        closed = await uow.turns.postpone(claim, later, uow.now)
        if closed is None:
            return await _suppress(uow, claim, ())
        events: tuple[ConversationEvent, ...] = ()
        if notice is not None and told:
            events = await _show(uow, claim, closed, (notice,), first_ordinal=NOTICE_ORDINAL)
        await uow.commit()
        return CommittedTurn(suppressed=False, last_seq=closed.last_seq, events=events)


async def release_turn(store: Store, claim: TurnClaim) -> None:
    """Give a turn back untried (the service stops): anybody may claim it at once. Raises TurnLost."""
    async with store.begin() as uow:
        untried = Postponement(uow.now, failed=False, shown=0)
        if await uow.turns.postpone(claim, untried, uow.now) is None:
            await _suppress(uow, claim, ())
        await uow.commit()


async def extend_lease(store: Store, claim: TurnClaim) -> None:
    """Keep the conversation for another `claim.lease_seconds` from now. Raises TurnLost."""
    async with store.begin() as uow:
        until = uow.now + timedelta(seconds=claim.lease_seconds)
        if not await uow.turns.extend(claim, until):
            raise TurnLost(str(claim.conversation_id))
        await uow.commit()


async def hand_over_turn(store: Store, claim: TurnClaim, *, reason: str, reply: Reply) -> CommittedTurn:
    """Ask for a person, tell the customer so, and count the message as answered. Raises TurnLost.

    Opens a hand-over unless one is open. The bot stays the owner until an agent claims the conversation.
    """
    async with store.begin() as uow:
        closing = Closing(shown=1, language=reply.language, handed_over=True)
        closed = await uow.turns.close(claim, closing)
        if closed is None:
            return await _suppress(uow, claim, (reply,))
        events = await _show(uow, claim, closed, (reply,))
        await _ask_for_person(uow, claim, TurnAsks(reason))
        await uow.commit()
        return CommittedTurn(suppressed=False, last_seq=closed.last_seq, events=events, changed_hands=True)


def _new_lease(now: datetime, seconds: float) -> Lease:
    return Lease(new_id(), now + timedelta(seconds=seconds), seconds)


async def _show(
    uow: UnitOfWork, claim: TurnClaim, closed: Closed, replies: tuple[Reply, ...], *, first_ordinal: int = 0
) -> tuple[ConversationEvent, ...]:
    if not replies:
        return ()
    events = await uow.turns.save_replies(
        claim, replies, last_seq=closed.last_seq, first_ordinal=first_ordinal, at=uow.now
    )
    if claim.channel == WEB:
        return tuple(events)  # browsers read the messages themselves
    items = [
        NewOutboxItem(
            conversation_id=claim.conversation_id,
            message_id=event.id,
            in_reply_to=claim.message.id,
            ordinal=ordinal,
            channel=claim.channel,
            account=closed.account,
            author=reply.author,
            epoch=claim.epoch,
        )
        for ordinal, (event, reply) in enumerate(zip(events, replies, strict=True), first_ordinal)
    ]
    await uow.outbox.add(items, uow.now)
    return tuple(events)


async def _suppress(uow: UnitOfWork, claim: TurnClaim, replies: tuple[Reply, ...]) -> CommittedTurn:
    """The turn's epoch or lease moved: keep the replies out of sight, or refuse when the lease is lost."""
    last_seq = await uow.turns.suppress(claim, uow.now)
    if last_seq is None:
        raise TurnLost(str(claim.conversation_id))
    if replies:
        await uow.turns.save_suppressed(claim, replies, uow.now)
    await uow.commit()
    return CommittedTurn(suppressed=True, last_seq=last_seq)


async def _ask_for_person(uow: UnitOfWork, claim: TurnClaim, ask: TurnAsks) -> None:
    if await uow.handoffs.find_open(claim.conversation_id) is not None:
        return
    party = await uow.customers.find_party(claim.conversation_id)
    if party is None:
        raise TurnLost(str(claim.conversation_id))
    await ask_for_person(
        uow, party, Asked(ask.reason, claim.message.id, Author.SYSTEM, ask.summary, ask.priority)
    )
