"""The tiny assistant's fixtures, imported by the conftest files of tests/unit/engine and tests/replay."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer

from bot.engine.facts import FACTS
from bot.engine.loading import LoadedEngine, load_engine
from bot.engine.metrics import Metrics
from bot.engine.server import EngineServer
from bot.engine.settings import EngineSettings
from tests.unit.engine.fake_actions import FakeActions

Json = Any

ROOT = Path(__file__).resolve().parents[3]
ENGINE_SECRET = "engine-secret"
ACTIONS_SECRET = "actions-secret"
NO_FACTS: dict[str, Json] = dict.fromkeys(FACTS)
TRAINING_SECONDS = 100


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny assistant, trained once per session."""
    archive = tmp_path_factory.mktemp("model") / "tiny.tar.gz"
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.unit.engine.train_tiny", str(archive)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TRAINING_SECONDS,
        check=False,
    )
    assert archive.exists(), done.stderr[-2000:]
    return archive


@pytest.fixture(scope="session")
def action_server() -> Iterator[FakeActions]:
    fake = FakeActions()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="session")
def settings(model: Path, action_server: FakeActions) -> EngineSettings:
    return EngineSettings(model, 0, ENGINE_SECRET, (action_server.url,), ACTIONS_SECRET)


@pytest.fixture(scope="session")
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture(scope="session", autouse=True)
def quiet_rasa() -> None:
    """As Rasa's own commands do: without this, every debug line of Rasa is printed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(scope="session")
def loaded(settings: EngineSettings, metrics: Metrics) -> LoadedEngine:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # Rasa warns about habits of the years before 3.0 whenever it loads a domain
        return load_engine(settings, metrics)


@pytest.fixture
async def engine(loaded: LoadedEngine, action_server: FakeActions) -> AsyncIterator[LoadedEngine]:
    action_server.forget()
    yield loaded
    await loaded.server.close()


@pytest.fixture
async def client(engine: LoadedEngine, metrics: Metrics) -> AsyncIterator[TestClient]:
    """The HTTP side in this process, serving the tiny assistant."""
    server = EngineServer(ENGINE_SECRET, metrics)
    server.serve(engine)
    async with TestClient(TestServer(server.application())) as client:
        yield client


@pytest.fixture
def talk(client: TestClient) -> Conversation:
    return Conversation(client)


class Conversation:
    """One customer at the turn endpoint: keeps the state as the gateway does."""

    def __init__(self, client: TestClient, *, facts: dict[str, Json] | None = None) -> None:
        self.client = client
        self.state: Json = None
        self.facts = {**NO_FACTS, **(facts or {})}
        self.turns = 0

    def body(self, text: str | None = None, choice: Json = None) -> dict[str, Json]:
        return {
            "conversation": "c-1",
            "message_id": f"m-{self.turns}",
            "text": text,
            "choice": choice,
            "state": self.state,
            "facts": self.facts,
        }

    async def post(self, body: Json, **headers: str) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {ENGINE_SECRET}", **headers}
        async with self.client.post("/turn", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def say(self, text: str | None = None, choice: Json = None) -> dict[str, Json]:
        """A turn that must succeed; its answer. The state goes on."""
        status, answer = await self.post(self.body(text, choice))
        assert status == 200, answer
        self.turns += 1
        self.state = answer["state"]
        return answer

    async def choose(self, intent: str, **entities: Json) -> dict[str, Json]:
        return await self.say(choice={"intent": intent, "entities": entities})

    async def fail(self, text: str) -> tuple[int, Json]:
        """A turn that must not succeed; its status and body. The state stays."""
        status, answer = await self.post(self.body(text))
        assert status != 200, answer
        return status, answer


def texts(answer: dict[str, Json]) -> list[str]:
    return [reply["text"] for reply in answer["replies"] if reply["text"]]


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
