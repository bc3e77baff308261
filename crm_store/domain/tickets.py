"""Questions and complaints that somebody has to work on."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.opening_hours import add_bank_days

# What the shop's people promise: whoever opened a ticket hears from them within so many working days.
ANSWER_WORKING_DAYS: Final = 2


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


def answered_by(today: date) -> date:
    """The day by which somebody has answered a ticket, or checked a return, of today."""
    return add_bank_days(today, ANSWER_WORKING_DAYS)
