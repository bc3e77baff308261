"""The composition root: the one place that wires store, engine, channels and workers together."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import aiohttp
import structlog
from aiohttp import web

from bot.attachments.folder import AttachmentFolder
from bot.attachments.sweeper import Sweeper
from bot.attachments.uploads import Uploads
from bot.channels.port import Channel, ChannelParts
from bot.channels.registry import build_channels
from bot.channels.web.access import Gate
from bot.channels.web.attachments import AttachmentRoutes
from bot.channels.web.frames import event_frame
from bot.channels.web.links import LinkRoutes
from bot.channels.web.routes import MAX_BODY_BYTES, WebRoutes
from bot.channels.web.socket import CLOSE_DRAINING, WebParts, WebSigns
from bot.channels.wording import load_wording
from bot.console.wiring import ConsoleApp, Neighbours, build_console
from bot.delivery import Delivery
from bot.demo.routes import DemoShop
from bot.documents.invoice_page import load_pages
from bot.documents.routes import DocumentRoutes
from bot.engine_client import EngineClient
from bot.fanout import Hub
from bot.floods import Floods
from bot.garbage import collected_regularly
from bot.handoff import EscalationPolicy, FailurePolicy
from bot.health import Health
from bot.hints import Hints
from bot.inbox import Inbox
from bot.intake import Intake
from bot.limits import Places, Rate, RateLimiter
from bot.load import Bounds, Load
from bot.metrics import Metrics
from bot.middlewares import make_errors_middleware, make_headers_signal
from bot.phrases import load_phrases
from bot.settings import Settings
from bot.static import BuiltFiles
from bot.traces import Traces, open_traces
from bot.turns import TurnRunner
from bot.typing_signs import Signs
from bot.workers import Pace, TurnWorkers
from crm_store.domain.conversations import ConversationEvent
from crm_store.domain.errors import StoreUnavailable
from crm_store.migrations import Fit, check_schema
from crm_store.sql import open_store
from crm_store.use_cases.conversations import list_events
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

# Of the session's connections: platforms', and those that ask engines and action servers how they are.
KEEPALIVE_SECONDS = 20.0
CHANNELS_SECONDS = 5.0  # channels begin at once; one whose store is away goes on trying beside the rest
CHANNEL_AGAIN_SECONDS = 2.0
# A connection without a request, or with one whose headers do not end. nginx lets its own go after 60.
IDLE_SECONDS = 75.0
REQUESTS_SECONDS = 2.0  # HTTP requests still running after the drain


@dataclass(frozen=True)
class Gateway:
    """The running parts a caller may need."""

    app: web.Application
    hub: Hub
    intake: Intake
    workers: TurnWorkers
    delivery: Delivery
    metrics: Metrics
    health: Health
    console: ConsoleApp
    sweeper: Sweeper
    settings: Settings
    inbox: Inbox
    hints: Hints
    load: Load
    traces: Traces
    engine: EngineClient
    channels: tuple[Channel, ...] = ()

    async def drain(self) -> None:
        """Sockets first (they reconnect elsewhere), then the turns in flight."""
        self.health.draining = True
        self.metrics.drain.set(1)
        self.hub.stop_all(CLOSE_DRAINING)
        await self.console.stop(CLOSE_DRAINING)
        await asyncio.gather(*(channel.stop() for channel in self.channels), return_exceptions=True)
        await self.hints.stop()
        await self.load.stop()
        await self.workers.drain(self.settings.drain_seconds)
        self.engine.close()
        await self.delivery.stop()
        await self.sweeper.stop()


@asynccontextmanager
async def open_gateway(
    settings: Settings, store: Store, channels: Sequence[Channel] = ()
) -> AsyncIterator[Gateway]:
    """A gateway with its workers running; drained on leaving."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS)
    async with aiohttp.ClientSession(connector=connector) as session:
        gateway = build_gateway(settings, store, session, channels)
        gateway.workers.start()
        gateway.load.start()
        gateway.delivery.start()
        gateway.console.start()
        gateway.sweeper.start()
        gateway.hints.start()
        starting = [asyncio.create_task(_start(channel)) for channel in gateway.channels]
        if starting:
            await asyncio.wait(starting, timeout=CHANNELS_SECONDS)
        try:
            yield gateway
        finally:
            for task in starting:
                task.cancel()
            await gateway.drain()
            await asyncio.to_thread(gateway.traces.close)


async def _start(channel: Channel) -> None:
    """One platform that cannot begin must not keep customers of the others waiting.

    While the store is away it is tried again: a platform left out would be so until the next restart.
    """
    while True:
        try:
            return await channel.start()
        except StoreUnavailable:
            log.warning("channel.start_postponed", channel=channel.name)
            await asyncio.sleep(CHANNEL_AGAIN_SECONDS)
        except Exception:
            log.exception("channel.not_started", channel=channel.name)
            return None


def build_gateway(
    settings: Settings,
    store: Store,
    session: aiohttp.ClientSession,
    channels: Sequence[Channel] = (),
) -> Gateway:
    """Wire everything; nothing runs yet."""
    metrics, traces = Metrics(), open_traces(settings.otlp_endpoint)

    async def read_events(conversation_id: UUID, after_seq: int, limit: int) -> list[ConversationEvent]:
        return await list_events(store, conversation_id, after_seq=after_seq, limit=limit)

    hub = Hub(read_events, event_frame)
    engine = EngineClient(
        session,
        settings.engine_urls,
        secret=settings.engine_secret.get_secret_value(),
        timeout=settings.engine_timeout_seconds,
        traces=traces,
    )
    uploads = Uploads(store, AttachmentFolder(settings.attachments_dir))
    # What is stored wakes workers and senders, which are made of the channels: the names are bound below.
    load = Load(
        store, metrics, Bounds(settings.messages_waiting, settings.overload_seconds, settings.turn_workers)
    )
    inbox = Inbox(
        store,
        hub,
        metrics,
        wake_turns=lambda conversation_id: workers.wake(conversation_id),
        load=load,
        floods=Floods(_customer_rate(settings), load_wording("channels")),
        forward=lambda name: delivery.wake(name),
        traces=traces,
    )
    channel_parts = ChannelParts(
        settings, store, inbox, uploads, metrics, session, forward=lambda name: delivery.wake(name)
    )
    spoken = (*channels, *build_channels(channel_parts))
    delivery = Delivery(
        store,
        spoken,
        metrics,
        poll_seconds=settings.poll_seconds,
        tell=lambda conversation_id, message_id: console.tell_again(conversation_id, message_id),
        traces=traces,
    )
    runner = TurnRunner(
        store=store,
        engine=engine,
        hub=hub,
        signs=Signs(hub, WebSigns(), {channel.name: channel for channel in spoken}),
        policy=FailurePolicy(settings.patience_seconds, load_phrases()),
        escalation=EscalationPolicy(settings.people_only_topics, settings.valued_tiers),
        metrics=metrics,
        wake_delivery=delivery.wake,
        traces=traces,
    )
    pace = Pace(settings.turn_workers, settings.lease_seconds, settings.poll_seconds)
    alone = store.hints() is None  # nobody else could take a turn over at once
    workers = TurnWorkers(store, runner, pace, steps_back=lambda: not alone and engine.is_gone())
    intake = Intake(store, hub, metrics, wake_turns=workers.wake, load=load, traces=traces)
    health = Health(
        store, engine, session, metrics, actions_urls=settings.actions_urls, channels=spoken, load=load
    )
    gate = make_gate(settings)
    near = Neighbours(store, gate, hub, metrics, uploads, workers.wake, delivery.wake_all)
    console = build_console(settings, near)
    inbox.tell_note = console.note_written
    parts = WebParts(store, intake, hub, gate, metrics, settings.socket_poll_seconds, console)
    app = make_app(settings, parts, health, uploads)
    console.add_to(app)
    for channel in spoken:
        channel.add_to(app)
    sweeper = Sweeper(store, uploads.folder)
    return Gateway(
        app=app,
        hub=hub,
        intake=intake,
        workers=workers,
        delivery=delivery,
        metrics=metrics,
        health=health,
        console=console,
        sweeper=sweeper,
        settings=settings,
        inbox=inbox,
        hints=Hints(store, hub, workers, delivery, console, metrics),
        load=load,
        channels=spoken,
        traces=traces,
        engine=engine,
    )


def make_gate(settings: Settings) -> Gate:
    """The web channel's checks."""
    return Gate(
        settings,
        by_identity=RateLimiter(_customer_rate(settings)),
        by_address=RateLimiter(Rate(settings.address_per_minute, settings.address_burst)),
        sockets=Places(settings.address_sockets),
    )


def _customer_rate(settings: Settings) -> Rate:
    return Rate(settings.messages_per_minute, settings.messages_burst)


def make_app(settings: Settings, parts: WebParts, health: Health, uploads: Uploads) -> web.Application:
    """The HTTP side."""
    app = web.Application(middlewares=[make_errors_middleware(parts.metrics)], client_max_size=MAX_BODY_BYTES)
    app.on_response_prepare.append(make_headers_signal(settings))
    keys = {kid: secret.get_secret_value() for kid, secret in settings.identity_keys.items()}
    files = BuiltFiles(settings.web_dir / "widget" / "dist")
    health.add_to(app)
    files.add_to(app)
    WebRoutes(parts, keys).add_to(app)
    AttachmentRoutes(uploads, parts.gate).add_to(app)
    LinkRoutes(parts.store, parts.gate, keys).add_to(app)
    DocumentRoutes(parts.store, parts.gate, load_pages()).add_to(app)
    if settings.demo:
        DemoShop(parts.store, settings, keys, files).add_to(app)
    return app


async def serve(settings: Settings, *, stop: asyncio.Event | None = None) -> None:
    """Run until SIGTERM or SIGINT (or `stop`), then drain and return."""
    stop = stop or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await _check_schema(settings.store_url)
    async with collected_regularly(), _opened(settings) as store, open_gateway(settings, store) as gateway:
        runner = make_runner(gateway.app)
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        log.info("gateway.started", host=settings.host, port=settings.port, demo=settings.demo)
        await stop.wait()
        log.info("gateway.draining")
        await site.stop()
        await gateway.drain()
        await runner.cleanup()
    log.info("gateway.stopped")


def make_runner(app: web.Application) -> web.AppRunner:
    """What serves requests. aiohttp's own patience with a connection that says nothing is an hour."""
    return web.AppRunner(
        app, access_log=None, shutdown_timeout=REQUESTS_SECONDS, keepalive_timeout=IDLE_SECONDS
    )


async def _check_schema(url: str) -> None:
    """Raises SchemaUnfit. A database that is away is waited for, as it is later."""
    try:
        fit = await check_schema(url)
    except StoreUnavailable as error:
        log.warning("gateway.schema_unknown", error=type(error).__name__)
        return
    if fit is Fit.NEWER_COMPATIBLE:
        log.info("gateway.schema_newer")


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    store = await open_store(settings.store_url)
    try:
        yield store
    finally:
        await store.close()
