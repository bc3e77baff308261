"""Connecting accounts to customers, and merging customers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from crm_store.domain.identities import CustomerName, Proof
from crm_store.domain.likeness import Home
from crm_store.domain.linking import LinkedAccount, LinkedBy, LinkKind
from crm_store.domain.merging import CustomerRecord, Merge
from crm_store.use_cases.ports.people import Identity

RowKeys = Mapping[str, Sequence[str]]
"""Rows by their table's name."""


@dataclass(frozen=True, slots=True)
class NewLinkToken:
    secret_hash: bytes
    kind: LinkKind
    customer_id: UUID
    conversation_id: UUID | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FoundLinkToken:
    """A link or code that may be used now, or `is_used` already."""

    id: UUID
    kind: LinkKind
    customer_id: UUID
    conversation_id: UUID | None
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """One line of the journal of connections."""

    id: UUID
    identity_id: UUID
    customer_id: UUID
    linked_by: LinkedBy
    at: datetime
    proof_before: Proof
    proof_after: Proof
    agent_id: UUID | None = None
    attached: RowKeys = field(default_factory=dict)


class Links(Protocol):
    async def offer(self, token: NewLinkToken, at: datetime) -> None: ...

    async def withdraw_offers(self, customer_id: UUID, at: datetime) -> None:
        """Links and codes not used yet stop working: the newest is the only one."""
        ...

    async def find_offer(self, secret_hash: bytes, kind: LinkKind, now: datetime) -> FoundLinkToken | None:
        """Unused and not run out; locked until the end of the transaction."""
        ...

    async def open_offer(self, token_id: UUID, identity_id: UUID) -> None:
        """Whoever opened it last is asked."""
        ...

    async def find_opened(self, token_id: UUID, identity_id: UUID, now: datetime) -> FoundLinkToken | None:
        """Opened by this identity, and used or not run out; locked until the end of the transaction."""
        ...

    async def use_offer(self, token_id: UUID, at: datetime) -> bool:
        """False when somebody else used it meanwhile."""
        ...

    async def remove_offers(self, before: datetime) -> int:
        """Those that ran out before then; how many."""
        ...

    async def count_wrong(self, identity_id: UUID, since: datetime) -> int: ...
    async def add_wrong(self, identity_id: UUID, at: datetime, forget_before: datetime) -> None: ...

    async def find_identity(self, identity_id: UUID) -> Identity | None:
        """Locked until the end of the transaction."""
        ...

    async def set_owner(self, identity_id: UUID, customer_id: UUID | None, proof: Proof) -> None: ...

    async def attach_rows(self, identity_id: UUID, customer_id: UUID) -> RowKeys:
        """The identity's conversations nobody owns, and what hangs on them, become the customer's."""
        ...

    async def detach_rows(self, link: IdentityLink, *, asked_in: UUID | None = None) -> None:
        """The opposite, for the rows that were attached and for conversations that still go on.

        What the dialogue remembers of any of them is forgotten: it may be about the customer. Turns under way
        are lost, but for the one of `asked_in`: it says that this was done.
        """
        ...

    async def find_on_website(self, customer_id: UUID) -> UUID | None:
        """The customer's newest conversation on the website that is not resolved."""
        ...

    async def name_of(self, customer_id: UUID) -> CustomerName: ...

    async def add_link(self, link: IdentityLink) -> None: ...
    async def find_link(self, identity_id: UUID) -> IdentityLink | None:
        """The standing connection."""
        ...

    async def end_link(self, link_id: UUID, by: LinkedBy, at: datetime) -> None: ...
    async def list_accounts(self, customer_id: UUID) -> list[LinkedAccount]: ...


class Merges(Protocol):
    async def find_customers(self, ids: Collection[UUID], *, lock: bool = False) -> list[CustomerRecord]:
        """Those that exist."""
        ...

    async def list_owned(self, customer_id: UUID) -> RowKeys:
        """Every row of every table that is this customer's."""
        ...

    async def move(self, rows: RowKeys, giver: UUID, taker: UUID) -> None:
        """Rows that are not the giver's any more stay where they are."""
        ...

    async def copy_words(self, giver: UUID, taker: UUID) -> Sequence[str]:
        """The one who stays is found by the other's words too; which were new."""
        ...

    async def remove_words(self, customer_id: UUID, words: Sequence[str]) -> None: ...

    async def unset_default_addresses(self, customer_id: UUID, rows: RowKeys) -> RowKeys:
        """A customer has one default address: those moved in step back when there is one. Which did."""
        ...

    async def set_default_addresses(self, rows: RowKeys) -> None: ...
    async def change(self, customer_id: UUID, values: Mapping[str, Any]) -> None: ...

    async def add(self, merge: Merge, rows: RowKeys, stepped_back: RowKeys) -> None: ...

    async def find_standing(self, merged_id: UUID) -> Merge | None:
        """The merge this customer went with; locked until the end of the transaction."""
        ...

    async def list_of(self, customer_id: UUID) -> list[Merge]:
        """The merges this customer took part in, newest first."""
        ...

    async def list_rows(self, merge_id: UUID) -> tuple[RowKeys, RowKeys]:
        """The rows moved, and among them the addresses that stepped back."""
        ...

    async def list_later(self, kept_id: UUID, merge: Merge) -> RowKeys:
        """Rows made since, in conversations of the identities that go back with this merge."""
        ...

    async def undo(self, merge_id: UUID, agent_id: UUID | None, at: datetime) -> None: ...

    async def forget_dialogues(self, customer_ids: Collection[UUID]) -> None:
        """What their dialogues remember, turns under way included, may be about the other one."""
        ...

    async def find_candidates(self, words: Sequence[str], at_most: int) -> list[CustomerRecord]:
        """Customers found by any of these words, most of them first; merged ones left out."""
        ...

    async def list_homes(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[Home, ...]]:
        """Where they live; nobody without an address is in it."""
        ...
