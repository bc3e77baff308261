"""`python -m crm_store.backup make FOLDER`, `… check FOLDER` and `… restore FOLDER` (docs/backup.md)."""

import argparse
import asyncio
import sys
from pathlib import Path

from crm_store.backup import BackupError, Manifest, make_backup, restore_backup
from crm_store.backup.manifest import check_manifest
from crm_store.domain.errors import KothaStoreError
from crm_store.place import add_place, without_password


def main(arguments: list[str] | None = None) -> int:
    """Do it and say so in one line; 1 and one line on stderr when it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        manifest = asyncio.run(_do(options))
    except BackupError as error:
        told = f": {error}" if str(error) else ""
        sys.stderr.write(f"{type(error).__name__}{told}. {_advice(error)}\n")
        return 1
    except KothaStoreError as error:
        sys.stderr.write(f"{without_password(options.database)} could not be used: {error}\n")
        return 1
    missing = f", {len(manifest.missing)} files were missing" if manifest.missing else ""
    sys.stdout.write(
        f"{options.verb}: {sum(manifest.rows.values())} rows and {len(manifest.attachments)} files "
        f"of {manifest.made_at} are whole{missing}{_store(options)}.\n"
    )
    return 0


def _store(options: argparse.Namespace) -> str:
    """Which store was meant: whoever saved the wrong one wants to see it now."""
    word = {"make": "from", "restore": "into"}.get(options.verb)
    return f", {word} {without_password(options.database)}" if word else ""


def _advice(error: BackupError) -> str:
    return " ".join((type(error).__doc__ or "").split())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crm_store.backup")
    parser.add_argument("verb", choices=("make", "check", "restore"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of the backup; a new one for `make`")
    add_place(parser)
    return parser


async def _do(options: argparse.Namespace) -> Manifest:
    match options.verb:
        case "make":
            return await make_backup(options.database, attachments=options.attachments, folder=options.folder)
        case "restore":
            return await restore_backup(options.folder, options.database, attachments=options.attachments)
    return check_manifest(options.folder)


if __name__ == "__main__":
    sys.exit(main())
