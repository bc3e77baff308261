"""One console's WebSocket: hello, then what changes; `ping` is the heartbeat that keeps an agent's claims."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from aiohttp import WSMsgType, web

from bot.channels.web.frames import PONG_FRAME, check_seq, error_frame, parse_object
from bot.channels.web.refusals import Refusal, bad_frame, origin_not_allowed
from bot.channels.web.socket import (
    CLOSE_NORMAL,
    CLOSE_POLICY,
    CLOSE_SECONDS,
    CLOSE_SESSION,
    CLOSE_SLOW,
    CLOSE_TOO_BIG,
    HELLO_SECONDS,
    SLOW_SECONDS,
)
from bot.channels.web.wire import CLOSE_INVALID_TEXT, answer_to_close, is_text
from bot.console.calls import Answer, Call, not_found
from bot.console.live import Console, Desk
from bot.console.permissions import Permission
from bot.console.presence import Presence
from bot.console.principals import Principal
from bot.console.routing import Door, Route
from bot.console.shapes import AgentObject
from bot.console.watching import Watch
from bot.fanout import HubOf
from bot.limits import Rate, RateLimiter
from bot.metrics import Metrics
from crm_store.domain.agents import GONE_AFTER_S as GONE_AFTER_SECONDS
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.identifiers import new_id

log = structlog.get_logger()

SUBPROTOCOL: Final = "kotha.console.v1"
HEARTBEAT_SECONDS: Final = 20  # told to the console: a third lost ping still leaves time before the 90 s
PEER_SECONDS: Final = 40.0  # the protocol's own ping; a peer without an answer to it is gone
MAX_FRAME_BYTES: Final = 4 * 1024  # frames name ids, nothing more
HARD_FRAME_BYTES: Final = 16 * 1024
FRAME_RATE: Final = Rate(per_minute=600, burst=120)
MOST_WATCHED: Final = 20  # conversations one tab looks at; a screen shows one or two
BEAT_SECONDS: Final = 10.0  # the store hears of a tab at most this often
SESSION_CHECK_SECONDS: Final = 30.0  # how late an ended session or a lost role may be noticed


@dataclass(frozen=True)
class SocketParts:
    """What a console's socket works with; the functions are the store's use cases, bound."""

    desk: Desk
    hub: HubOf[Any]
    metrics: Metrics
    poll_seconds: float
    presence: Presence
    find_again: Callable[[Principal], Awaitable[Principal | None]]


@dataclass(frozen=True)
class SocketRoute:
    """The one address of the socket."""

    parts: SocketParts
    door: Door

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                "GET",
                "/socket",
                Permission.CONVERSATIONS_READ,
                self.open,
                "What changes, as it changes: a WebSocket with the subprotocol kotha.console.v1",
                status=101,
                refuses=("origin_not_allowed",),
                raw=True,
            )
        ]

    async def open(self, call: Call[None]) -> Answer:
        """Upgrade and serve. A browser always names its Origin: a session without one is refused."""
        if call.who.is_session and "Origin" not in call.request.headers:
            raise origin_not_allowed()
        return Answer(await serve_console(call.request, self.parts, call.who))


class Closing(Exception):
    """The socket has to close with this code, after telling why when there is a reason."""

    def __init__(self, code: int, refusal: Refusal | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.refusal = refusal


async def serve_console(
    request: web.Request, parts: SocketParts, principal: Principal
) -> web.WebSocketResponse:
    """Upgrade and serve until one side closes."""
    ws = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        heartbeat=PEER_SECONDS,
        timeout=CLOSE_SECONDS,
        max_msg_size=HARD_FRAME_BYTES,
        autoclose=False,
        compress=False,
        decode_text=False,
    )
    await ws.prepare(request)
    with parts.metrics.consoles.track_inprogress():
        await ConsoleSocket(ws, parts, principal, request.transport).serve()
    return ws


class ConsoleSocket:
    """The life of one console's socket."""

    def __init__(
        self,
        ws: web.WebSocketResponse[bool],
        parts: SocketParts,
        principal: Principal,
        transport: asyncio.Transport | None,
    ) -> None:
        agent = principal.agent
        self._ws = ws
        self._parts = parts
        self._principal = principal
        self._transport = transport
        self._console = Console(
            {"id": str(agent.id), "name": agent.name, "name_bn": agent.name_bn}, agent.id, principal.token
        )
        self._connection = new_id()
        self._watches: dict[UUID, Watch] = {}
        self._rate = RateLimiter(FRAME_RATE)
        self._beat_at = 0.0

    async def serve(self) -> None:
        """From hello to close."""
        closing = Closing(CLOSE_NORMAL)
        try:
            await self._hello()
            await self._converse()
        except Closing as reason:
            closing = reason
        except ConnectionError:
            return
        except Exception:
            log.exception("console.socket_defect")
            closing = Closing(1011)
        await self._close(closing)

    async def _hello(self) -> None:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                frame = parse_object(await self._receive())
        except TimeoutError:
            raise Closing(CLOSE_POLICY, _hello_expected()) from None
        except Refusal as refusal:
            raise Closing(CLOSE_POLICY, refusal) from None
        if frame.get("type") != "hello":
            raise Closing(CLOSE_POLICY, _hello_expected())

    async def _converse(self) -> None:
        desk = self._parts.desk
        self._beat_at = time.monotonic()
        welcome = {
            "type": "welcome",
            "agent": await self._arrive(),
            "heartbeat_s": HEARTBEAT_SECONDS,
            "gone_after_s": GONE_AFTER_SECONDS,
        }
        self._console.tell(orjson.dumps(welcome))
        desk.join(self._console)
        loops = [
            asyncio.create_task(loop)
            for loop in (self._take_frames(), self._send_frames(), self._check_now_and_then())
        ]
        try:
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            desk.leave(self._console)
            for task in loops:
                task.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            for watch in [*self._watches.values()]:
                await watch.stop()
            await self._parts.presence.go(self._connection)

    async def _arrive(self) -> AgentObject:
        try:
            return await self._parts.presence.arrive(self._principal, self._connection)
        except KothaStoreError:
            raise Closing(CLOSE_SLOW, _store_away()) from None

    # ---- in

    async def _take_frames(self) -> None:
        while True:
            try:
                await self._take(await self._receive())
            except Refusal as refusal:
                self._parts.metrics.refused.labels(refusal.code).inc()
                self._console.tell(error_frame(refusal))
            except KothaStoreError:
                self._console.tell(error_frame(_store_away()))

    async def _take(self, raw: bytes) -> None:
        if wait := self._rate.wait_for("frames"):
            refusal = Refusal("rate_limited", "Too many frames.", retry_after_s=round(wait + 0.05, 1))
            raise Closing(CLOSE_POLICY, refusal)
        frame = parse_object(raw)
        match frame.get("type"):
            case "ping":
                await self._beat_now_and_then()
                self._console.tell(PONG_FRAME)
            case "watch":
                after_seq = check_seq(frame.get("after_seq", 0), "after_seq")
                await self._watch(_conversation(frame), after_seq)
            case "unwatch":
                await self._unwatch(_conversation(frame))
            case "typing":
                await self._typing(_conversation(frame))
            case "hello":
                raise bad_frame("`hello` is the first frame only. Reconnect to begin anew.")
            case _:
                raise Refusal("unknown_type", "Known types: hello, watch, unwatch, typing, ping.")

    async def _watch(self, conversation_id: UUID, after_seq: int) -> None:
        await self._unwatch(conversation_id)
        if len(self._watches) >= MOST_WATCHED:
            raise Refusal("too_many_watched", f"A tab may watch {MOST_WATCHED} conversations. Unwatch some.")
        if await self._parts.presence.last_seq(conversation_id) is None:
            raise not_found("conversation")
        feed, listener = self._parts.hub.listen(conversation_id, self._principal.token)
        watch = Watch(self._console, feed, listener, self._parts.hub, self._parts.poll_seconds, after_seq)
        self._watches[conversation_id] = watch
        watch.start()
        await self._looks_at_others()
        self._parts.desk.watch(self._console, conversation_id)

    async def _unwatch(self, conversation_id: UUID) -> None:
        watch = self._watches.pop(conversation_id, None)
        if watch is not None:
            await watch.stop()
            await self._looks_at_others()
            self._parts.desk.unwatch(self._console, conversation_id)

    async def _looks_at_others(self) -> None:
        await self._parts.presence.look(self._connection, list(self._watches))

    async def _typing(self, conversation_id: UUID) -> None:
        watch = self._watches.get(conversation_id)
        if watch is None:
            raise bad_frame("Watch a conversation before typing in it.")
        await self._parts.presence.typing(conversation_id, self._principal, watch.cursor)

    async def _receive(self) -> bytes:
        message = await self._ws.receive()
        if message.type is WSMsgType.BINARY:
            raise bad_frame("Binary frames are not used. Send text frames.")
        if message.type is not WSMsgType.TEXT:
            raise Closing(answer_to_close(message.type, message.data))
        raw: bytes = message.data
        if len(raw) > MAX_FRAME_BYTES:
            too_large = Refusal("frame_too_large", f"A frame may have {MAX_FRAME_BYTES} bytes at most.")
            raise Closing(CLOSE_TOO_BIG, too_large)
        if not is_text(raw):
            raise Closing(CLOSE_INVALID_TEXT, bad_frame("A text frame must be UTF-8."))
        return raw

    # ---- out

    async def _send_frames(self) -> None:
        while True:
            frame = await self._console.frames.get()
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    await self._ws.send_frame(frame, WSMsgType.TEXT)
            except TimeoutError:
                raise Closing(CLOSE_SLOW) from None

    async def _check_now_and_then(self) -> None:
        """Until somebody asks the console to stop, or its session is over."""
        while True:
            try:
                async with asyncio.timeout(SESSION_CHECK_SECONDS):
                    await self._console.stopped.wait()
            except TimeoutError:
                await self._check_session()
            else:
                raise Closing(self._console.stop_code or CLOSE_NORMAL)

    async def _check_session(self) -> None:
        with contextlib.suppress(KothaStoreError):  # a store that is away decides nothing
            if await self._parts.find_again(self._principal) is None:
                raise Closing(CLOSE_SESSION)

    # ---- presence

    async def _beat_now_and_then(self) -> None:
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            self._beat_at = time.monotonic()
            await self._parts.presence.beat(self._principal, self._connection)

    # ---- the end

    async def _close(self, closing: Closing) -> None:
        if closing.code not in (0, CLOSE_NORMAL):
            self._parts.metrics.sockets_cut.labels(str(closing.code)).inc()
        with contextlib.suppress(ConnectionError):
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    if closing.refusal and not self._ws.closed:
                        await self._ws.send_frame(error_frame(closing.refusal), WSMsgType.TEXT)
                    await self._ws.close(code=closing.code or CLOSE_NORMAL, drain=False)
            except TimeoutError:
                if self._transport is not None:
                    self._transport.abort()


def _conversation(frame: dict[str, Any]) -> UUID:
    value = frame.get("conversation")
    try:
        return UUID(value) if isinstance(value, str) else UUID(int=0)
    except ValueError:
        raise bad_frame("`conversation` must be the id of a conversation.") from None


def _hello_expected() -> Refusal:
    return Refusal("hello_expected", "The first frame must be `hello`, within 10 s.")


def _store_away() -> Refusal:
    return Refusal("unavailable", "The service cannot look that up now. Try again.", status=503)
