import json
from pathlib import Path

from tools.secrets_file import load_or_make_secrets


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    first = load_or_make_secrets(tmp_path, present={})
    assert load_or_make_secrets(tmp_path, present={}) == first
    assert len(set(first.values())) == len(first)


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    load_or_make_secrets(tmp_path, present={})
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_is_set_wins_and_is_not_written_down(tmp_path: Path) -> None:
    chosen = "chosen-by-the-operator-and-long-enough"
    secrets = load_or_make_secrets(tmp_path, present={"KOTHA_ENGINE_SECRET": chosen})
    assert secrets["KOTHA_ENGINE_SECRET"] == chosen
    assert chosen not in (tmp_path / "secrets.json").read_text()


def test_identity_keys_have_the_form_the_settings_read(tmp_path: Path) -> None:
    keys = json.loads(load_or_make_secrets(tmp_path, present={})["KOTHA_IDENTITY_KEYS"])
    assert list(keys) == ["k1"]
