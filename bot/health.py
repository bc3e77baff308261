"""Is the service alive, and can it answer customers?"""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.port import Channel
from bot.channels.web.routes import json_answer
from bot.engine_client import HEALTH_SECONDS, EngineClient, fetch_health
from bot.load import Load
from bot.metrics import Metrics
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.conversations import backlog
from crm_store.use_cases.unit_of_work import Store


class Health:
    """`/healthz`, `/readyz` and `/metrics`."""

    def __init__(
        self,
        store: Store,
        engine: EngineClient,
        session: aiohttp.ClientSession,
        metrics: Metrics,
        *,
        actions_urls: Sequence[str],
        load: Load,
        channels: Sequence[Channel] = (),
    ) -> None:
        self._store = store
        self._engine = engine
        self._session = session
        self._metrics = metrics
        self._actions_urls = actions_urls
        self._channels = channels
        self._load = load
        self.draining = False

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/healthz", self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", self.metrics)

    async def alive(self, _request: web.Request) -> web.Response:
        """The process serves requests."""
        return json_answer({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """200 when a customer would be answered, else 503 and why not."""
        store, engines, actions = await asyncio.gather(
            self._check_store(), self._engine.health(), self._check_actions()
        )
        checks = {
            "store": store,
            "engine": _any_engine(engines),
            "actions": actions,
            "model": _model(engines),
        }
        if self.draining:
            checks["gateway"] = {"ok": False, "why": "draining"}
        ready = all(check["ok"] for check in checks.values())
        answer = {
            "ready": ready,
            "checks": checks,
            "load": self._look_at_load(),
            "channels": self._look_at_channels(),
        }
        return json_answer(answer, status=200 if ready else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Prometheus text; the backlog is read now."""
        self._look_at_channels()
        try:
            waiting = await backlog(self._store)
            self._metrics.backlog.set(waiting.waiting)
            self._metrics.oldest_waiting.set(waiting.oldest_age_s)
        except KothaStoreError:
            self._metrics.backlog.set(float("nan"))  # unknown is not zero
        return web.Response(body=self._metrics.text(), content_type="text/plain", charset="utf-8")

    def _look_at_channels(self) -> dict[str, Any]:
        """A platform that is away makes nobody unready: the other channels go on, and its messages wait."""
        found = {channel.name: channel.health() for channel in self._channels}
        for name, health in found.items():
            self._metrics.channel_ok.labels(name).set(health.ok)
        return {
            name: {"ok": health.ok, "why": health.why, **health.details} for name, health in found.items()
        }

    def _look_at_load(self) -> dict[str, Any]:
        """Overload makes nobody unready: the others would get this one's customers too."""
        return {"ok": self._load.why is None, "why": self._load.why}

    async def _check_store(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                await self._store.ping()
        except (KothaStoreError, TimeoutError) as error:
            return {"ok": False, "why": f"{type(error).__name__}: the database does not answer"}
        return {"ok": True, "why": None}

    async def _check_actions(self) -> dict[str, Any]:
        """One action server that is well is enough: engines pass the others over."""
        reports = await asyncio.gather(*(fetch_health(self._session, url) for url in self._actions_urls))
        well = any(report["ok"] for report in reports)
        return {"ok": well, "why": None if well else reports[0]["why"]}


def _any_engine(engines: list[JsonObject]) -> dict[str, Any]:
    """One engine that answers is enough. Reachable is what counts here; the model is its own line."""
    reachable = [engine for engine in engines if engine["ok"] or "status" in engine]
    return {"ok": bool(reachable), "why": None if reachable else engines[0]["why"]}


def _model(engines: list[JsonObject]) -> dict[str, Any]:
    loaded = next((engine for engine in engines if engine["ok"] and engine.get("model")), None)
    if loaded is None:
        return {"ok": False, "why": engines[0]["why"] or "the engine names no model"}
    return {"ok": True, "why": None, "name": loaded["model"], "fingerprint": loaded.get("fingerprint")}
