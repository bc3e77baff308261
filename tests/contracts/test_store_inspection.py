"""What operators are told of a database, on both kinds."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_store.domain.agents import Role
from crm_store.domain.errors import StoreUnavailable
from crm_store.migrations import BASE, find_revisions
from crm_store.sql import SqlStore
from crm_store.sql.inspection import inspect_database, inspect_desk, inspect_outbox
from crm_store.use_cases.outbox import claim_outbox, mark_failed
from crm_store.use_cases.turns import commit_turn
from tests.agents import make_agent
from tests.contracts.conftest import Clock
from tests.contracts.conversing import answer, claim
from tests.contracts.telegraphing import make_person


async def test_the_database_is_set_up_as_the_store_does_it(store_url: str) -> None:
    condition = await inspect_database(store_url)
    assert condition.dialect == ("sqlite" if store_url.startswith("sqlite") else "postgresql")
    assert (condition.journal_mode, condition.foreign_keys) == ("wal", True)


async def test_a_databases_clock_is_told_where_it_has_one(store_url: str) -> None:
    condition = await inspect_database(store_url)
    if condition.dialect == "sqlite":
        assert condition.clock is None
    else:
        assert condition.clock is not None
        assert abs((condition.clock - datetime.now(UTC)).total_seconds()) < 60


async def test_the_revision_is_told_without_changing_it(store_url: str) -> None:
    current, head = await find_revisions(store_url)
    assert current == head != BASE


async def test_agents_are_counted_with_their_administrators(store: SqlStore, store_url: str) -> None:
    assert (await inspect_desk(store_url)).active == 0
    await make_agent(store)
    await make_agent(store, "Imran", role=Role.ADMIN)
    desk = await inspect_desk(store_url)
    assert (desk.active, desk.admins) == (2, 1)


async def test_an_empty_outbox_has_nothing_to_tell(store_url: str) -> None:
    condition = await inspect_outbox(store_url)
    assert (condition.pending, condition.oldest, condition.undelivered, condition.unreadable) == (
        0,
        None,
        0,
        0,
    )


async def test_what_waits_and_what_failed_is_counted(store: SqlStore, store_url: str, clock: Clock) -> None:
    rahima = make_person(store)
    began = clock.time
    await rahima.write()
    await commit_turn(store, await claim(store), answer("Hello!"), keep_lease=False)
    waiting = await inspect_outbox(store_url)
    assert (waiting.pending, waiting.oldest, waiting.undelivered) == (1, began, 0)
    item = await claim_outbox(store, lease_seconds=60)
    assert item is not None
    await mark_failed(store, item, error="blocked", retry_after=None)
    failed = await inspect_outbox(store_url)
    assert (failed.pending, failed.undelivered) == (0, 1)


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.sqlite3"
    for inspect in (inspect_database, inspect_desk, inspect_outbox, find_revisions):
        with pytest.raises(StoreUnavailable):
            await inspect(f"sqlite:///{file}")
    assert not file.exists()
