"""Web sessions: what a visitor's token stands for."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.identities import CustomerName, Proof

WEB: Final = "web"
# Source ids of signed log-ins: this and the shop's own id of the customer.
LOGGED_IN: Final = "user:"
TOKEN_BYTES: Final = 32
# A visitor who comes back within a month finds the conversation again; each renewal starts it anew.
ANONYMOUS_LIFETIME: Final = timedelta(days=30)
# A proven identity shows orders, so a forgotten log-in on a shared phone must not last as long.
IDENTIFIED_LIFETIME: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WebSession:
    """A session as its owner sees it; `token` is known to nobody else (the store keeps its hash)."""

    token: str
    expires_at: datetime
    conversation_id: UUID
    identity_id: UUID
    identified: bool
    customer: CustomerName | None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as the store sees it."""

    account: str
    identity_id: UUID
    conversation_id: UUID
    expires_at: datetime
    revoked: bool
    proof: Proof
    customer_id: UUID | None
    customer: CustomerName | None

    @property
    def lifetime(self) -> timedelta:
        return lifetime_of(self.proof)


def lifetime_of(proof: Proof) -> timedelta:
    return IDENTIFIED_LIFETIME if proof.is_verified else ANONYMOUS_LIFETIME


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """A plain hash is enough: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
