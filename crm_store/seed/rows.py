"""Rows on their way into the tables, and the calendar they are dated by."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from crm_store.domain.opening_hours import SHOP_TIMEZONE

# Fixed, so that seeding twice makes the same rows.
_NAMESPACE: Final = UUID("b1f3a1c0-6f0e-4a57-9d53-0d9f6f0c7e21")


def seed_id(table: str, key: str) -> UUID:
    """The id of a seeded row: always the same for the same key."""
    return uuid5(_NAMESPACE, f"{table}:{key}")


@dataclass(frozen=True)
class Calendar:
    """Days counted from the day of seeding, on the shop's clock."""

    today: date
    now: datetime | None = None
    """When it is seeded, for what has only just happened; None where the day has to be enough."""

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """A moment in UTC. Today's lie right after midnight, so that none is yet to come."""
        clock = time(hour, minute) if days_ago > 0 else time(0, minute // 4)
        return datetime.combine(self.day(days_ago), clock, ZoneInfo(SHOP_TIMEZONE)).astimezone(UTC)

    def minutes_ago(self, minutes: int) -> datetime:
        """A moment shortly before the seeding; of a day alone, shortly before it began."""
        return (self.now or self.at(0, 0)) - timedelta(minutes=minutes)


class Rows:
    """Rows by table name, in the order they were added."""

    def __init__(self) -> None:
        self.tables: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: str, **values: Any) -> None:
        self.tables[table].append(values)

    def add_interaction(
        self, customer_id: UUID, at: datetime, kind: str, *, actor: str = "system", **facts: Any
    ) -> None:
        self.add("interactions", customer_id=customer_id, at=at, kind=kind, actor=actor, facts=facts)
