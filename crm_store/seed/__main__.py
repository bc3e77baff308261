"""`python -m crm_store.seed --database URL`: fill a migrated database with the demo shop, once."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from crm_store.domain.errors import KothaStoreError
from crm_store.domain.opening_hours import shop_date
from crm_store.seed.demo_shop import seed_demo_shop


def main(arguments: Sequence[str] | None = None) -> int:
    """Seed and say so in one line; 1 and one line on standard error when that failed."""
    parser = argparse.ArgumentParser(prog="python -m crm_store.seed", description=__doc__)
    parser.add_argument(
        "--database",
        required=True,
        metavar="URL",
        help="sqlite:///PATH or postgresql+asyncpg://...",
    )
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=None,
        metavar="YYYY-MM-DD",
        help="the day to date back from",
    )
    options = parser.parse_args(arguments)
    now = None if options.today else datetime.now(UTC)
    today = options.today or shop_date(datetime.now(UTC))
    try:
        seeded = asyncio.run(seed_demo_shop(options.database, today=today, now=now))
    except KothaStoreError as error:
        sys.stderr.write(f"The demo shop could not be seeded: {error} ({type(error).__name__})\n")
        return 1
    sys.stdout.write(
        f"Demo shop: {'60 customers and a year of orders added' if seeded else 'already there'}.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
