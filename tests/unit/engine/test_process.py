"""The engine as a process: start, failures to start, kill, drain."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.unit.engine.fake_actions import FakeActions, Held
from tests.unit.engine.tiny import ACTIONS_SECRET, ENGINE_SECRET, NO_FACTS, ROOT

Json = Any

START_SECONDS = 60.0  # alone it takes three; the machine may be busy
MAX_RESIDENT_BYTES = 500 * 1024 * 1024


class Engine:
    """One engine process."""

    def __init__(self, model: Path, actions_url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        environment = {
            "PATH": os.environ["PATH"],
            "KOTHA_ENGINE_SECRET": ENGINE_SECRET,
            "KOTHA_ACTIONS_SECRET": ACTIONS_SECRET,
            "KOTHA_ACTIONS_URL": actions_url,
            "KOTHA_LOG_LEVEL": "debug",  # what a log may say must hold for all of it
        }
        command = [sys.executable, "-m", "bot.engine.server", "--model", str(model), "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)

    def get(self, path: str) -> tuple[int, Json]:
        return self._ask(urllib.request.Request(self._url(path)))

    def say(self, text: str, state: Json) -> tuple[int, Json]:
        body = {
            "conversation": "c",
            "message_id": "m",
            "text": text,
            "choice": None,
            "state": state,
            "facts": NO_FACTS,
        }
        headers = {"Authorization": f"Bearer {ENGINE_SECRET}"}
        return self._ask(urllib.request.Request(self._url("/turn"), json.dumps(body).encode(), headers))

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                pytest.fail(f"the engine ended with {self.process.returncode}: {self.stop()}")
            try:
                if self.get("/health")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        pytest.fail("the engine did not become ready")

    def stop(self) -> str:
        """End it for certain; what it wrote to stderr."""
        self.process.kill()
        return self.process.communicate()[1]

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _ask(self, request: urllib.request.Request) -> tuple[int, Json]:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


Start = Callable[..., Engine]


@pytest.fixture
def start(model: Path, action_server: FakeActions) -> Iterator[Start]:
    action_server.forget()
    engines: list[Engine] = []

    def start_engine(archive: Path = model) -> Engine:
        engines.append(Engine(archive, action_server.url))
        return engines[-1]

    yield start_engine
    for engine in engines:
        engine.stop()


def texts(answer: Json) -> list[str]:
    return [reply["text"] for reply in answer["replies"]]


@pytest.mark.rules("G1", "G8")
def test_killed_engine_is_replaced_in_the_middle_of_a_form(start: Start) -> None:
    first = start()
    first.wait_until_ready()
    _, asked = first.say("cancel my order", None)
    _, asked = first.say("it is KT-10001", asked["state"])
    assert texts(asked) == ["Why?"]
    assert psutil.Process(first.process.pid).memory_info().rss < MAX_RESIDENT_BYTES
    first.process.kill()

    second = start()
    second.wait_until_ready()
    _, asked = second.say("because it came late", asked["state"])
    assert texts(asked) == ["Cancel KT-10001?"]
    _, done = second.say("yes please", asked["state"])
    assert texts(done) == ["Cancelled KT-10001: because it came late, True."]


def test_serves_without_tensorflow_and_logs_no_words(start: Start) -> None:
    engine = start()
    engine.wait_until_ready()
    maps = Path(f"/proc/{engine.process.pid}/maps")
    if maps.exists():
        assert "tensorflow" not in maps.read_text()
    engine.say("please cancel order KT-10001 for my secret reason", None)
    engine.process.send_signal(signal.SIGTERM)
    log = engine.process.communicate(timeout=30)[1]
    assert engine.process.returncode == 0
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events == ["ready", "turn"]
    assert "secret" not in log


def test_sigterm_lets_the_turn_in_flight_finish(start: Start, action_server: FakeActions) -> None:
    held = action_server.misbehaviour["action_track_order"] = Held("On its way.")
    engine = start()
    engine.wait_until_ready()
    with ThreadPoolExecutor(1) as customer:
        turn = customer.submit(engine.say, "where is my order", None)
        assert held.asked.wait(30)
        engine.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            engine.process.wait(0.5)
        held.go_on.set()
        status, answer = turn.result(30)
    assert (status, texts(answer)) == (200, ["On its way."])
    assert engine.process.wait(30) == 0


def test_sigterm_ends_an_engine_that_has_nothing_to_do(start: Start) -> None:
    engine = start()
    engine.wait_until_ready()
    engine.process.send_signal(signal.SIGTERM)
    assert engine.process.wait(30) == 0


def _corrupt(model: Path, folder: Path) -> Path:
    archive = folder / "corrupt.tar.gz"
    archive.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    return archive


def _no_archive(model: Path, folder: Path) -> Path:
    archive = folder / "text.tar.gz"
    archive.write_text("this is no archive")
    return archive


def _without_metadata(model: Path, folder: Path) -> Path:
    archive = folder / "empty.tar.gz"
    with tarfile.open(archive, "w:gz"):
        pass
    return archive


def _missing(model: Path, folder: Path) -> Path:
    return folder / "nowhere.tar.gz"


def _empty_folder(model: Path, folder: Path) -> Path:
    return folder


@pytest.mark.parametrize("bad", [_corrupt, _no_archive, _without_metadata, _missing, _empty_folder])
def test_model_that_cannot_be_served_ends_with_code_3_and_one_line(
    start: Start, model: Path, tmp_path: Path, bad: Callable[[Path, Path], Path]
) -> None:
    archive = bad(model, tmp_path)
    engine = start(archive)
    error = engine.process.communicate(timeout=START_SECONDS)[1]
    assert engine.process.returncode == 3
    assert len(error.splitlines()) == 1
    assert str(archive) in error
    assert "make train" in error


def test_missing_secret_ends_with_one_line() -> None:
    command = [sys.executable, "-m", "bot.engine.server"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("engine: KOTHA_ENGINE_SECRET is not set")
    assert len(done.stderr.splitlines()) == 1
