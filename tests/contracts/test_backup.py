"""The drill: saved while people write, restored elsewhere, compared; on both databases."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from crm_store.backup import (
    BackupDamaged,
    NotEmpty,
    ProgramMissing,
    WrongDatabase,
    make_backup,
    restore_backup,
)
from crm_store.backup.__main__ import main
from crm_store.backup.counting import count_rows, list_stored_files
from crm_store.backup.manifest import check_manifest, sha256_of
from crm_store.domain.attachments import Attachment, Uploader, place_of
from crm_store.sql import SqlStore, open_store
from crm_store.use_cases.attachments import keep_attachment
from tests.contracts.conversing import Visitor, make_visitor

WRITERS, BEFORE = 4, 10
BOTH_OF_A_KIND = [
    ("sqlite", "sqlite"),
    pytest.param("postgres", "postgres", marks=pytest.mark.postgres),
]


async def add_file(store: SqlStore, by: Visitor, folder: Path) -> None:
    """As the gateway does: first the file, then its row."""
    data = uuid4().bytes * 200
    made = Attachment(uuid4(), "a.pdf", "application/pdf", len(data), None, None, "0" * 64, uuid4().hex)
    place = folder / place_of(made.stored_as)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    await keep_attachment(store, made, Uploader(identity_id=by.session.identity_id))


async def write_until(stop: asyncio.Event, store: SqlStore) -> int:
    """Somebody who talks on and on."""
    by, said = await make_visitor(store), 0
    while not stop.is_set():
        await by.write(f"message {said}")
        said += 1
        await asyncio.sleep(0)
    return said


def same_kind(one: str, other: str) -> bool:
    return one.partition(":")[0].partition("+")[0] == other.partition(":")[0].partition("+")[0]


@pytest.fixture
async def files(store: SqlStore, tmp_path: Path) -> Path:
    """The folder of attachments, with some in it."""
    folder = tmp_path / "attachments"
    by = await make_visitor(store)
    for _ in range(BEFORE):
        await add_file(store, by, folder)
    return folder


async def test_what_was_saved_under_load_is_restored_whole(
    store: SqlStore, store_url: str, empty_url: str, files: Path, tmp_path: Path
) -> None:
    stop, saved = asyncio.Event(), tmp_path / "backup"
    writers = [asyncio.create_task(write_until(stop, store)) for _ in range(WRITERS)]
    await asyncio.sleep(0.2)
    before = (await count_rows(store_url))["messages"]
    where = ["--database", store_url, "--attachments", str(files)]
    assert await asyncio.to_thread(main, ["make", str(saved), *where]) == 0
    stop.set()
    said = sum(await asyncio.gather(*writers))
    manifest = check_manifest(saved)
    assert before <= manifest.rows["messages"] <= said
    assert len(manifest.attachments) == BEFORE
    assert manifest.missing == []
    elsewhere = tmp_path / "elsewhere"
    if not same_kind(store_url, empty_url):
        with pytest.raises(WrongDatabase):
            await restore_backup(saved, empty_url, attachments=elsewhere)
        return
    await restore_backup(saved, empty_url, attachments=elsewhere)
    restored = await count_rows(empty_url)
    assert before <= restored["messages"] <= said
    if store_url.startswith("sqlite"):
        assert restored == manifest.rows
    for stored_as in await list_stored_files(empty_url):
        assert sha256_of(elsewhere / place_of(stored_as)) == sha256_of(files / place_of(stored_as))
    again = await open_store(empty_url)
    await (await make_visitor(again)).write("the shop is open again")
    await again.close()


@pytest.mark.parametrize(("store_url", "empty_url"), BOTH_OF_A_KIND, indirect=True)
async def test_a_quiet_store_is_the_same_afterwards(
    store_url: str, empty_url: str, files: Path, tmp_path: Path
) -> None:
    await make_backup(store_url, attachments=files, folder=tmp_path / "backup")
    await restore_backup(tmp_path / "backup", empty_url, attachments=tmp_path / "elsewhere")
    assert await count_rows(empty_url) == await count_rows(store_url)


async def test_nothing_is_written_over(store_url: str, files: Path, tmp_path: Path) -> None:
    saved = tmp_path / "backup"
    await make_backup(store_url, attachments=files, folder=saved)
    with pytest.raises(NotEmpty):
        await make_backup(store_url, attachments=files, folder=saved)
    before = await count_rows(store_url)
    with pytest.raises(NotEmpty):
        await restore_backup(saved, store_url, attachments=tmp_path / "elsewhere")
    assert await count_rows(store_url) == before
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("damage", ["manifest", "database", "file", "lost"])
async def test_a_damaged_backup_is_not_restored(
    store_url: str, files: Path, tmp_path: Path, damage: str
) -> None:
    saved = tmp_path / "backup"
    manifest = await make_backup(store_url, attachments=files, folder=saved)
    [database] = saved.glob("database.*")
    match damage:
        case "manifest":
            (saved / "manifest.json").write_text("{}")
        case "database":
            database.write_bytes(database.read_bytes()[:-1])
        case "file":
            (saved / manifest.attachments[0]).write_bytes(b"changed")
        case "lost":
            (saved / manifest.attachments[0]).unlink()
    nowhere = f"sqlite:///{tmp_path / 'nowhere.sqlite3'}"
    with pytest.raises(BackupDamaged):
        await restore_backup(saved, nowhere, attachments=tmp_path / "elsewhere")
    assert not (tmp_path / "nowhere.sqlite3").exists()


async def test_a_file_that_is_gone_is_named(store_url: str, files: Path, tmp_path: Path) -> None:
    gone = (await list_stored_files(store_url))[0]
    (files / place_of(gone)).unlink()
    manifest = await make_backup(store_url, attachments=files, folder=tmp_path / "backup")
    assert manifest.missing == [gone]


async def test_a_backup_is_its_owners_only(store_url: str, files: Path, tmp_path: Path) -> None:
    await make_backup(store_url, attachments=files, folder=tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
async def test_missing_programs_are_named(
    store_url: str,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing):
        await make_backup(store_url, attachments=files, folder=tmp_path / "one")
    where = ["--database", store_url, "--attachments", str(files)]
    assert await asyncio.to_thread(main, ["make", str(tmp_path / "two"), *where]) == 1
    assert "pg_dump" in capsys.readouterr().err
