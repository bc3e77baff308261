"""What a search finds, as docs/contracts/console.md says, and what the index is made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

MAX_SNIPPET: Final = 160
# Of each kind when all kinds are looked through at once.
BEST_OF_EACH: Final = 5


class SearchKind(StrEnum):
    CUSTOMERS = "customers"
    ORDERS = "orders"
    CONVERSATIONS = "conversations"


@dataclass(frozen=True, slots=True)
class ListedPerson:
    id: UUID
    name: str
    name_bn: str | None
    phone: str | None
    email: str | None
    tier: str | None


@dataclass(frozen=True, slots=True)
class PersonName:
    """Whose an order or a conversation is; all None while nobody is known."""

    id: UUID | None
    name: str | None
    name_bn: str | None


@dataclass(frozen=True, slots=True)
class FoundOrder:
    number: str
    status: str
    customer: PersonName
    placed_at: datetime
    total: int
    currency: str


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """`seq` is the newest message that holds what was looked for, `at` when it was written."""

    id: UUID
    at: datetime
    state: str
    customer: PersonName
    snippet: str
    seq: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    customers: tuple[ListedPerson, ...] = ()
    orders: tuple[FoundOrder, ...] = ()
    conversations: tuple[FoundConversation, ...] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class IndexedMessage:
    """A message on its way into the index."""

    id: UUID
    conversation_id: UUID
    seq: int
    at: datetime
    text: str
    intent: str | None = None


@dataclass(frozen=True, slots=True)
class IndexedCustomer:
    id: UUID
    name: str
    name_bn: str | None
    email: str | None
    phone: str | None
    created_at: datetime


class IndexPass(StrEnum):
    """The indexer's ways through the data: all that is there once, then what is new or has changed."""

    ALL_CUSTOMERS = "all_customers"
    ALL_MESSAGES = "all_messages"
    NEW_MESSAGES = "new_messages"
    CHANGED_CUSTOMERS = "changed_customers"


# The position of a pass that has come to its end.
DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class IndexBatch:
    """What a pass indexes in one go, from the position `begins` to `reaches`."""

    pass_: IndexPass
    begins: str
    reaches: str
    customers: tuple[IndexedCustomer, ...] = ()
    messages: tuple[IndexedMessage, ...] = ()


def snippet_of(text: str, query: str) -> str:
    """The part of a message around what was looked for, on one line."""
    line = " ".join(text.split())
    place = max(0, line.casefold().find(query.strip().casefold()))
    start = max(0, min(place - MAX_SNIPPET // 3, len(line) - MAX_SNIPPET))
    shown = line[start : start + MAX_SNIPPET]
    return ("…" if start else "") + shown + ("…" if start + MAX_SNIPPET < len(line) else "")
