"""What is known of a customer when a turn begins."""

from dataclasses import dataclass, fields
from typing import Final

from crm_store.domain.conversations import JsonObject


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """The facts that personalise a turn, named as in docs/contracts/engine-turn.md; None when unknown.

    For an unproven identity everything personal is None, and for a customer who opted out of
    personalisation so is what would only serve to choose a line.
    """

    language: str | None = None
    customer_name: str | None = None
    customer_name_bn: str | None = None
    verified: bool = False
    tier: str | None = None
    returning: bool | None = None
    open_orders: int | None = None
    late_order: str | None = None
    open_tickets: int | None = None
    last_rating: int | None = None
    handoff_pending: bool = False
    mood: str | None = None
    place: str = "private"
    """`public`: others read along, and nothing here is personal."""
    channel: str = "web"
    elsewhere: JsonObject | None = None
    """What they last talked about on another channel, while this conversation is young:
    {"channel", "topic", "order", "at"}."""
    handed_back: JsonObject | None = None
    """What an agent who gave the conversation back left for the next turn:
    {"outcome", "summary", "resume", "agent": {"name", "name_bn"}, "at", "changes": [{"kind", "facts"}]}."""

    def as_dict(self) -> JsonObject:
        """The `facts` object of the engine's turn endpoint, sharing what is nested in them."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES: Final = tuple(field.name for field in fields(CustomerFacts))
