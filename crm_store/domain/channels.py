"""What is true of the platforms themselves: their accounts, and what of theirs went wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

# Telegram sends again for a day, Slack for some hours; ids are kept longer than anybody repeats (TG2: 48 h).
UPDATES_KEPT: Final = timedelta(hours=72)
DEAD_LETTERS_KEPT: Final = timedelta(
    days=7
)  # long enough for somebody to look, short enough for private words
MAX_DEAD_LETTER_BYTES: Final = 64 * 1024  # enough to see what is wrong; platforms send far less


class AccountState(StrEnum):
    """Whether the platform still lets us speak for a workspace or bot (SL12)."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    """A workspace or bot whose state was told; one that was never told of is active."""

    channel: str
    account: str
    state: AccountState
    reason: str | None
    changed_at: datetime
    name: str | None = None
    """What customers know it by: "@kotha_shop_bot"."""
    connect_url: str | None = None
    """What opens it with a one-time link; "{token}" stands for the link's secret."""


class Direction(StrEnum):
    """Which way a dead letter was going."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that did not arrive: of ours on a platform (it can be sent again), or of a platform here."""

    id: str
    direction: Direction
    channel: str
    account: str
    at: datetime
    reason: str
    conversation_id: UUID | None = None
    external_id: str | None = None
    size: int | None = None
    uncertain: bool = False
    """It may have arrived after all."""
