"""What a connected widget that says nothing costs the gateway: resident memory before, with, and after."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil

from benchmarks.kotha import LIMITS_OFF
from benchmarks.report import Results, Section
from crm_store.migrations.runner import migrate
from tests.fakes.engine import FakeEngine, serve_engine
from tests.fixtures.web_client import SUBPROTOCOL
from tests.integration.gateway_process import as_environment, gateway_process

ENGINE_SECRET = "e" * 43
SPARE_FILES = 200  # a process has others open: the store, its log, the engine
AT_ONCE = 50  # connecting
WARM_UP = 50  # sockets opened and closed first: what is done once is not the widgets'
SETTLE_SECONDS = 3.0
MB = 1e6
KB = 1e3


class TooFewFiles(Exception):
    """The system allows too few open files: ask for fewer sockets or raise the hard limit (`ulimit -Hn`)."""


def allow_files(sockets: int) -> None:
    """Raise this process's limit, which the gateway inherits. TooFewFiles when the system refuses."""
    needed = sockets + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            raise TooFewFiles(
                f"{sockets} sockets need {needed} open files, the system allows {hard}:"
                f" --sockets {max(0, hard - SPARE_FILES)}, or raise the hard limit (ulimit -Hn)"
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """On a gateway of its own; no engine is needed for silence."""
    allow_files(options.sockets)
    own = folder / "sockets"
    own.mkdir()
    async with _gateway(own) as (base, process), _http() as http:
        await _close(await _open(http, base, WARM_UP))
        before = await _resident(process)
        sockets = await _open(http, base, options.sockets)
        during = await _resident(process)
        if closed := sum(socket.closed for socket in sockets):
            raise RuntimeError(f"{closed} of {len(sockets)} sockets were closed meanwhile")
        await _close(sockets)
        after = await _resident(process)
    results.sections.append(compared(options.sockets, before, during, after))


def compared(sockets: int, before: float, during: float, after: float) -> Section:
    """Bytes of the gateway as a row."""
    row = {
        "before, MB": before / MB,
        "connected, MB": during / MB,
        "a widget, kB": (during - before) / sockets / KB if sockets else 0.0,
        "closed again, MB": after / MB,
    }
    return Section("resident memory of the gateway, idle widgets", {f"{sockets:,}": row})


@asynccontextmanager
async def _gateway(folder: Path) -> AsyncIterator[tuple[str, psutil.Process]]:
    url = f"sqlite:///{folder / 'kotha.sqlite3'}"
    await migrate(url)
    async with serve_engine(FakeEngine(secret=ENGINE_SECRET)) as engine:
        settings = {
            "database_url": url,
            "engine_urls": engine,
            "engine_secret": ENGINE_SECRET,
            "allowed_origins": {"demo": []},
            "log_level": "warning",
        }
        known = set(psutil.Process().children())
        async with gateway_process(folder, {**as_environment(settings), **LIMITS_OFF}) as base:
            [process] = set(psutil.Process().children()) - known
            yield base, process


def _http() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar())


async def _open(http: aiohttp.ClientSession, base: str, count: int) -> list[aiohttp.ClientWebSocketResponse]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one() -> aiohttp.ClientWebSocketResponse:
        async with turn:
            return await _connect(http, base)

    return await asyncio.gather(*(one() for _ in range(count)))


async def _connect(http: aiohttp.ClientSession, base: str) -> aiohttp.ClientWebSocketResponse:
    """A visitor of their own with an open socket."""
    async with http.post(f"{base}/api/web/demo/sessions", json={}) as answer:
        if answer.status not in (200, 201):
            raise RuntimeError(f"the gateway answered {answer.status} {await answer.text()}")
        token = (await answer.json())["token"]
    socket = await http.ws_connect(f"{base}/api/web/demo/socket", protocols=[SUBPROTOCOL], autoping=True)
    await socket.send_str(json.dumps({"type": "hello", "token": token, "after_seq": 0}))
    welcome = await socket.receive_json(timeout=30)
    if welcome["type"] != "welcome":
        raise RuntimeError(f"the gateway did not welcome a socket: {welcome}")
    return socket


async def _close(sockets: list[aiohttp.ClientWebSocketResponse]) -> None:
    await asyncio.gather(*(socket.close() for socket in sockets))


async def _resident(process: psutil.Process) -> float:
    gc.collect()
    await asyncio.sleep(SETTLE_SECONDS)
    return float(process.memory_info().rss)
