"""Waiting for a person: who is there, how long it takes, and where an answer can reach the customer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_store.domain.opening_hours import Availability

CHANNEL_PREFIX: Final = "channel:"


# The outbox's name for letters: what is left to be answered by e-mail, where the service can send any.
MAIL: Final = "email"


class ReachBy(StrEnum):
    """How an answer reaches a customer."""

    CHAT = "chat"
    """In the conversation it was asked in."""
    CHANNEL = "channel"
    """In another channel that is linked to the same customer."""
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True)
class WayToAnswer:
    """One way to reach the customer. `label` is what they are shown of it: masked, or a channel's name."""

    key: str
    by: ReachBy
    label: str


@dataclass(frozen=True)
class Waiting:
    """How things stand for somebody who waits, or would wait, for a person."""

    hours: Availability
    present: int
    """Agents at the console who take conversations."""
    place: int | None
    """The conversation's place in the queue, from 1; None when it does not wait."""
    minutes: int | None
    """How long others waited lately; None when nobody did."""

    @property
    def somebody_there(self) -> bool:
        return self.hours.open_now and self.present > 0


@dataclass(frozen=True)
class LeftMessage:
    """What a customer left in writing, and where it will be answered. No ticket without proven identity."""

    way: WayToAnswer
    ticket_number: str | None


@dataclass(frozen=True)
class AnswersTo:
    """Where else the answer to what was left was promised to arrive; `mailed`: the service sends it there."""

    by: str
    to: str | None
    mailed: bool


CHAT: Final = WayToAnswer(ReachBy.CHAT.value, ReachBy.CHAT, "")
