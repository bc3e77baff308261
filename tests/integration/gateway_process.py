"""A gateway in a process of its own, as `make run` starts it, on somebody else's store and engine."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.fixtures.service import free_port
from tools.progress import ROOT

READY_SECONDS = 100.0
STOP_SECONDS = 40.0
POLL_SECONDS = 0.1


@asynccontextmanager
async def gateway_process(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[str]:
    """Its address; its log is in `folder`."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOTHA_")}
    own = {
        "KOTHA_PORT": str(port),
        "KOTHA_DATA_DIR": str(folder),
        "KOTHA_DOTENV": "",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / f"gateway-{port}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env={**kept, **settings, **own}, stdout=log, stderr=log
        )
    try:
        await _ready(base, process, folder / f"gateway-{port}.log")
        yield base
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), STOP_SECONDS)


async def _ready(base: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(f"{base}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(POLL_SECONDS)
    raise AssertionError(f"the gateway ended: see {log}")


def as_environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Settings as the environment has them."""
    return {
        f"KOTHA_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }
