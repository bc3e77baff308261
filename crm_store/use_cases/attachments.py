"""Uploaded files: kept unsent, sent once with a message, seen by the conversation's people, forgotten.

The store knows where a file lies (`stored_as`) and never touches it: who asks for a file to be forgotten
deletes it (`bot.attachments`). Rows go with their conversation, identity or message, so a file without a
row belongs to nobody any more.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.attachments import MOST_UNSENT, Attachment, Uploader
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import TooManyUploads, UnknownAttachment
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

KEPT_UNSENT: Final = timedelta(days=1)


async def keep_attachment(store: Store, attachment: Attachment, uploader: Uploader) -> None:
    """Remember an uploaded file. Raises TooManyUploads when the uploader has enough unsent ones."""
    async with store.begin() as uow:
        if await uow.attachments.count_unsent(uploader) >= MOST_UNSENT:
            raise TooManyUploads(str(MOST_UNSENT))
        await uow.attachments.add(attachment, uploader, uow.now)
        await uow.commit()


async def check_may_upload(store: Store, uploader: Uploader) -> None:
    """Before the bytes are read. Raises TooManyUploads."""
    async with store.read() as uow:
        if await uow.attachments.count_unsent(uploader) >= MOST_UNSENT:
            raise TooManyUploads(str(MOST_UNSENT))


async def access_attachment_of_customer(
    store: Store, attachment_id: UUID, *, conversation_id: UUID, identity_id: UUID
) -> Attachment:
    """A file of the customer's conversation, or their own upload. Raises UnknownAttachment."""
    async with store.read() as uow:
        found = await uow.attachments.find_for_customer(
            attachment_id, conversation_id=conversation_id, identity_id=identity_id
        )
    return _known(found, attachment_id)


async def access_attachment_of_conversation(
    store: Store, attachment_id: UUID, *, conversation_id: UUID
) -> Attachment:
    """A file that a message of this conversation carries, to send it on. Raises UnknownAttachment."""
    async with store.read() as uow:
        found = await uow.attachments.find_of_conversation(attachment_id, conversation_id)
    return _known(found, attachment_id)


async def access_attachment_of_agent(store: Store, attachment_id: UUID, *, agent_id: UUID) -> Attachment:
    """A file that was sent, or the agent's own upload. Raises UnknownAttachment."""
    async with store.read() as uow:
        found = await uow.attachments.find_for_agent(attachment_id, agent_id)
    return _known(found, attachment_id)


async def check_unsent(uow: UnitOfWork, ids: Sequence[UUID], uploader: Uploader) -> list[JsonObject]:
    """What a new message says of its files, in their order. Raises UnknownAttachment."""
    if not ids:
        return []
    found = {one.id: one for one in await uow.attachments.list_unsent(uploader, ids)}
    return [_known(found.get(each), each).as_object() for each in ids]


async def send_with(uow: UnitOfWork, ids: Sequence[UUID], *, conversation_id: UUID, message_id: UUID) -> None:
    """The files belong to the message now. Raises UnknownAttachment when another message was quicker."""
    if not ids:
        return
    sent = await uow.attachments.send(ids, conversation_id=conversation_id, message_id=message_id)
    if sent != len(ids):
        raise UnknownAttachment(str(ids[0]))


async def forget_unsent(store: Store) -> list[str]:
    """Forget uploads of more than a day ago that no message carries; the caller deletes these files."""
    async with store.begin() as uow:
        gone = await uow.attachments.remove_unsent(uow.now - KEPT_UNSENT)
        await uow.commit()
        return gone


async def list_ownerless(store: Store, stored_as: Collection[str]) -> set[str]:
    """Those of these files that nobody owns any more (erased, or never finished): delete them."""
    async with store.read() as uow:
        return set(stored_as) - await uow.attachments.list_known(stored_as)


async def list_files_of_customer(store: Store, customer_id: UUID) -> list[str]:
    """Every file that has to be deleted when this customer is erased (G7); ask before erasing."""
    async with store.read() as uow:
        return await uow.attachments.list_of_customer(customer_id)


def _known(found: Attachment | None, attachment_id: UUID) -> Attachment:
    if found is None:
        raise UnknownAttachment(str(attachment_id))
    return found
