"""What the doctor says of the data folder and the database in it."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.doctor import database, storage
from bot.doctor.findings import Level
from crm_store.migrations import find_revisions, migrate
from crm_store.sql.inspection import DatabaseCondition, OutboxCondition
from tests.unit.doctor.conftest import MakePatient


async def test_a_missing_folder_is_not_made(make_patient: MakePatient, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    found = await storage.check_data_folder(make_patient(data_dir=folder).settings)
    assert found.level is Level.FAIL
    assert not folder.exists()


async def test_a_database_others_may_read_is_closed(make_patient: MakePatient, tmp_path: Path) -> None:
    settings, file = make_patient().settings, tmp_path / "kotha.sqlite3"
    file.touch(mode=0o600)
    assert (await storage.check_data_folder(settings)).level is Level.OK
    file.chmod(0o644)
    found = await storage.check_data_folder(settings)
    assert found.level is Level.FAIL
    assert f"chmod go= {file}" in found.advice


async def test_a_full_disk_is_noticed_before_it_is_full(
    make_patient: MakePatient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_patient().settings
    assert (await storage.check_disk(settings)).level is Level.OK
    monkeypatch.setattr(storage, "WARN_FREE_BYTES", 10**18)
    assert (await storage.check_disk(settings)).level is Level.WARN
    monkeypatch.setattr(storage, "FAIL_FREE_BYTES", 10**18)
    assert (await storage.check_disk(settings)).level is Level.FAIL


async def test_looking_makes_no_database(make_patient: MakePatient, tmp_path: Path) -> None:
    settings = make_patient().settings
    assert (await database.check_database(settings)).level is Level.FAIL
    assert (await database.check_migrations(settings)).level is Level.FAIL
    assert not (tmp_path / "kotha.sqlite3").exists()


async def test_an_old_revision_is_told_with_the_command_that_moves_it(make_patient: MakePatient) -> None:
    settings = make_patient().settings
    await migrate(settings.store_url, "0003")
    assert await find_revisions(settings.store_url) == ("0003", (await find_revisions(settings.store_url))[1])
    found = await database.check_migrations(settings)
    assert found.level is Level.FAIL
    assert "crm_store.migrations" in found.advice


async def test_a_migrated_database_is_well_and_lacks_only_agents(make_patient: MakePatient) -> None:
    patient = make_patient()
    await migrate(patient.settings.store_url)
    assert (await database.check_database(patient.settings)).level is Level.OK
    assert (await database.check_migrations(patient.settings)).level is Level.OK
    assert (await database.check_outbox(patient)).level is Level.OK
    found = await database.check_agents(patient)
    assert (found.level, found.message) == (Level.FAIL, "there is no active agent")


@pytest.mark.parametrize(("role", "level"), [("agent", Level.WARN), ("admin", Level.OK)])
async def test_somebody_must_be_administrator(make_patient: MakePatient, role: str, level: Level) -> None:
    patient = make_patient()
    await migrate(patient.settings.store_url)
    with sqlite3.connect(patient.settings.store_url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "INSERT INTO agents (id, name, email, password_hash, role, languages, status, max_load,"
            " preferences, active, created_at) VALUES"
            " ('0192f0c1000070008000000000000001', 'Nadia', 'n@shop.example', '', ?, '[]',"
            " 'available', 3, '{}', 1, '2026-01-01 00:00:00.000000')",
            (role,),
        )
    connection.close()
    assert (await database.check_agents(patient)).level is level


@pytest.mark.parametrize(("apart", "level"), [(0.2, Level.OK), (2.0, Level.WARN), (5.0, Level.FAIL)])
async def test_a_database_with_another_time_is_noticed(
    make_patient: MakePatient, monkeypatch: pytest.MonkeyPatch, apart: float, level: Level
) -> None:
    async def inspect(_url: str) -> DatabaseCondition:
        return DatabaseCondition(
            "postgresql", "15", "wal", True, datetime.now(UTC) - timedelta(seconds=apart)
        )

    monkeypatch.setattr(database, "inspect_database", inspect)
    assert (await database.check_database(make_patient().settings)).level is level


@pytest.mark.parametrize(
    ("condition", "waits", "level"),
    [
        (OutboxCondition(3, None, 0, 0), timedelta(), Level.OK),
        (OutboxCondition(3, None, 0, 0), timedelta(hours=1), Level.WARN),
        (OutboxCondition(0, None, 1, 0), None, Level.WARN),
        (OutboxCondition(0, None, 0, 1), None, Level.WARN),
    ],
)
async def test_messages_that_wait_or_failed_are_told(
    make_patient: MakePatient,
    monkeypatch: pytest.MonkeyPatch,
    condition: OutboxCondition,
    waits: timedelta | None,
    level: Level,
) -> None:
    async def inspect(_url: str) -> OutboxCondition:
        return replace(condition, oldest=None if waits is None else datetime.now(UTC) - waits)

    monkeypatch.setattr(database, "inspect_outbox", inspect)
    assert (await database.check_outbox(make_patient())).level is level
