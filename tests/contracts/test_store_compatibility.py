"""Expand and contract: which code may work over a schema that somebody else has already moved on."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import SchemaUnfit
from crm_store.migrations import Fit, check_schema, migrate
from crm_store.migrations.compatibility import FIRST_THAT_SAYS, oldest_code, scripts
from crm_store.sql.engine import open_database
from crm_store.sql.tables import schema_compatibility

VERSION = sa.table("alembic_version", sa.column("version_num", sa.String()))
HEAD = str(scripts().get_current_head())


async def test_a_database_at_this_codes_revision_fits(empty_url: str) -> None:
    await migrate(empty_url)
    assert await check_schema(empty_url) is Fit.SAME


async def test_a_database_that_is_behind_has_to_be_migrated_first(empty_url: str) -> None:
    await migrate(empty_url, "0015")
    with pytest.raises(SchemaUnfit, match="migrate it first"):
        await check_schema(empty_url)


async def test_a_newer_schema_that_only_adds_fits(empty_url: str) -> None:
    await migrate(empty_url)
    await _move_on(empty_url, "9001", oldest_code=HEAD)
    assert await check_schema(empty_url) is Fit.NEWER_COMPATIBLE


async def test_a_newer_schema_that_took_something_away_does_not_fit(empty_url: str) -> None:
    await migrate(empty_url)
    await _move_on(empty_url, "9002", oldest_code="9002")
    with pytest.raises(SchemaUnfit, match="run the newer code"):
        await check_schema(empty_url)


async def test_older_code_leaves_a_newer_schema_alone(empty_url: str) -> None:
    """A node that is started again in the middle of a rolling restart migrates first, as always."""
    await migrate(empty_url)
    await _move_on(empty_url, "9001", oldest_code=HEAD)
    assert await migrate(empty_url) == "9001"


async def test_older_code_says_that_it_cannot_migrate_what_it_cannot_use(empty_url: str) -> None:
    await migrate(empty_url)
    await _move_on(empty_url, "9002", oldest_code="9002")
    with pytest.raises(SchemaUnfit, match="run the newer code"):
        await migrate(empty_url)


async def test_migrating_writes_down_the_oldest_code_that_still_works(empty_url: str) -> None:
    await migrate(empty_url)
    assert await _read(empty_url) == [oldest_code(scripts(), HEAD)]
    await migrate(empty_url, FIRST_THAT_SAYS)
    assert await _read(empty_url) == [oldest_code(scripts(), FIRST_THAT_SAYS)]


def test_the_strictest_migration_on_the_way_counts(make_scripts: Callable[..., Path]) -> None:
    folder = make_scripts(("0017", "0015"), ("0018", "0018"), ("0019", "0018"), ("0020", None))
    known = scripts(folder)
    assert oldest_code(known, "0017") == "0015"
    assert oldest_code(known, "0019") == "0018"
    assert oldest_code(known, "0020") == "0020"  # it did not say: taken for one that takes away


def test_every_migration_says_whom_it_still_serves() -> None:
    silent = [
        script.revision
        for script in scripts().walk_revisions()
        if script.revision >= FIRST_THAT_SAYS and not hasattr(script.module, "works_with")
    ]
    assert silent == []


@pytest.fixture
def make_scripts(tmp_path: Path) -> Callable[..., Path]:
    """A folder of migrations: pairs of a revision and what it says of `works_with` (None: nothing)."""

    def make(*pairs: tuple[str, str | None]) -> Path:
        versions = tmp_path / "versions"
        versions.mkdir()
        before = "0015"
        (versions / "0015.py").write_text("revision = '0015'\ndown_revision = None\n")
        for revision, works_with in pairs:
            said = f"works_with = '{works_with}'\n" if works_with else ""
            text = f"revision = '{revision}'\ndown_revision = '{before}'\n{said}"
            (versions / f"{revision}.py").write_text(text)
            before = revision
        return tmp_path

    return make


async def _move_on(url: str, revision: str, *, oldest_code: str) -> None:
    """What a newer version's migration leaves behind: a table more, its revision, and its word."""
    database = open_database(url)
    async with database.connect(writes=True) as connection:
        for statement in (
            sa.text("CREATE TABLE parcels_of_tomorrow (id INTEGER PRIMARY KEY)"),
            sa.text("ALTER TABLE customers ADD COLUMN favourite_colour VARCHAR(20)"),
            VERSION.update().values(version_num=revision),
            schema_compatibility.update().values(oldest_code=oldest_code),
        ):
            await connection.execute(statement)
        await connection.commit()
    await database.close()


async def _read(url: str) -> list[str]:
    database = open_database(url)
    async with database.connect(writes=False) as connection:
        found = (await connection.execute(sa.text("SELECT oldest_code FROM schema_compatibility"))).scalars()
        codes = list(found)
    await database.close()
    return codes
