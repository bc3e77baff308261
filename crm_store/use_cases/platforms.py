"""The platforms themselves: who cannot be reached, what moved, who was revoked, what was unreadable."""

import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.channels import (
    DEAD_LETTERS_KEPT,
    MAX_DEAD_LETTER_BYTES,
    UPDATES_KEPT,
    AccountState,
    ChannelAccount,
    DeadLetter,
    Direction,
)
from crm_store.domain.errors import UnknownDeadLetter
from crm_store.use_cases.insisting import insist
from crm_store.use_cases.ports.channels import NewDeadLetter
from crm_store.use_cases.ports.conversations import PlacedConversation
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

# Only what was going out can go again; more digits than a database's number has are nobody's id.
_OURS: Final = re.compile(rf"{Direction.OUT.value}-([0-9]{{1,18}})")


async def mark_unreachable(store: Store, channel: str, account: str, source_id: str, reason: str) -> None:
    """The platform delivers nothing to them any more (TG7): what waits for them becomes dead letters.

    It ends when they write again.
    """
    async with store.begin() as uow:
        identity = await uow.identities.find(channel, account, source_id)
        if identity is not None and not identity.unreachable:
            await uow.identities.mark_unreachable(identity.id, reason, uow.now)
            await uow.outbox.give_up_on(identity.id, f"unreachable: {reason}", uow.now)
            await uow.commit()


async def mark_reachable(store: Store, channel: str, account: str, source_id: str) -> None:
    """They let us write to them again (a bot that was unblocked); writing themselves says it too."""
    async with store.begin() as uow:
        identity = await uow.identities.find(channel, account, source_id)
        if identity is not None and identity.unreachable:
            await uow.identities.save_profile(identity)
            await uow.commit()


async def move_place(store: Store, channel: str, account: str, old_chat: str, new_chat: str) -> int:
    """A chat has another id now (TG7): its places ("old", "old:topic") and addresses; how many moved."""
    return await insist(lambda: _move(store, channel, account, old_chat, new_chat))


async def _move(store: Store, channel: str, account: str, old: str, new: str) -> int:
    async with store.begin() as uow:
        found = await uow.conversations.list_in_place(channel, account, old)
        for conversation in found:
            place = new + conversation.place.removeprefix(old)
            if await uow.conversations.find_unresolved(conversation.identity_id, place) is not None:
                place = conversation.place  # they have written there already; this one is answered there
            await uow.conversations.relocate(conversation.id, place, _moved(conversation, old, new))
        await uow.commit()
        return len(found)


def _moved(conversation: PlacedConversation, old: str, new: str) -> dict[str, object]:
    """The address with the new chat; its number stays a number."""
    address = dict(conversation.address or {})
    if str(address.get("chat")) == old:
        address["chat"] = int(new) if isinstance(address["chat"], int) else new
    return address


async def set_account_state(
    store: Store, channel: str, account: str, state: AccountState, reason: str | None = None
) -> None:
    """A workspace or bot was revoked (SL12: what is to be sent waits), or is ours again."""
    async with store.begin() as uow:
        await uow.platforms.save_account(channel, account, state, reason, uow.now)
        await uow.commit()


async def list_channel_accounts(store: Store, channel: str | None = None) -> list[ChannelAccount]:
    """The accounts whose state was ever told."""
    async with store.read() as uow:
        return await uow.platforms.list_accounts(channel)


async def lease_polling(store: Store, channel: str, account: str, holder: UUID, *, seconds: float) -> bool:
    """Whether `holder` may ask the platform for this account's updates for so long; 0 seconds gives it back.

    Two pollers of one account would take each other's updates, or be refused.
    """
    async with store.begin() as uow:
        until = uow.now + timedelta(seconds=seconds)
        held = await uow.platforms.lease_polling(channel, account, holder, until, uow.now)
        await uow.commit()
        return held


async def keep_dead_letter(
    store: Store,
    channel: str,
    account: str,
    external_id: str | None,
    reason: str,
    body: bytes,
    *,
    source_id: str | None = None,
) -> None:
    """Keep what a platform sent and nobody can read, for a week; a huge body in part. `source_id`: whose."""
    async with store.begin() as uow:
        letter = NewDeadLetter(
            channel=channel,
            account=account,
            external_id=external_id,
            identity_id=await _find_id(uow, channel, account, source_id),
            reason=reason,
            body=body[:MAX_DEAD_LETTER_BYTES],
            size=len(body),
        )
        await uow.platforms.add_dead_letter(letter, uow.now)
        await uow.commit()


async def _find_id(uow: UnitOfWork, channel: str, account: str, source_id: str | None) -> UUID | None:
    identity = await uow.identities.find(channel, account, source_id) if source_id is not None else None
    return identity.id if identity is not None else None


async def list_dead_letters(
    store: Store, *, before: datetime | None = None, limit: int = 50
) -> list[DeadLetter]:
    """What did not arrive, of ours on a platform or of a platform here; the newest first."""
    async with store.read() as uow:
        return await uow.platforms.list_dead_letters(before, limit)


async def send_again(store: Store, letter_id: str) -> str:
    """Put a dead letter of ours back first in its line; its channel. Raises UnknownDeadLetter."""
    found = _OURS.fullmatch(letter_id)
    if found is None:
        raise UnknownDeadLetter(letter_id)
    async with store.begin() as uow:
        channel = await uow.outbox.revive(int(found[1]), uow.now)
        if channel is None:
            raise UnknownDeadLetter(letter_id)
        await uow.commit()
        return channel


async def forget_old_updates(store: Store) -> int:
    """Forget updates nobody repeats any more, dead letters nobody looked at, links that ran out; how many."""
    async with store.begin() as uow:
        gone = await uow.platforms.remove_updates(uow.now - UPDATES_KEPT)
        gone += await uow.platforms.remove_dead_letters(uow.now - DEAD_LETTERS_KEPT)
        gone += await uow.links.remove_offers(uow.now - UPDATES_KEPT)
        await uow.commit()
        return gone
