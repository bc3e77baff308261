"""Sending to push channels: claim, send by parts, mark. In order; after a take-over only agents' words."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from crm_store.domain.conversations import OutboxStatus
from crm_store.domain.errors import MessageWithdrawn, TurnLost
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.outbox import Again, Ending
from crm_store.use_cases.unit_of_work import Store

FORGOTTEN_AT_ONCE: Final = 1000  # some 10 ms of SQLite's one writer

__all__ = [
    "OutboxItem",
    "claim_outbox",
    "extend_outbox_lease",
    "forget_sent",
    "mark_failed",
    "mark_part_sent",
    "mark_sent",
    "mark_uncertain",
]


async def claim_outbox(
    store: Store, *, lease_seconds: float, channel: str | None = None
) -> OutboxItem | None:
    """Claim the message due longest (of one channel); None when nothing is due.

    A message whose conversation changed hands since it was made is not sent but marked suppressed (G3); one
    to somebody who cannot be reached is a dead letter. After `lease_seconds` without a mark somebody else
    may claim it: its next part may have been sent, and `uncertain` counts that.
    """
    while True:
        async with store.begin() as uow:
            token = new_id()
            leased = await uow.outbox.lease(
                token, uow.now + timedelta(seconds=lease_seconds), uow.now, channel
            )
            if leased is None:
                return None
            item, ending = await uow.outbox.load(leased, uow.now)
            if ending is not None:
                ending = replace(ending, parts=item.sent_parts)
                await uow.outbox.finish(leased, token, ending, uow.now)
            await uow.commit()
            if ending is None:
                return item


async def extend_outbox_lease(store: Store, item: OutboxItem, *, lease_seconds: float) -> None:
    """Still at it: nobody else may claim it for another `lease_seconds` from now. Raises TurnLost."""
    async with store.begin() as uow:
        until = uow.now + timedelta(seconds=lease_seconds)
        if not await uow.outbox.extend(item.id, item.lease_token, until):
            raise TurnLost(str(item.message_id))
        await uow.commit()


async def mark_part_sent(
    store: Store, item: OutboxItem, parts: tuple[str, ...], *, lease_seconds: float
) -> None:
    """These parts are confirmed, more are to come: none of them is ever sent again.

    Raises TurnLost, and MessageWithdrawn when a person took over meanwhile: the rest is not to be sent.
    """
    async with store.begin() as uow:
        until = uow.now + timedelta(seconds=lease_seconds)
        if not await uow.outbox.confirm_part(item.id, item.lease_token, parts, until):
            raise TurnLost(str(item.message_id))
        _, ending = await uow.outbox.load(item.id, uow.now)
        if ending is not None:
            await uow.outbox.finish(item.id, item.lease_token, replace(ending, parts=parts), uow.now)
        await uow.commit()
    if ending is not None:
        raise MessageWithdrawn(str(item.message_id))


async def mark_sent(
    store: Store, item: OutboxItem, *, external_id: str | None = None, parts: tuple[str, ...] = ()
) -> None:
    """It was delivered, as the platform's `parts` (or the one `external_id`). Raises TurnLost."""
    sent = parts or ((external_id,) if external_id else ())
    await _finish(store, item, Ending(OutboxStatus.SENT, sent))


async def mark_uncertain(store: Store, item: OutboxItem, *, error: str) -> None:
    """Perhaps delivered, perhaps twice; it is not sent again. People see it. Raises TurnLost."""
    await _finish(store, item, Ending(OutboxStatus.UNCERTAIN, item.sent_parts, error))


async def mark_failed(
    store: Store,
    item: OutboxItem,
    *,
    error: str,
    retry_after: float | None,
    uncertain: bool = False,
    untried: bool = False,
) -> None:
    """It was not delivered: try again in `retry_after` seconds, or give up (None) and let the next one pass.

    `uncertain`: nobody knows whether it was. `untried`: it was only held back. Raises TurnLost.
    """
    if retry_after is None:
        await _finish(store, item, Ending(OutboxStatus.DEAD, item.sent_parts, error))
        return
    async with store.begin() as uow:
        retry_at = uow.now + timedelta(seconds=retry_after)
        again = Again(retry_at, error, uncertain=uncertain, untried=untried)
        if not await uow.outbox.retry(item.id, item.lease_token, again):
            raise TurnLost(str(item.message_id))
        await uow.commit()


async def forget_sent(store: Store, *, kept: timedelta, after: int = 0) -> int | None:
    """Forget one batch of what arrived longer than `kept` ago; where the next begins, None when that was all.

    In the order they were made, so that no index is needed and a batch is short; what did not arrive stays.
    """
    async with store.read() as uow:
        stretch = await uow.outbox.find_stretch(after, FORGOTTEN_AT_ONCE)
        oldest_kept = uow.now - kept
    if stretch is None:
        return None
    async with store.begin() as uow:
        if await uow.outbox.remove_sent(after, stretch.until, oldest_kept):
            await uow.commit()
    return stretch.until if stretch.newest < oldest_kept else None


async def _finish(store: Store, item: OutboxItem, ending: Ending) -> None:
    async with store.begin() as uow:
        if not await uow.outbox.finish(item.id, item.lease_token, ending, uow.now):
            raise TurnLost(str(item.message_id))
        await uow.commit()
