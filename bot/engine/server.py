"""`python -m bot.engine.server --model DIR_OR_FILE --port 5105`: the turn endpoint, on loopback.

Implements docs/contracts/engine-turn.md. The port is open from the start; until the model is loaded, health
and turns answer 503. Exit codes: 0 after SIGTERM or SIGINT, 2 for a missing setting, 3 for a model that
cannot be served.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import signal
import sys
import time
from collections.abc import Sequence

import orjson
from aiohttp import web

from bot.engine import trace_parent
from bot.engine.errors import ActionsFailed, BadTurnRequest, ModelUnusable, TurnFailed
from bot.engine.loading import LoadedEngine, load_engine
from bot.engine.logs import configure_logs
from bot.engine.metrics import Metrics
from bot.engine.requests import check_turn_request
from bot.engine.settings import EngineSettings, SettingMissing, read_settings

logger = logging.getLogger("bot.engine.server")  # __name__ is "__main__" when this runs

HOST = "127.0.0.1"  # the engine is never reachable from outside (docs/contracts/engine-turn.md)
MAX_BODY_BYTES = 256 * 1024  # the contract's
DRAIN_SECONDS = 5.0  # turns in flight may finish; the supervisor kills what is left
EXIT_SETTING_MISSING = 2
EXIT_MODEL_UNUSABLE = 3


class EngineServer:
    """The HTTP side of one engine process."""

    def __init__(self, secret: str, metrics: Metrics) -> None:
        self._authorization = f"Bearer {secret}".encode()
        self._metrics = metrics
        self._engine: LoadedEngine | None = None
        self._draining = False
        self._idle = asyncio.Event()  # set whenever the last turn in flight ends

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_post("/turn", self.turn)
        app.router.add_get("/health", self.health)
        app.router.add_get("/metrics", self.metrics)
        return app

    def serve(self, engine: LoadedEngine) -> None:
        """From now on turns are answered."""
        self._engine = engine

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Refuse new turns and wait for those in flight, at most `seconds`."""
        self._draining = True
        if self._metrics.turns_running:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._idle.wait(), seconds)

    async def health(self, request: web.Request) -> web.Response:
        """`GET /health`"""
        if self._engine is None or self._draining:
            status = "draining" if self._draining else "loading"
            return _json({"status": status, "error": f"the engine is {status}; ask again later"}, 503)
        return _json({"status": "ok", "model": self._engine.model, "fingerprint": self._engine.fingerprint})

    async def metrics(self, request: web.Request) -> web.Response:
        """`GET /metrics`"""
        ready = self._engine is not None and not self._draining
        return web.Response(text=self._metrics.text(ready=ready), content_type="text/plain")

    async def turn(self, request: web.Request) -> web.Response:
        """`POST /turn`"""
        if not hmac.compare_digest(
            request.headers.get("Authorization", "").encode("utf-8", "surrogateescape"), self._authorization
        ):
            return _json({"error": "the Authorization header is not `Bearer <KOTHA_ENGINE_SECRET>`"}, 401)
        if self._engine is None or self._draining:
            return _json({"error": "the engine is loading or draining; send the turn again later"}, 503)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _json({"error": f"the body is larger than {MAX_BODY_BYTES} bytes"}, 413)
        trace_parent.take(request.headers.get(trace_parent.HEADER))
        self._metrics.turns_running += 1
        self._idle.clear()
        began = time.perf_counter()
        try:
            response = await self._answer(self._engine, body)
        finally:
            self._metrics.turns_running -= 1
            if not self._metrics.turns_running:
                self._idle.set()
        if response.status == 200:
            self._metrics.observe_turn(time.perf_counter() - began)
        return response

    async def _answer(self, engine: LoadedEngine, body: bytes) -> web.Response:
        try:
            turn = check_turn_request(body)
        except BadTurnRequest as error:
            return self._failed("bad_request", 400, {"error": str(error)})
        about = {"conversation": turn.conversation, "message_id": turn.message_id}
        try:
            answer = await engine.turns.run(turn)
        except ActionsFailed as error:
            logger.error("turn_failed", extra={**about, "kind": "actions", "reason": str(error)})
            return self._failed("actions", 502, {"error": str(error), "kind": "actions"})
        except TurnFailed as error:
            logger.error("turn_failed", extra={**about, "kind": "engine", "reason": str(error)})
            return self._failed("engine", 500, {"error": str(error), "kind": "engine"})
        self._metrics.count("kotha_engine_turns_total", "ok")
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("turn", extra={**about, "actions": answer["actions"], **answer["timings"]})
        return _json(answer)

    def _failed(self, outcome: str, status: int, body: dict[str, str]) -> web.Response:
        self._metrics.count("kotha_engine_turns_total", outcome)
        return _json(body, status)


def _json(body: object, status: int = 200) -> web.Response:
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    return web.Response(body=content, status=status, content_type="application/json", charset="utf-8")


async def run(settings: EngineSettings) -> int:
    """Serve until a signal; the exit code."""
    metrics = Metrics()
    server = EngineServer(settings.secret, metrics)
    runner = web.AppRunner(server.application(), access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    stop = _stop_on_signals()
    try:
        await web.TCPSite(runner, HOST, settings.port).start()
        return await _serve(server, settings, metrics, stop)
    finally:
        await runner.cleanup()


async def _serve(
    server: EngineServer, settings: EngineSettings, metrics: Metrics, stop: asyncio.Event
) -> int:
    began = time.monotonic()
    loading = asyncio.create_task(asyncio.to_thread(load_engine, settings, metrics))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not loading.done():
        return 0
    try:
        engine = loading.result()
    except ModelUnusable as error:
        print(f"engine: {error}", file=sys.stderr)  # noqa: T201  the contract's one line
        return EXIT_MODEL_UNUSABLE
    server.serve(engine)
    logger.info("ready", extra={"model": engine.model, "seconds": round(time.monotonic() - began, 2)})
    await stopping
    await server.drain()
    await engine.server.close()
    return 0


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the settings and serve; the exit code."""
    try:
        settings = read_settings(arguments)
    except SettingMissing as error:
        print(f"engine: {error}", file=sys.stderr)  # noqa: T201  nothing is configured yet
        return EXIT_SETTING_MISSING
    configure_logs(settings.log_format, settings.log_level)
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    return asyncio.run(run(settings))


if __name__ == "__main__":
    sys.exit(main())
