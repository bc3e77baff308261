"""Reading and changing what is kept about a customer."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from crm_store.domain.accounts import Account
from crm_store.domain.customers import KnownCustomer, Language
from crm_store.domain.identities import ConversationParty


class Customers(Protocol):
    async def find_party(self, conversation_id: UUID, *, lock: bool = False) -> ConversationParty | None:
        """Who this conversation is with. `lock` keeps other changes of it waiting until commit."""
        ...

    async def find_known(self, party: ConversationParty) -> KnownCustomer | None:
        """What is known about the customer behind `party`."""
        ...

    async def list_known_refs(self, refs: Collection[str]) -> set[str]:
        """Those of the shop's own customer ids that the store knows."""
        ...

    async def save_language(self, party: ConversationParty, language: Language) -> None:
        """Remember the language of the conversation and, when `party` is verified, of the customer."""
        ...

    async def save_personalisation(self, customer_id: UUID, *, allowed: bool) -> None: ...

    async def find_account(self, customer_id: UUID) -> Account | None: ...

    async def save_name(self, customer_id: UUID, name: str, name_bn: str | None) -> None:
        """Remember the full name, and the given name in it to address the customer by."""
        ...

    async def save_marketing(self, customer_id: UUID, *, allowed: bool) -> None: ...
