"""`python -m crm_store.migrations [--database URL] [--to REVISION]`: migrate and say so in one line."""

import argparse
import sys

from crm_store.domain.errors import KothaStoreError
from crm_store.migrations import HEAD, upgrade
from crm_store.place import find_place, without_password


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crm_store.migrations")
    parser.add_argument(
        "--database",
        default=find_place().database,
        metavar="URL",
        help="sqlite:///path or postgresql+asyncpg://...; default: KOTHA_DATABASE_URL",
    )
    parser.add_argument("--to", default=HEAD, metavar="REVISION", help="head (default), base, or a revision")
    options = parser.parse_args(arguments)
    try:
        revision = upgrade(options.database, options.to)
    except KothaStoreError as error:
        sys.stderr.write(f"The database could not be migrated: {error}\n")
        return 1
    sys.stdout.write(f"{without_password(options.database)} is at revision {revision}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
