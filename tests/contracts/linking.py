"""Somebody opens a one-time link and says that it is theirs."""

from crm_store.domain.linking import Linked
from crm_store.domain.received import Place, Sender
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.linking import confirm_link, open_link
from crm_store.use_cases.unit_of_work import Store


async def redeem_link(store: Store, sender: Sender, place: Place, token: str) -> Linked:
    """Connected. Raises LinkUnusable, IdentityConflict."""
    opened = await open_link(store, sender, place, token, key=str(new_id()))
    return opened.linked or await confirm_link(store, sender, place, opened.offer_id)
