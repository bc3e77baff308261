"""What a customer may see and decide about themselves."""

from dataclasses import dataclass
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.customers import KnownCustomer, Language
from crm_store.domain.identities import ConversationParty
from crm_store.use_cases.applied_actions import ActionKey, access_party, apply_once, verified_customer
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class LanguageChosen:
    """What is remembered of a run of `set_language`."""

    language: Language


@dataclass(frozen=True)
class PersonalisationChosen:
    """What is remembered of an opt-out or opt-in."""

    allowed: bool


async def current_customer(store: Store, conversation_id: UUID) -> KnownCustomer | None:
    """The customer of this conversation, or None unless the identity is verified (G5).

    Raises UnknownConversation.
    """
    async with store.read() as uow:
        party = await access_party(uow, conversation_id)
        return await uow.customers.find_known(party) if party.is_verified else None


async def find_language(store: Store, conversation_id: UUID) -> str | None:
    """The language a conversation goes on in, as far as it is known."""
    async with store.read() as uow:
        party = await uow.customers.find_party(conversation_id)
    return party.language if party is not None else None


async def set_language(store: Store, conversation_id: UUID, language: str, *, key: ActionKey) -> None:
    """Answer in `language` ("en", "bn", "bn-Latn") from now on; also an anonymous visitor may ask for it.

    Raises ValueError for any other language, UnknownConversation.
    """
    wanted = Language(language)

    async def change(uow: UnitOfWork, party: ConversationParty) -> LanguageChosen:
        await uow.customers.save_language(party, wanted)
        await uow.interactions.append(
            Interaction(
                kind="language_chosen",
                at=uow.now,
                customer_id=party.customer_id if party.is_verified else None,
                conversation_id=conversation_id,
                message_id=key.message_id,
                actor=Author.CUSTOMER,
                facts={"language": wanted.value},
            )
        )
        return LanguageChosen(wanted)

    await apply_once(store, conversation_id, key, LanguageChosen, change, for_anybody=True)


async def opt_out_personalisation(store: Store, conversation_id: UUID, *, key: ActionKey) -> None:
    """Choose no more lines from what is known of the customer. Raises VerificationNeeded."""
    await _set_personalisation(store, conversation_id, key, allowed=False)


async def opt_in_personalisation(store: Store, conversation_id: UUID, *, key: ActionKey) -> None:
    """Take an earlier opt-out back. Raises VerificationNeeded."""
    await _set_personalisation(store, conversation_id, key, allowed=True)


async def _set_personalisation(store: Store, conversation_id: UUID, key: ActionKey, *, allowed: bool) -> None:
    async def change(uow: UnitOfWork, party: ConversationParty) -> PersonalisationChosen:
        customer_id = verified_customer(party)
        await uow.customers.save_personalisation(customer_id, allowed=allowed)
        await uow.interactions.append(
            Interaction(
                kind="personalisation_allowed" if allowed else "personalisation_refused",
                at=uow.now,
                customer_id=customer_id,
                conversation_id=conversation_id,
                message_id=key.message_id,
                actor=Author.CUSTOMER,
            )
        )
        return PersonalisationChosen(allowed)

    await apply_once(store, conversation_id, key, PersonalisationChosen, change)
