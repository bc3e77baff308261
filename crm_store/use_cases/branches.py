"""The shop's stores; public. Where the customer lives is not."""

from uuid import UUID

from crm_store.domain.branches import Branch
from crm_store.use_cases.applied_actions import access_customer
from crm_store.use_cases.unit_of_work import Store


async def list_branches(store: Store) -> list[Branch]:
    """Every store, with its hours."""
    async with store.read() as uow:
        return list(await uow.branches.list_all())


async def find_home_city(store: Store, conversation_id: UUID) -> str | None:
    """The city the customer's newest order went to. Raises VerificationNeeded, UnknownConversation."""
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        orders = await uow.orders.list_newest(customer_id, limit=1)
    return orders[0].address.city if orders else None
