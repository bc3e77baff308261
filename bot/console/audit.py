"""What is kept of every change and every disclosure at the console."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from crm_store.domain.audit import NewAuditEntry
from crm_store.use_cases.audit import write_audit
from crm_store.use_cases.unit_of_work import Store

# A console asks for the same page again and again; one line a quarter of an hour says as much as a hundred.
SAME_SIGHT_SECONDS: Final = 15 * 60.0
MOST_SIGHTS: Final = 10_000


@dataclass
class Audit:
    """Writes to the audit log, always before the answer leaves."""

    store: Store
    _sights: OrderedDict[tuple[object, ...], float] = field(default_factory=OrderedDict)

    async def note(
        self,
        kind: str,
        agent_id: UUID | None,
        *,
        conversation_id: UUID | None = None,
        customer_id: UUID | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep a change."""
        entry = NewAuditEntry(kind, agent_id, conversation_id, customer_id, dict(facts or {}))
        await write_audit(self.store, entry)

    async def saw(
        self,
        kind: str,
        agent_id: UUID,
        *,
        conversation_id: UUID | None = None,
        customer_id: UUID | None = None,
    ) -> None:
        """Keep a disclosure, once in a while for the same thing."""
        sight = (kind, agent_id, conversation_id, customer_id)
        if time.monotonic() - self._sights.get(sight, float("-inf")) < SAME_SIGHT_SECONDS:
            return
        await self.note(kind, agent_id, conversation_id=conversation_id, customer_id=customer_id)
        self._sights[sight] = time.monotonic()
        self._sights.move_to_end(sight)
        if len(self._sights) > MOST_SIGHTS:
            self._sights.popitem(last=False)
