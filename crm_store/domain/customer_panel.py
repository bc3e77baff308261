"""A customer as the console's panel shows them: the shape of docs/contracts/console.md."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import JsonObject
from crm_store.domain.customers import Consents
from crm_store.domain.search import PersonName


@dataclass(frozen=True, slots=True)
class PanelValue:
    lifetime: int
    currency: str
    orders: int
    returns: int


@dataclass(frozen=True, slots=True)
class PanelCustomer:
    id: UUID
    name: str
    name_bn: str | None
    email: str | None
    phone: str | None
    language: str | None
    tier: str
    timezone: str
    created_at: datetime
    consents: Consents
    value: PanelValue
    loyalty_points: int


@dataclass(frozen=True, slots=True)
class PanelIdentity:
    """`name` is what they call themselves there; `linked_at`: connected by a one-time link or code."""

    id: UUID
    channel: str
    account: str
    source_id: str
    name: str | None
    proof: str
    created_at: datetime
    linked_at: datetime | None
    unreachable_at: datetime | None
    unreachable_reason: str | None


@dataclass(frozen=True, slots=True)
class PanelMerge:
    """A line of the journal: `merged` went into `kept`; parted again at `undone_at`."""

    id: UUID
    kept: PersonName
    merged: PersonName
    agent: AgentName | None
    reason: str
    at: datetime
    undone_at: datetime | None
    undone_by: AgentName | None


@dataclass(frozen=True, slots=True)
class PanelTicket:
    number: str
    subject: str
    kind: str
    status: str
    opened_at: datetime
    solved_at: datetime | None
    order_number: str | None


@dataclass(frozen=True, slots=True)
class PanelRating:
    rating: int
    comment: str | None
    about: str
    agent: AgentName | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PanelAddress:
    label: str | None
    line: str
    area: str
    city: str
    postcode: str | None
    phone: str | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class CustomerPanel:
    """`orders` are order cards with their `id`, the newest first."""

    customer: PanelCustomer
    identities: tuple[PanelIdentity, ...]
    orders: tuple[JsonObject, ...]
    tickets: tuple[PanelTicket, ...]
    ratings: tuple[PanelRating, ...]
    addresses: tuple[PanelAddress, ...]
    merges: tuple[PanelMerge, ...]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something that happened with a customer, on whatever channel, in both of the agents' languages."""

    at: datetime
    kind: str
    channel: str | None
    conversation_id: UUID | None
    actor: str
    en: str
    bn: str
    facts: JsonObject
