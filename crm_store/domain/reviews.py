"""What a customer thinks of the shop, in stars and words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

WORST: Final = 1
BEST: Final = 5
LOW: Final = 2  # up to here somebody should talk to the customer


class RatedStretch(StrEnum):
    """What a rating is about."""

    BOT = "bot"
    AGENT = "agent"
    ORDER = "order"
    """Left unasked, about the shop."""


@dataclass(frozen=True)
class Review:
    id: UUID
    rating: int
    comment: str | None

    @property
    def is_low(self) -> bool:
        return self.rating <= LOW
