"""What a customer may see and decide about themselves."""

from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.customers import KnownCustomer, Language
from crm_store.use_cases.applied_actions import access_customer, access_party
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store


async def current_customer(store: Store, conversation_id: UUID) -> KnownCustomer | None:
    """The customer of this conversation, or None unless the identity is verified (G5).

    Raises UnknownConversation.
    """
    async with store.read() as uow:
        party = await access_party(uow, conversation_id)
        return await uow.customers.find_known(party) if party.is_verified else None


async def set_language(store: Store, conversation_id: UUID, language: str) -> None:
    """Answer in `language` ("en", "bn", "bn-Latn") from now on; also an anonymous visitor may ask for it.

    Raises ValueError for any other language, UnknownConversation.
    """
    wanted = Language(language)
    async with store.begin() as uow:
        party = await access_party(uow, conversation_id)
        await uow.customers.save_language(party, wanted)
        await uow.interactions.append(
            Interaction(
                kind="language_chosen",
                at=uow.now,
                customer_id=party.customer_id if party.is_verified else None,
                conversation_id=conversation_id,
                actor=Author.CUSTOMER,
                facts={"language": wanted.value},
            )
        )
        await uow.commit()


async def opt_out_personalisation(store: Store, conversation_id: UUID) -> None:
    """Choose no more lines from what is known of the customer. Raises VerificationNeeded."""
    await _set_personalisation(store, conversation_id, allowed=False)


async def opt_in_personalisation(store: Store, conversation_id: UUID) -> None:
    """Take an earlier opt-out back. Raises VerificationNeeded."""
    await _set_personalisation(store, conversation_id, allowed=True)


async def _set_personalisation(store: Store, conversation_id: UUID, *, allowed: bool) -> None:
    async with store.begin() as uow:
        customer_id = await access_customer(uow, conversation_id)
        await uow.customers.save_personalisation(customer_id, allowed=allowed)
        await uow.interactions.append(
            Interaction(
                kind="personalisation_allowed" if allowed else "personalisation_refused",
                at=uow.now,
                customer_id=customer_id,
                conversation_id=conversation_id,
                actor=Author.CUSTOMER,
            )
        )
        await uow.commit()
