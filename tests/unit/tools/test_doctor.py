"""`make doctor` looks at what `make run` would start, and makes nothing itself."""

import json
from pathlib import Path

from tools.doctor import environment
from tools.supervisor import engine_addresses


def test_the_secrets_make_run_has_kept_are_used(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"KOTHA_ENGINE_SECRET": "kept"}))
    assert environment({"KOTHA_DATA_DIR": str(tmp_path)})["KOTHA_ENGINE_SECRET"] == "kept"


def test_what_the_operator_says_wins(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"KOTHA_ENGINE_SECRET": "kept"}))
    given = {"KOTHA_DATA_DIR": str(tmp_path), "KOTHA_ENGINE_SECRET": "given", "KOTHA_DEMO": "false"}
    found = environment(given)
    assert (found["KOTHA_ENGINE_SECRET"], found["KOTHA_DEMO"]) == ("given", "false")


def test_a_bare_clone_stays_bare(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    found = environment({"KOTHA_DATA_DIR": str(folder)})
    assert "KOTHA_ENGINE_SECRET" not in found
    assert found["KOTHA_ENGINE_URLS"].split(",")[0] == engine_addresses(1)[0]
    assert not folder.exists()
