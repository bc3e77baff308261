"""Messages of the service itself to a customer, each said once."""

from collections.abc import Sequence
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.turns import ReplyButton
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.insisting import insist
from crm_store.use_cases.ports.conversations import Told
from crm_store.use_cases.pushing import push
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


async def tell(
    store: Store,
    conversation_id: UUID,
    key: str,
    text: str,
    *,
    language: str | None = None,
    buttons: Sequence[ReplyButton] = (),
    card: JsonObject | None = None,
) -> bool:
    """Say something in a conversation, once for each `key`; False when it was said before.

    It leaves like any message, and also when a person has the conversation. Raises UnknownConversation.
    """
    told = Told(new_id(), conversation_id, key, text, language, tuple(buttons), card)

    async def write() -> bool:
        async with store.begin() as uow:
            said = await tell_in(uow, told)
            if said:
                await uow.commit()
            return said

    return await insist(write)


async def tell_in(uow: UnitOfWork, told: Told) -> bool:
    """Within the transaction of what it tells of; after False nothing was said."""
    handled = await uow.handling.find(told.conversation_id, lock=True)
    if handled is None:
        raise UnknownConversation(str(told.conversation_id))
    if await uow.messages.find_accepted(handled.channel, handled.account, told.external_id) is not None:
        return False
    await uow.messages.tell(told, handled.channel, handled.account, uow.now)
    await push(uow, handled, told.id, Author.SYSTEM)
    return True
