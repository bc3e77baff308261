"""What people change of what they wrote: edits and deletions, as new events in the message's place."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from crm_store.domain.received import Edited
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.insisting import insist
from crm_store.use_cases.ports.received import NewVersion, Version
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Update:
    """Which message an update is about."""

    channel: str
    account: str
    external_id: str
    update_id: str | None


Change = Callable[[UnitOfWork, Version], Awaitable[Edited]]


async def edit_received(
    store: Store, channel: str, account: str, external_id: str, text: str, *, update_id: str | None = None
) -> Edited | None:
    """The sender changed the text of a message; None when we do not know it.

    A new event stands in its place; the earlier texts are kept for people to compare. What no turn has
    answered is answered as edited, what was answered is not answered again.
    """

    async def edit(uow: UnitOfWork, newest: Version) -> Edited:
        return await _edit(uow, newest, text)

    return await _change(store, _Update(channel, account, external_id, update_id), edit)


async def delete_received(
    store: Store, channel: str, account: str, external_id: str, *, update_id: str | None = None
) -> Edited | None:
    """The sender deleted a message; None when we do not know it.

    Nobody can read it any more, in any version; that it was there, and when it went, remains. What no turn
    has answered is not answered.
    """
    return await _change(store, _Update(channel, account, external_id, update_id), _delete)


async def _change(store: Store, update: _Update, change: Change) -> Edited | None:
    return await insist(lambda: _change_once(store, update, change))


async def _change_once(store: Store, update: _Update, change: Change) -> Edited | None:
    async with store.begin() as uow:
        seen = update.update_id is not None and not await uow.platforms.add_update(
            update.channel, update.account, update.update_id, uow.now
        )
        newest = await uow.received.lock_newest(update.channel, update.account, update.external_id, uow.now)
        if newest is None:
            await uow.commit()  # the update is remembered all the same
            return None
        edited = _unchanged(newest) if seen else await change(uow, newest)
        await uow.commit()
        return edited


def _unchanged(newest: Version) -> Edited:
    return Edited(newest.conversation_id, newest.id, newest.seq, newest.waits, duplicate=True)


async def _edit(uow: UnitOfWork, newest: Version, text: str) -> Edited:
    if newest.deleted or newest.text == text:
        return _unchanged(newest)
    # A turn under way answers the old text; the new one is answered after it, so that nothing is lost.
    if newest.waits and not newest.in_flight:
        await uow.received.hush(newest.id)
    version = NewVersion(new_id(), newest.conversation_id, newest.first_id, text, quiet=not newest.waits)
    seq = await uow.received.add_version(version, uow.now)
    if newest.waits and not newest.in_flight:
        await uow.received.recount(newest.conversation_id, drop_lease=False, at=uow.now)
    return Edited(newest.conversation_id, version.id, seq, waits=newest.waits)


async def _delete(uow: UnitOfWork, newest: Version) -> Edited:
    if newest.deleted:
        return _unchanged(newest)
    await uow.received.forget_texts(newest.conversation_id, newest.first_id, uow.now)
    version = NewVersion(
        new_id(), newest.conversation_id, newest.first_id, None, quiet=True, deleted_at=uow.now
    )
    seq = await uow.received.add_version(version, uow.now)
    await uow.received.recount(newest.conversation_id, drop_lease=newest.in_flight, at=uow.now)
    return Edited(newest.conversation_id, version.id, seq, waits=False)
