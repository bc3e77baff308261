"""Everything kept of one customer, as files a person and a program can read."""

import base64
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from crm_store.domain.attachments import place_of
from crm_store.sql import SqlStore
from crm_store.sql.belongings import Belongings, files_of, find_customer, list_belongings
from crm_store.sql.statements import AnyRow

FORMAT: Final = 1
README: Final = Path(__file__).with_name("export_readme.md")
# Hashes of what opens a session or a link say nothing about the customer.
LEFT_OUT: Final = frozenset({"token_hash", "secret_hash"})
OWNER_ONLY: Final = 0o700


class FolderInUse(Exception):
    """The folder exists and is not empty. Name a new one: an export is never mixed with anything."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    rows: dict[str, int]
    files: int
    missing: int
    """Files whose rows are there while they are not."""


async def export_customer(store: SqlStore, ref: str, *, output: Path, attachments: Path) -> Exported:
    """Write it all into a new folder. Raises UnknownCustomer, MergedInto, FolderInUse."""
    _check_unused(output)
    async with store.read() as uow:
        belongings = await list_belongings(uow.connection, await find_customer(uow.connection, ref))
        exported_at = uow.now
    tables = {name: [_object(row) for row in rows] for name, rows in sorted(belongings.items())}
    data = {"format": FORMAT, "customer": ref, "exported_at": exported_at, "tables": tables}
    _write(data, output)
    copied, missing = _copy_files(belongings, attachments, output / "attachments")
    return Exported({name: len(rows) for name, rows in tables.items()}, copied, missing)


def _check_unused(output: Path) -> None:
    if output.exists() and any(output.iterdir()):
        raise FolderInUse


def _write(data: dict[str, Any], output: Path) -> None:
    output.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    output.chmod(OWNER_ONLY)  # an empty folder that was there already may have been open to all
    (output / "data.json").write_bytes(orjson.dumps(data, default=_plain, option=orjson.OPT_INDENT_2))
    shutil.copyfile(README, output / "README.md")


def _object(row: AnyRow) -> dict[str, Any]:
    return {str(name): value for name, value in row._mapping.items() if name not in LEFT_OUT}


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _copy_files(belongings: Belongings, folder: Path, output: Path) -> tuple[int, int]:
    files = files_of(belongings)
    found = [(id_, name, folder / place_of(stored_as)) for id_, name, stored_as in files]
    there = [(id_, name, path) for id_, name, path in found if path.is_file()]
    if there:
        output.mkdir(mode=OWNER_ONLY)
    for id_, name, path in there:
        shutil.copyfile(path, output / f"{id_}{Path(name).suffix}")
    return len(there), len(files) - len(there)
