"""Addresses kept for coming orders.

Every function raises UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
"""

from uuid import UUID

from crm_store.domain.addresses import MAX_ADDRESSES, AddressLabel, SavedAddress
from crm_store.domain.conversations import Author
from crm_store.domain.errors import TooManyAddresses
from crm_store.domain.identities import ConversationParty
from crm_store.domain.orders import Address, NewAddress
from crm_store.use_cases.applied_actions import ActionKey, access_customer, apply_once, verified_customer
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


async def list_addresses(store: Store, conversation_id: UUID) -> list[SavedAddress]:
    """The customer's addresses, the default one first."""
    async with store.read() as uow:
        return await uow.addresses.list_all(await access_customer(uow, conversation_id))


async def add_address(
    store: Store,
    conversation_id: UUID,
    address: NewAddress,
    *,
    key: ActionKey,
    name: AddressLabel | None = None,
) -> SavedAddress:
    """Keep an address; the first one is the default. Raises TooManyAddresses."""

    async def change(uow: UnitOfWork, party: ConversationParty) -> SavedAddress:
        customer_id = verified_customer(party)
        kept = await uow.addresses.list_all(customer_id)
        if len(kept) >= MAX_ADDRESSES:
            raise TooManyAddresses(str(len(kept)))
        saved = SavedAddress(
            id=new_id(),
            address=_plain(address),
            name=name,
            is_default=not kept,
            created_at=uow.now,
        )
        await uow.addresses.add(customer_id, saved)
        await uow.interactions.append(_added(saved, party, key))
        return saved

    return await apply_once(store, conversation_id, key, SavedAddress, change)


def _plain(address: NewAddress) -> Address:
    return address.replacing(Address(line="", area="", city=""))


def _added(saved: SavedAddress, party: ConversationParty, key: ActionKey) -> Interaction:
    return Interaction(
        kind="address_added",
        at=saved.created_at,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=Author.CUSTOMER,
        facts={"address": saved.address.label, "default": saved.is_default},
    )
