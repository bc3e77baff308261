"""Files nobody owns any more leave the disk: never sent, half received, or of somebody erased (G7)."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.attachments.folder import AttachmentFolder
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.attachments import forget_unsent, list_ownerless
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

FIRST_SECONDS: Final = 60.0  # a service that is restarted often sweeps too
EVERY_SECONDS: Final = 3600.0
# A file is written a moment before its row: only what is older than any upload can be nobody's.
GRACE_SECONDS: Final = 1800.0
AT_ONCE: Final = 500  # names asked of the store in one statement


@dataclass
class Sweeper:
    """Looks now and then. Several nodes may: what one has removed the others do not find."""

    store: Store
    folder: AttachmentFolder
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="attachment-sweeper")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def sweep(self, *, grace: float = GRACE_SECONDS) -> int:
        """Remove what nobody owns; how many files went."""
        gone = [*await forget_unsent(self.store)]
        old = await self.folder.list_older_than(grace)
        for start in range(0, len(old), AT_ONCE):
            gone += await list_ownerless(self.store, old[start : start + AT_ONCE])
        for stored_as in gone:
            await self.folder.remove(stored_as)
        return len(gone)

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                removed = await self.sweep()
                log.info("attachments.swept", removed=removed)
            except (KothaStoreError, OSError) as error:
                log.warning("attachments.sweep_failed", error=type(error).__name__)
            except Exception:  # the next sweep may go well; without one, erased files stay (G7)
                log.exception("attachments.sweep_failed")
            await asyncio.sleep(EVERY_SECONDS)
