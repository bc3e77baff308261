"""One customer's rows and files, gone; what is left is a line that says how many."""

from dataclasses import dataclass
from pathlib import Path

from crm_store.domain.attachments import SMALL_COPY, place_of
from crm_store.sql import SqlStore
from crm_store.sql.belongings import (
    delete_customer,
    files_of,
    find_customer,
    list_belongings,
    note_erasure,
)


@dataclass(frozen=True)
class Erased:
    """What is no more."""

    rows: dict[str, int]
    files: int


async def erase_customer(store: SqlStore, ref: str, *, attachments: Path) -> Erased:
    """Delete everything of a customer in one transaction, then their files.

    Raises UnknownCustomer, MergedInto. Files go last: should that be interrupted, the gateway's sweeper
    removes what no row names.
    """
    async with store.begin() as uow:
        belongings = await list_belongings(uow.connection, await find_customer(uow.connection, ref))
        await delete_customer(uow.connection, belongings)
        await note_erasure(uow.connection, belongings, uow.now)
        await uow.commit()
    stored = [stored_as for _, _, stored_as in files_of(belongings)]
    for stored_as in stored:
        for name in (stored_as + SMALL_COPY, stored_as):
            (attachments / place_of(name)).unlink(missing_ok=True)
    return Erased({name: len(rows) for name, rows in belongings.items()}, len(stored))
