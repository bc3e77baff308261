"""Side (a): unmodified `rasa run` with its REST webhook, and the Rasa SDK's own action server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import aiohttp
import psutil

from benchmarks.load import Ask
from tests.fixtures.service import free_port
from tools.environments import ENGINE, SERVICE
from tools.progress import ROOT

READY_SECONDS = 180.0
ANSWER_SECONDS = 120.0


class StockRasa:
    """Two stock servers on the same model, domain, actions and store as Kotha."""

    def __init__(self, *, model: Path, database_url: str, log: Path) -> None:
        self.port, self.actions_port = free_port(), free_port()
        self.ready_seconds = 0.0
        self._model, self._log = model, log
        self._endpoints = log.with_name("endpoints.yml")
        self._endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{self.actions_port}/webhook\n")
        self._env = {
            "KOTHA_DATABASE_URL": database_url,
            "PYTHONPATH": str(ROOT),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": "1",  # as Kotha's engine is run
            "RASA_TELEMETRY_ENABLED": "false",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    async def __aenter__(self) -> StockRasa:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        sdk = ["-m", "benchmarks.stock_actions", "--database", self._env["KOTHA_DATABASE_URL"]]
        self._start([SERVICE.python, *sdk, "--port", self.actions_port])
        rasa = [
            "-m",
            "rasa",
            "run",
            "--model",
            self._model,
            "--endpoints",
            self._endpoints,
            "--enable-api",
            "--interface",
            "127.0.0.1",
        ]
        started = time.monotonic()
        self._start([ENGINE.python, *rasa, "--port", self.port])
        await self._wait(f"http://127.0.0.1:{self.actions_port}/health")
        await self._wait(f"http://127.0.0.1:{self.port}/")
        self.ready_seconds = time.monotonic() - started
        return self

    def _start(self, command: list[object]) -> None:
        env: Mapping[str, str] = {**os.environ, **self._env}
        with self._log.open("ab") as log:
            self._processes.append(
                subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env, stdout=log, stderr=log)
            )

    async def _wait(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                await asyncio.to_thread(urllib.request.urlopen, url, timeout=5)
            except (urllib.error.URLError, OSError):
                await asyncio.sleep(0.2)
            else:
                return
        raise RuntimeError(f"stock Rasa did not start:\n{self._log.read_text(errors='replace')[-3000:]}")

    def resident_mb(self) -> float:
        """Resident memory of the `rasa run` process, MB."""
        return float(psutil.Process(self._processes[1].pid).memory_info().rss) / 1e6

    async def forget(self, conversation: str) -> None:
        """Begin the conversation anew: how its length tells on a turn is measured apart."""
        url = f"http://127.0.0.1:{self.port}/conversations/{conversation}/tracker/events"
        async with self._http.put(url, json=[{"event": "session_started"}]) as answer:
            if answer.status != 200:
                raise RuntimeError(f"stock Rasa answered {answer.status} {await answer.text()}")

    def asker(self, conversation: str) -> Ask:
        """A customer of the REST webhook whose sender id is a conversation of the store."""
        url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"

        async def ask(text: str) -> None:
            async with self._http.post(url, json={"sender": conversation, "message": text}) as answer:
                replies = await answer.json()
                if answer.status != 200 or not replies:
                    raise RuntimeError(f"stock Rasa answered {answer.status} {replies} to {text!r}")

        return ask

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()
        for process in self._processes:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
