"""The audit log of the console: every change and every disclosure."""

from uuid import UUID

from crm_store.domain.audit import AuditEntry, NewAuditEntry
from crm_store.use_cases.unit_of_work import Store


async def write_audit(store: Store, entry: NewAuditEntry) -> None:
    """Keep it; the caller answers only afterwards."""
    async with store.begin() as uow:
        await uow.audit.add(entry, uow.now)
        await uow.commit()


async def list_audit(
    store: Store,
    *,
    before: int | None = None,
    agent_id: UUID | None = None,
    kind: str | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """The newest first; `before` is the id of the last one seen."""
    async with store.read() as uow:
        return await uow.audit.list_newest(before=before, agent_id=agent_id, kind=kind, limit=limit)
