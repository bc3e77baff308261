"""Questions and complaints that somebody has to work on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class TicketKind(StrEnum):
    QUESTION = "question"
    COMPLAINT = "complaint"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    PRODUCT = "product"
    OTHER = "other"
    ACCOUNT = "account"  # a detail only a person may change
    ERASURE = "erasure"  # an account, and what is known of its owner, shall go


class TicketStatus(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"


@dataclass(frozen=True)
class Ticket:
    id: UUID
    number: str
    subject: str
    kind: TicketKind
    status: TicketStatus
    opened_at: datetime
    order_number: str | None = None
