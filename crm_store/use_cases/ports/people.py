"""Channel identities, the customers behind them, and web sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.identities import Proof
from crm_store.domain.sessions import SessionRecord


@dataclass(frozen=True, slots=True)
class Identity:
    """A person on a channel. `source_id` is the channel's own name for them."""

    id: UUID
    channel: str
    account: str
    source_id: str
    proof: Proof
    customer_id: UUID | None
    display_name: str | None = None
    username: str | None = None
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class NewSession:
    token_hash: bytes
    identity_id: UUID
    conversation_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a signed log-in says about a customer."""

    external_ref: str
    name: str
    name_bn: str | None
    language: str | None


class Identities(Protocol):
    async def add(self, identity: Identity, at: datetime) -> None: ...

    async def find(self, channel: str, account: str, source_id: str) -> Identity | None: ...

    async def save_profile(self, identity: Identity) -> None:
        """What the platform says of them now: names, proof, and that they can be reached."""
        ...

    async def mark_unreachable(self, identity_id: UUID, reason: str, at: datetime) -> None: ...

    async def find_customer(self, external_ref: str) -> UUID | None: ...

    async def add_customer(self, customer_id: UUID, introduction: Introduction, at: datetime) -> None: ...


class Sessions(Protocol):
    async def add(self, session: NewSession, at: datetime) -> None: ...

    async def find(self, token_hash: bytes, *, lock: bool = False) -> SessionRecord | None:
        """A session with its identity and, when there is one, its customer. `lock` until commit."""
        ...

    async def extend(self, token_hash: bytes, until: datetime) -> None: ...

    async def revoke(self, token_hash: bytes, at: datetime) -> None: ...
