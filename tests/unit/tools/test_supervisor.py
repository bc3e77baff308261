import json
import os
from pathlib import Path

import pytest

from tools import supervisor
from tools.supervisor import CannotStart, _port, load, programs


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone without settings in the environment; what `load` sets there is taken back."""
    monkeypatch.setattr(supervisor, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    return tmp_path


def test_a_bare_clone_runs_the_demo_with_secrets_of_its_own(clone: Path) -> None:
    settings, env = load()
    assert settings.demo
    assert settings.data_dir == clone / "var"
    assert len(env["KOTHA_ENGINE_SECRET"]) >= 32


@pytest.mark.rules("G5")
def test_the_demo_can_be_switched_off_in_dotenv(clone: Path) -> None:
    (clone / ".env").write_text("KOTHA_DEMO=false\nKOTHA_DATA_DIR=elsewhere\n")
    settings, env = load()
    assert not settings.demo
    assert env["KOTHA_DEMO"] == "false"
    assert settings.data_dir.name == "elsewhere"


def test_own_identity_keys_are_the_only_ones(clone: Path) -> None:
    keys = {"shop": "a-key-of-the-shop-that-is-long-enough-for-hs256"}
    (clone / ".env").write_text(f"KOTHA_IDENTITY_KEYS={json.dumps(keys)}\n")
    settings, _ = load()
    assert list(settings.identity_keys) == ["shop"]


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ("KOTHA_PORT=9090\n", "http://127.0.0.1:9090/demo/"),
        ("KOTHA_ACCOUNT_URL=https://shop.example/me\n", "https://shop.example/me"),
    ],
)
def test_the_assistant_names_the_page_that_is_really_there(clone: Path, lines: str, address: str) -> None:
    (clone / ".env").write_text(lines)
    settings, env = load()
    actions = next(program for program in programs(settings, env) if program.name == "actions")
    assert actions.env["KOTHA_ACCOUNT_URL"] == address


def test_a_wrong_setting_is_one_clear_line(clone: Path) -> None:
    (clone / ".env").write_text("KOTHA_PORT=eighty\n")
    with pytest.raises(CannotStart, match="KOTHA_PORT is wrong"):
        load()


def test_a_data_folder_that_cannot_be_made_is_one_clear_line(clone: Path) -> None:
    (clone / "file").write_text("")
    (clone / ".env").write_text("KOTHA_DATA_DIR=file/data\n")
    with pytest.raises(CannotStart, match="set KOTHA_DATA_DIR to another folder"):
        load()


def test_damaged_secrets_are_not_replaced_without_a_word(clone: Path) -> None:
    (clone / "var").mkdir()
    (clone / "var" / "secrets.json").write_text("{")
    with pytest.raises(CannotStart, match=r"secrets\.json is damaged"):
        load()


def test_every_taken_port_is_named_with_a_setting_to_copy(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_is_free", lambda port: port not in (8080, 5055))
    settings, _ = load()
    moved = r"such as KOTHA_PORT=9080 KOTHA_ACTIONS_URL=http://127\.0\.0\.1:6055\."
    with pytest.raises(CannotStart, match=moved):
        supervisor.check_ports(settings)


def test_a_port_that_is_not_heeded_here_is_told(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / ".env").write_text("KOTHA_ENGINE_PORT=5200\n")
    monkeypatch.setattr(supervisor, "_is_free", lambda _port: False)
    assert supervisor.main() == 1
    assert "KOTHA_ENGINE_PORT is not heeded here: set KOTHA_ENGINE_URLS" in capsys.readouterr().out


def test_a_service_to_be_tested_reads_no_real_settings(clone: Path) -> None:
    (clone / ".env").write_text('KOTHA_TELEGRAM_MODE=polling\nKOTHA_TELEGRAM_BOTS={"shop_bot": "1:real"}\n')
    os.environ["KOTHA_DOTENV"] = ""
    settings, _ = load()
    assert settings.telegram_bots == {}


def test_two_programs_cannot_have_one_port(clone: Path) -> None:
    (clone / ".env").write_text("KOTHA_PORT=5055\n")
    settings, _ = load()
    with pytest.raises(CannotStart, match="Port 5055 is named twice, in KOTHA_PORT and KOTHA_ACTIONS_URL"):
        supervisor.check_ports(settings)


def test_an_address_without_a_port_is_refused_with_an_example() -> None:
    with pytest.raises(CannotStart, match=r"as in http://127\.0\.0\.1:5105"):
        _port("http://engine.internal")
