"""Sending to push channels: claim, send, mark. In order; after a take-over only agents' words."""

from datetime import timedelta

from crm_store.domain.conversations import OutboxStatus
from crm_store.domain.errors import TurnLost
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store

__all__ = ["OutboxItem", "claim_outbox", "mark_failed", "mark_sent"]


async def claim_outbox(
    store: Store, *, lease_seconds: float, channel: str | None = None
) -> OutboxItem | None:
    """Claim the message due longest (of one channel); None when nothing is due.

    A message whose conversation changed hands since it was made is not sent but marked suppressed (G3).
    After `lease_seconds` without a mark somebody else may claim it: it may have been sent, so reconcile
    where `attempts` is above 1.
    """
    while True:
        async with store.begin() as uow:
            token = new_id()
            leased = await uow.outbox.lease(
                token, uow.now + timedelta(seconds=lease_seconds), uow.now, channel
            )
            if leased is None:
                return None
            item, still_wanted = await uow.outbox.load(leased)
            if not still_wanted:
                await uow.outbox.finish(leased, token, OutboxStatus.SUPPRESSED, uow.now, None, None)
            await uow.commit()
            if still_wanted:
                return item


async def mark_sent(store: Store, item: OutboxItem, *, external_id: str | None) -> None:
    """It was delivered, as the platform's `external_id`. Raises TurnLost when the lease ran out."""
    async with store.begin() as uow:
        held = await uow.outbox.finish(
            item.id, item.lease_token, OutboxStatus.SENT, uow.now, external_id, None
        )
        if not held:
            raise TurnLost(str(item.message_id))
        await uow.commit()


async def mark_failed(store: Store, item: OutboxItem, *, error: str, retry_after: float | None) -> None:
    """It was not delivered: try again in `retry_after` seconds, or give up (None) and let the next one pass.

    Raises TurnLost when the lease ran out.
    """
    async with store.begin() as uow:
        if retry_after is None:
            held = await uow.outbox.finish(item.id, item.lease_token, OutboxStatus.DEAD, uow.now, None, error)
        else:
            retry_at = uow.now + timedelta(seconds=retry_after)
            held = await uow.outbox.retry(item.id, item.lease_token, retry_at, error)
        if not held:
            raise TurnLost(str(item.message_id))
        await uow.commit()
