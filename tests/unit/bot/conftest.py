"""Unit tests of the service see no settings of the machine they run on."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KOTHA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
