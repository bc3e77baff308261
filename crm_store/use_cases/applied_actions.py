"""Changes that are made once, however often their action is run (DESIGN.md, "Actions")."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import UnknownConversation, VerificationNeeded
from crm_store.domain.identities import ConversationParty
from crm_store.use_cases.ports.history import ActionKey, AgentActionKey, AnyActionKey
from crm_store.use_cases.recorded_results import dump_result, load_result
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "ActionKey",
    "AgentActionKey",
    "AnyActionKey",
    "access_customer",
    "access_party",
    "apply_once",
    "verified_customer",
]

T = TypeVar("T")
Change = Callable[[UnitOfWork, ConversationParty], Awaitable[T]]


async def access_party(uow: UnitOfWork, conversation_id: UUID, *, lock: bool = False) -> ConversationParty:
    """Who the conversation is with. Raises UnknownConversation."""
    party = await uow.customers.find_party(conversation_id, lock=lock)
    if party is None:
        raise UnknownConversation(str(conversation_id))
    return party


async def access_customer(uow: UnitOfWork, conversation_id: UUID) -> UUID:
    """The id of the customer, proven well enough for personal data (G5). Raises VerificationNeeded."""
    return verified_customer(await access_party(uow, conversation_id))


def verified_customer(party: ConversationParty) -> UUID:
    """The customer of a verified party. Raises VerificationNeeded for anybody else."""
    if party.customer_id is None or not party.is_verified:
        raise VerificationNeeded(str(party.conversation_id))
    return party.customer_id


async def apply_once(
    store: Store,
    conversation_id: UUID,
    key: AnyActionKey,
    kind: type[T],
    change: Change[T],
    *,
    for_anybody: bool = False,
) -> T:
    """Run `change`, remember its answer under `key` and commit; or give the remembered answer.

    Raises VerificationNeeded before either, unless it is `for_anybody`. A refused change raises and leaves
    nothing behind, so it can be tried again.
    """
    async with store.begin() as uow:
        # Locking the conversation makes two runs with one key take turns.
        party = await access_party(uow, conversation_id, lock=True)
        if not for_anybody:
            verified_customer(party)
        recorded = await _find_result(uow, conversation_id, key)
        if recorded is not None:
            return load_result(kind, recorded)
        result = await change(uow, party)
        if isinstance(key, AgentActionKey) and key.rehearsal:
            return result  # left without a commit: nothing happened
        await _save_result(uow, conversation_id, key, dump_result(result))
        await uow.commit()
        return result


async def _find_result(uow: UnitOfWork, conversation_id: UUID, key: AnyActionKey) -> JsonObject | None:
    if isinstance(key, AgentActionKey):
        return None if key.rehearsal else await uow.agent_actions.find_result(conversation_id, key)
    if not await uow.applied_actions.is_message_of(key.message_id, conversation_id):
        raise UnknownConversation(f"message {key.message_id} is not of conversation {conversation_id}")
    return await uow.applied_actions.find_result(key)


async def _save_result(uow: UnitOfWork, conversation_id: UUID, key: AnyActionKey, result: JsonObject) -> None:
    if isinstance(key, AgentActionKey):
        await uow.agent_actions.save_result(conversation_id, key, result, uow.now)
    else:
        await uow.applied_actions.save_result(key, result, uow.now)
