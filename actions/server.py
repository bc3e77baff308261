"""`python -m actions.server`: the actions over HTTP, for the engine on the same machine.

The contract is docs/contracts/engine-turn.md. The SDK's own server listens everywhere and puts the request's
body into its error answers; this one does neither.
"""

import argparse
import asyncio
import contextlib
import gc
import hmac
import logging
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import uvloop
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from pydantic import ValidationError
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import (
    ActionExecutionRejection,
    ActionMissingDomainException,
    ActionNotFoundException,
)

from actions.registry import build_actions
from actions.settings import ACCOUNT_URL, LOCAL_ONLY, ActionSettings
from actions.traces import Traces, open_traces
from crm_store.domain.errors import KothaStoreError, SchemaUnfit, StoreUnavailable
from crm_store.migrations import check_schema
from crm_store.place import dotenv_file
from crm_store.sql import open_store
from crm_store.use_cases.unit_of_work import Store

logger = logging.getLogger("kotha.actions")

# Python's own 700 makes a collection run several times in each call. A call leaves some four objects that
# only the collector frees, statements of SQLAlchemy: many more than this would be megabytes of waiting.
YOUNG_OBJECTS: Final = 5_000
# A full tracker of stock Rasa after some hundred messages; our own engine sends a few kilobytes.
MAX_BODY: Final = 8 * 1024 * 1024
SHUTDOWN_SECONDS: Final = 4.0  # shorter than the supervisor's patience; the engine retries what was cut
PING_SECONDS: Final = 2.0
MISSING_DOMAIN: Final = 449  # the SDK's own code: "send the domain along"

EXECUTOR: Final = web.AppKey("executor", ActionExecutor)
STORE: Final = web.AppKey("store", Store)


class ServerMetrics:
    """What is counted; names are Prometheus names."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.runs = Counter(
            "kotha_action_runs", "Actions run, by outcome.", ["action", "outcome"], registry=self.registry
        )
        self.seconds = Histogram("kotha_action_seconds", "Time an action took.", registry=self.registry)


TRACES: Final = web.AppKey("traces", Traces)
METRICS: Final = web.AppKey("metrics", ServerMetrics)


def build_app(
    store: Store,
    secret: str,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    mails: bool = False,
    account_url: str = ACCOUNT_URL,
    traces: Traces | None = None,
) -> web.Application:
    """The server over `store`; the caller keeps the store and closes it."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_hide_errors, _check_secret(secret)])
    executor = ActionExecutor()
    for action in build_actions(store, clock, mails=mails, account_url=account_url):
        executor.register_action(action)
    app[EXECUTOR] = executor
    app[STORE] = store
    app[METRICS] = ServerMetrics()
    app[TRACES] = traces or Traces()
    app.router.add_post("/webhook", _run_action)
    app.router.add_get("/health", _answer_health)
    app.router.add_get("/metrics", _answer_metrics)
    return app


def _check_secret(secret: str) -> Middleware:
    expected = f"Bearer {secret}".encode()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if request.path == "/webhook" and not hmac.compare_digest(given, expected):
            return _error(401, "Send the secret of KOTHA_ACTIONS_SECRET as `Authorization: Bearer …`.")
        return await handler(request)

    return check


@web.middleware
async def _hide_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure is JSON and tells nothing of the request (CH7)."""
    try:
        return await handler(request)
    except web.HTTPException as refused:
        return _error(refused.status, refused.reason)
    except StoreUnavailable as failure:
        _log("the store does not answer", failure)
        return _error(503, "The store does not answer. Nothing was changed; send it again later.")
    except Exception as failure:  # noqa: BLE001  the boundary: whatever an action raises is logged, not shown
        _log("an action failed", failure)
        return _error(500, "The action failed. The server's log says why.")


def _log(what: str, failure: Exception) -> None:
    """Type and place only: a message may quote what the customer wrote, or the parameters of a statement."""
    place = "".join(traceback.format_tb(failure.__traceback__))
    logger.error("%s: %s at\n%s", what, type(failure).__name__, place)


async def _run_action(request: web.Request) -> web.Response:
    call = await _read_call(request)
    metrics, name = request.app[METRICS], str(call["next_action"])
    began = time.perf_counter()
    outcome = "failed"
    try:
        with request.app[TRACES].action(name, request.headers):
            result = await request.app[EXECUTOR].run(call)
        outcome = "ok"
    except ActionExecutionRejection as rejected:
        outcome = "rejected"
        return _error(400, "The action declines to run.", action_name=rejected.action_name)
    except ActionNotFoundException:
        outcome, name = "unknown", "unknown"
        return _error(404, "There is no such action.")
    except ActionMissingDomainException as missing:
        outcome = "no_domain"
        return _error(MISSING_DOMAIN, "Send the domain along.", action_name=missing.action_name)
    finally:
        metrics.runs.labels(name, outcome).inc()
        metrics.seconds.observe(time.perf_counter() - began)
    return web.Response(body=orjson.dumps(result.model_dump()), content_type="application/json")


async def _read_call(request: web.Request) -> dict[str, Any]:
    try:
        call = orjson.loads(await request.read())
    except ValueError:
        raise web.HTTPBadRequest(reason="Send a JSON object in the Rasa SDK's format.") from None
    if not _is_call(call):
        raise web.HTTPBadRequest(reason="Send next_action, tracker and domain in the Rasa SDK's format.")
    return call  # type: ignore[no-any-return]


def _is_call(call: object) -> bool:
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
        return False
    tracker = call.get("tracker")
    return (
        isinstance(tracker, dict)
        and isinstance(tracker.get("sender_id"), str)
        and isinstance(tracker.get("slots", {}), dict)
        and isinstance(tracker.get("events", []), list)
    )


async def _answer_health(request: web.Request) -> web.Response:
    try:
        await asyncio.wait_for(request.app[STORE].ping(), PING_SECONDS)
    except (KothaStoreError, TimeoutError):
        return web.json_response({"status": "failed", "error": "The store does not answer."}, status=503)
    return web.json_response({"status": "ok"})


async def _answer_metrics(request: web.Request) -> web.Response:
    body = generate_latest(request.app[METRICS].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _error(status: int, message: str, **more: str) -> web.Response:
    return web.json_response({"error": message, **more}, status=status)


async def serve(settings: ActionSettings, *, ready: Callable[[int], None] = lambda port: None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is running. `ready` gets the port listened on.

    Raises SchemaUnfit before it listens. A database that is away is waited for.
    """
    with contextlib.suppress(StoreUnavailable):
        await check_schema(settings.store_url)
    store = await open_store(settings.store_url)
    traces = open_traces(settings.otlp_endpoint)
    runner = web.AppRunner(
        build_app(
            store,
            settings.actions_secret.get_secret_value(),
            mails=bool(settings.smtp_host),
            account_url=settings.account_url,
            traces=traces,
        ),
        access_log=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
        handle_signals=False,
    )
    try:
        await runner.setup()
        site = web.TCPSite(runner, LOCAL_ONLY, settings.actions_port)
        await site.start()
        ready(int(runner.addresses[0][1]))
        await _stop_signal().wait()
    finally:
        await runner.cleanup()
        await store.close()
        await asyncio.to_thread(traces.close)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def main() -> int:
    """Read settings and flags, serve, and return the exit code."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S"
    )
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)  # it logs every action it registers
    logging.getLogger("alembic").setLevel(logging.WARNING)  # and it how it looks at the schema
    gc.freeze()  # the collector passes over what was imported
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        settings = _read_settings()
        uvloop.run(serve(settings, ready=lambda port: logger.info("listening on %s:%s", LOCAL_ONLY, port)))
    except ValidationError as wrong:
        sys.stderr.write(f"actions: {_explain(wrong)}\n")
        return 2
    except (SchemaUnfit, StoreUnavailable, OSError) as failure:
        sys.stderr.write(f"actions: cannot start: {failure}\n")
        return 1
    return 0


def _read_settings() -> ActionSettings:
    parser = argparse.ArgumentParser(
        prog="python -m actions.server", description="Serve the actions to the engine."
    )
    parser.add_argument("--database", dest="database_url", help="overrides KOTHA_DATABASE_URL")
    parser.add_argument("--port", dest="actions_port", type=int, help="overrides KOTHA_ACTIONS_PORT")
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    return ActionSettings(**{"_env_file": dotenv_file(), **given})


def _explain(wrong: ValidationError) -> str:
    problems = [f"set KOTHA_{str(error['loc'][0]).upper()}: {error['msg']}" for error in wrong.errors()]
    return "; ".join(problems)


if __name__ == "__main__":
    sys.exit(main())
