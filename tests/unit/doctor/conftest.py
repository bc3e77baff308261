"""A service to examine: settings of the test over everyday ones, and nothing running."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import pytest

from bot.doctor.patient import Patient
from bot.settings import load_settings

ENGINE_SECRET = "QnJ4cV0rZk1aT3dTdHlVbGVYcGhOYWRH"
IDENTITY_KEY = "U2l4dGVlblJhbmRvbVdvcmRzSGVyZTk5"
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there

MakePatient: TypeAlias = Callable[..., Patient]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KOTHA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def make_patient(tmp_path: Path) -> AsyncIterator[MakePatient]:
    """Make a service; settings of the test win."""
    async with aiohttp.ClientSession() as session:

        def make(*, model: Path | None = None, **changes: Any) -> Patient:
            everyday: dict[str, Any] = {
                "data_dir": tmp_path,
                "engine_urls": [NOBODY],
                "actions_url": NOBODY,
                "engine_secret": ENGINE_SECRET,
                "identity_keys": {"k1": IDENTITY_KEY},
                "allowed_origins": {"shop": ["https://shop.example"]},
                "port": 9,
            }
            return Patient(load_settings(**{**everyday, **changes}), session, model)

        yield make
