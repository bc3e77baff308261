"""Commands over the store work on the store of the service's settings."""

from pathlib import Path

import pytest

from crm_store.backup.__main__ import main as backup
from crm_store.migrations import upgrade
from crm_store.place import Place, database_in, find_place, place_of_settings, without_password
from crm_store.privacy.__main__ import main as privacy


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("KOTHA_DATABASE_URL", "KOTHA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, Place("sqlite:///var/kotha.sqlite3", Path("var/attachments"))),
        ({"KOTHA_DATA_DIR": "/data"}, Place("sqlite:////data/kotha.sqlite3", Path("/data/attachments"))),
        (
            {"KOTHA_DATA_DIR": "/data", "KOTHA_DATABASE_URL": "postgresql+asyncpg://kotha@db/kotha"},
            Place("postgresql+asyncpg://kotha@db/kotha", Path("/data/attachments")),
        ),
    ],
)
def test_the_store_is_where_the_settings_say(given: dict[str, str], place: Place) -> None:
    assert place_of_settings(given) == place


def test_the_environment_outranks_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("KOTHA_DATA_DIR=/from-dotenv\n")
    assert find_place().attachments == Path("/from-dotenv/attachments")
    monkeypatch.setenv("KOTHA_DATA_DIR", "/from-environment")
    assert find_place().database == database_in(Path("/from-environment"))


def test_a_password_is_not_shown() -> None:
    assert without_password("postgresql+asyncpg://kotha:s3cret@db/kotha") == (
        "postgresql+asyncpg://kotha:***@db/kotha"
    )


def test_a_backup_without_a_url_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert backup(["make", "copy", "--database", "/data/kotha.sqlite3"]) == 1
    assert "this is no database URL" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["export", "rahima", "--output", "handed-over"], ["erase", "rahima", "--yes"]]
)
def test_nothing_is_made_where_no_store_is(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert privacy([*arguments, "--database", f"sqlite:///{tmp_path}/none.sqlite3"]) == 1
    assert "there is no file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_backup_says_which_store_was_saved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data").mkdir()
    monkeypatch.setenv("KOTHA_DATA_DIR", "data")
    upgrade("sqlite:///data/kotha.sqlite3")
    assert backup(["make", "copy"]) == 0
    assert "from sqlite:///data/kotha.sqlite3" in capsys.readouterr().out
