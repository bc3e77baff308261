"""The first administrator of a set-up without the demo shop."""

from pathlib import Path

import pytest

from bot.console.first_admin import main
from crm_store.migrations import upgrade


@pytest.fixture
def store_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'kotha.sqlite3'}"
    monkeypatch.setenv("KOTHA_DATABASE_URL", url)
    return url


ARGUMENTS = ["--name", "Farhana Rahman", "--email", "farhana@shop.example"]


def test_the_first_one_is_made_and_no_second(store_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    upgrade(store_url)
    assert main(ARGUMENTS) == 0
    assert "farhana@shop.example may log in" in capsys.readouterr().out
    assert main(["--name", "Imran", "--email", "imran@shop.example"]) == 1
    assert "at the console" in capsys.readouterr().err


def test_a_database_that_is_not_migrated_is_told(store_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ARGUMENTS) == 1
    assert "The store cannot be used" in capsys.readouterr().err


def test_a_mistyped_address_is_told_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--name", "Farhana Rahman", "--email", "farhana"])
    assert "must be an address such as" in capsys.readouterr().err
