"""What is compared before and after: rows of each table, and the files that rows name."""

import sqlalchemy as sa

from crm_store.sql.engine import open_database, translated_errors
from crm_store.sql.tables import attachments, metadata


async def count_rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    database = open_database(url)
    try:
        with translated_errors():
            async with database.connect(writes=False) as connection:
                counts = {}
                for table in metadata.sorted_tables:
                    query = sa.select(sa.func.count()).select_from(table)
                    counts[str(table.name)] = int((await connection.execute(query)).scalar_one())
                return counts
    finally:
        await database.close()


async def list_stored_files(url: str) -> list[str]:
    """What the files of all rows are stored as."""
    database = open_database(url)
    try:
        with translated_errors():
            async with database.connect(writes=False) as connection:
                query = sa.select(attachments.c.stored_as).order_by(attachments.c.stored_as)
                return list((await connection.execute(query)).scalars())
    finally:
        await database.close()
