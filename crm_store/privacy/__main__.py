"""`python -m crm_store.privacy export REF --output FOLDER` and `… erase REF --yes` (docs/privacy.md)."""

import argparse
import asyncio
import sys
from pathlib import Path

from crm_store.domain.errors import KothaStoreError, MergedInto, UnknownCustomer
from crm_store.place import add_place, without_password
from crm_store.privacy import FolderInUse, erase_customer, export_customer
from crm_store.sql import open_store
from crm_store.sql.compacting import compact
from crm_store.sql.inspection import check_exists


def main(arguments: list[str] | None = None) -> int:
    """Do it and say so in one line; 1 and one line on stderr when it could not be done."""
    options = _parser().parse_args(arguments)
    if options.verb == "erase" and not options.yes:
        sys.stderr.write("Nothing was erased: it cannot be undone, so say --yes.\n")
        return 1
    try:
        sys.stdout.write(asyncio.run(_do(options)) + "\n")
    except UnknownCustomer:
        sys.stderr.write(f"No customer in {without_password(options.database)} has this reference or id.\n")
    except MergedInto:
        sys.stderr.write("This customer was merged into another: name that one, or part the two first.\n")
    except FolderInUse:
        sys.stderr.write("The output folder is not empty: name a new one.\n")
    except KothaStoreError as error:
        sys.stderr.write(f"{without_password(options.database)} could not be used: {error}\n")
    else:
        return 0
    return 1


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("ref", metavar="REF", help="the shop's reference of the customer, or our id")
    add_place(shared)
    parser = argparse.ArgumentParser(prog="python -m crm_store.privacy")
    verbs = parser.add_subparsers(dest="verb", required=True)
    export = verbs.add_parser("export", parents=[shared], help="everything kept of a customer, as files")
    export.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="a new folder")
    erase = verbs.add_parser("erase", parents=[shared], help="all of it, gone")
    erase.add_argument("--yes", action="store_true", help="it cannot be undone")
    erase.add_argument("--compact", action="store_true", help="rewrite the SQLite file too; it locks it")
    return parser


async def _do(options: argparse.Namespace) -> str:
    check_exists(options.database)
    store = await open_store(options.database)
    try:
        if options.verb == "export":
            done = await export_customer(
                store, options.ref, output=options.output, attachments=options.attachments
            )
            gone = f", {done.missing} missing" if done.missing else ""
            return f"{sum(done.rows.values())} rows and {done.files} files{gone} are in {options.output}."
        erased = await erase_customer(store, options.ref, attachments=options.attachments)
    finally:
        await store.close()
    if options.compact:
        compact(options.database)
    return f"{sum(erased.rows.values())} rows and {erased.files} files are gone."


if __name__ == "__main__":
    sys.exit(main())
