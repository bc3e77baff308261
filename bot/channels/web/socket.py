"""One WebSocket: hello, then frames in and events out (W2, W3)."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.web.access import Gate, refusal_of
from bot.channels.web.frames import (
    BOT_TYPING_FRAME,
    HEARTBEAT_SECONDS,
    MAX_FRAME_BYTES,
    PONG_FRAME,
    Hello,
    Ping,
    Seen,
    Send,
    Typing,
    ack_frame,
    client_msg_id_of,
    error_frame,
    owner_frame,
    parse_frame,
    read_frame,
    welcome_frame,
)
from bot.channels.web.refusals import Refusal, bad_frame, too_many_sockets
from bot.channels.web.wire import CLOSE_INVALID_TEXT, answer_to_close, is_text
from bot.errors import Overloaded
from bot.fanout import PAGE, Feed, Hub, Line, Listener, Whisper
from bot.intake import Intake
from bot.limits import Rate, RateLimiter
from bot.metrics import Metrics
from crm_store.domain.conversations import Attended, IncomingMessage, Progress
from crm_store.domain.errors import BadSession, KothaStoreError, SessionExpired, StoreUnavailable
from crm_store.domain.sessions import WebSession
from crm_store.use_cases.agent_messages import mark_seen_by_customer
from crm_store.use_cases.conversations import read_progress
from crm_store.use_cases.sessions import access_web_session
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

SUBPROTOCOL = "kotha.v1"
HELLO_SECONDS = 10.0  # the contract's
SLOW_SECONDS = 5.0  # a frame the peer has not taken by then means it is not reading
CLOSE_SECONDS = 2.0  # a peer that does not answer our close is let go
SESSION_CHECK_SECONDS = 60.0  # how late a session replaced on another node may be noticed
# Above the frame limit, so that ours is told with its name; above this aiohttp closes with 1009 unread.
HARD_FRAME_BYTES = 4 * MAX_FRAME_BYTES
FRAME_RATE = Rate(per_minute=1200, burst=200)  # all frames of one socket: typing at full speed is far below

CLOSE_NORMAL = int(WSCloseCode.OK)
CLOSE_POLICY = int(WSCloseCode.POLICY_VIOLATION)
CLOSE_TOO_BIG = int(WSCloseCode.MESSAGE_TOO_BIG)
CLOSE_DRAINING = int(WSCloseCode.SERVICE_RESTART)
CLOSE_SLOW = int(WSCloseCode.TRY_AGAIN_LATER)
CLOSE_SESSION = 4001


class Closing(Exception):
    """The socket has to close with this code, after telling why when there is a reason."""

    def __init__(self, code: int, refusal: Refusal | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.refusal = refusal


class Watchers(Protocol):
    """The people at the agents' console, as far as a customer's client concerns them."""

    def customer_types(self, conversation_id: UUID) -> None:
        """The customer is writing."""
        ...

    def customer_saw(self, conversation_id: UUID, seq: int) -> None:
        """The customer's client has shown everything up to `seq`."""
        ...


@dataclass(frozen=True)
class WebParts:
    """What the web channel works with."""

    store: Store
    intake: Intake
    hub: Hub
    gate: Gate
    metrics: Metrics
    poll_seconds: float
    watchers: Watchers


async def serve_socket(request: web.Request, parts: WebParts, widget: str) -> web.WebSocketResponse:
    """Upgrade and serve until one side closes; Refusal when the address has too many open."""
    with parts.gate.sockets.one_for(parts.gate.address_of(request)) as is_one:
        if not is_one:
            raise too_many_sockets()
        return await _serve(request, parts, widget)


async def _serve(request: web.Request, parts: WebParts, widget: str) -> web.WebSocketResponse:
    ws = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        heartbeat=HEARTBEAT_SECONDS,
        timeout=CLOSE_SECONDS,
        max_msg_size=HARD_FRAME_BYTES,
        autoclose=False,
        compress=False,
        decode_text=False,
    )
    await ws.prepare(request)
    connection = Connection(ws, parts, widget, request)
    with parts.metrics.sockets.track_inprogress():
        await connection.serve()
    return ws


class Connection:
    """The life of one socket."""

    def __init__(
        self, ws: web.WebSocketResponse[bool], parts: WebParts, widget: str, request: web.Request
    ) -> None:
        self._ws = ws
        self._parts = parts
        self._widget = widget
        self._address = parts.gate.address_of(request)
        self._transport = request.transport
        self._frames = RateLimiter(FRAME_RATE)
        self._seen = 0
        self.shown = 0
        """The newest event the peer has: what it was sent, or said it had when it came."""

    async def serve(self) -> None:
        """From hello to close."""
        try:
            hello = await self._hello()
            session = await self._access(hello.token)
            await self._converse(session, hello)
        except Closing as closing:
            await self._close(closing)
        except ConnectionError:
            return  # the peer is gone, and there is nobody to tell
        except Exception:
            log.exception("socket.defect")
            await self._close(Closing(int(WSCloseCode.INTERNAL_ERROR)))
        finally:
            self._part_from_failure()

    def _part_from_failure(self) -> None:
        """A close that failed stays with the WebSocket, and its traceback leads to everything that was read.

        That circle would be memory until the collector comes round, much of it when many come and go.
        """
        if (failure := self._ws.exception()) is not None:
            failure.__traceback__ = failure.__context__ = None

    async def _hello(self) -> Hello:
        try:
            # Around it all: the WebSocket's own timeout begins anew with every ping of the peer.
            async with asyncio.timeout(HELLO_SECONDS):
                frame = parse_frame(await self._receive())
        except TimeoutError:
            raise Closing(CLOSE_POLICY, _hello_expected()) from None
        except Refusal as refusal:
            raise Closing(CLOSE_POLICY, refusal) from None
        if not isinstance(frame, Hello):
            raise Closing(CLOSE_POLICY, _hello_expected())
        return frame

    async def _access(self, token: str) -> WebSession:
        """The session behind a token; Closing when there is none (any more)."""
        try:
            return await access_web_session(self._parts.store, widget=self._widget, token=token)
        except SessionExpired as error:
            raise Closing(CLOSE_SESSION, refusal_of(error)) from None
        except BadSession as error:
            raise Closing(CLOSE_POLICY, refusal_of(error)) from None
        except KothaStoreError as error:
            raise Closing(CLOSE_SLOW, refusal_of(error)) from None

    async def _converse(self, session: WebSession, hello: Hello) -> None:
        feed, listener = self._parts.hub.listen(session.conversation_id, hello.token)
        try:
            progress = await self._welcome(session)
            # A client that claims to be ahead of the transcript gets what comes from here on.
            self.shown = cursor = min(hello.after_seq, progress.last_seq)
            pump = Pump(self, feed, listener, session, cursor=cursor, attended=progress.attended)
            await self._until_one_ends(
                pump.run(look=hello.after_seq < progress.last_seq), self._take_frames(session), listener
            )
        finally:
            self._parts.hub.leave(listener)

    async def _welcome(self, session: WebSession) -> Progress:
        try:
            progress = await read_progress(self._parts.store, session.conversation_id)
        except KothaStoreError as error:
            raise Closing(CLOSE_SLOW, refusal_of(error)) from None
        await self.send(welcome_frame(session, progress))
        if progress.taken_up_seq:
            await self.send(read_frame(progress.taken_up_seq))
        return progress

    async def _until_one_ends(
        self, pump: Coroutine[Any, Any, None], frames: Coroutine[Any, Any, None], listener: Listener
    ) -> None:
        """Run both loops until one ends; its reason is raised.

        The pump is asked to stop, not cancelled: a cancelled read would cost the store its connection.
        """
        pumping, taking = asyncio.create_task(pump), asyncio.create_task(frames)
        try:
            done, _ = await asyncio.wait({pumping, taking}, return_when=asyncio.FIRST_COMPLETED)
            while done:
                done.pop().result()
        finally:
            listener.stop(CLOSE_NORMAL)
            taking.cancel()
            await asyncio.wait({pumping}, timeout=CLOSE_SECONDS)
            pumping.cancel()
            await asyncio.gather(pumping, taking, return_exceptions=True)
            # The error's traceback leads to this frame, and the tasks to the error: a circle would keep the
            # connection, and all it has read, until the collector comes round.
            del pumping, taking

    async def _take_frames(self, session: WebSession) -> None:
        while True:
            raw = b""
            try:
                raw = await self._receive()
                await self._take(raw, session)
            except Refusal as refusal:
                self._parts.metrics.refused.labels(refusal.code).inc()
                self._count_frame()
                await self.send(error_frame(refusal, client_msg_id_of(raw)))

    async def _take(self, raw: bytes, session: WebSession) -> None:
        match parse_frame(raw):
            case Send() as message:  # has a rate of its own, the customer's
                await self._accept(message, session)
                return
            case Ping():
                await self.send(PONG_FRAME)
            case Typing():
                self._parts.watchers.customer_types(session.conversation_id)
            case Seen(seq):
                await self._see(seq, session)
            case Hello():
                raise bad_frame("`hello` is the first frame only. Reconnect to change the session.")
        self._count_frame()

    async def _see(self, seq: int, session: WebSession) -> None:
        """Kept for the agents, who see how far their words came. Unimportant enough to be lost.

        Nobody has seen what was not shown: so a write costs an event, and agents are told nothing untrue.
        """
        seq = min(seq, self.shown)
        if seq <= self._seen:
            return
        self._seen = seq
        with contextlib.suppress(KothaStoreError):
            await asyncio.shield(mark_seen_by_customer(self._parts.store, session.conversation_id, seq=seq))
        self._parts.watchers.customer_saw(session.conversation_id, seq)

    def _count_frame(self) -> None:
        """Close a socket that floods us with frames that are no messages."""
        if wait := self._frames.wait_for("frames"):
            refusal = Refusal("rate_limited", "Too many frames.", retry_after_s=round(wait + 0.05, 1))
            raise Closing(CLOSE_POLICY, refusal)

    async def _accept(self, message: Send, session: WebSession) -> None:
        self._parts.gate.check_identity_rate(session.identity_id)
        self._parts.gate.check_address(self._address)
        try:
            # Shielded: a socket that closes meanwhile must not leave a stored message without its hints.
            accepted = await asyncio.shield(
                self._parts.intake.take(
                    incoming_of(message, session, self._widget), client_msg_id=message.client_msg_id.lower()
                )
            )
        except (KothaStoreError, Overloaded) as error:
            raise refusal_of(error) or error from None
        await self.send(ack_frame(message.client_msg_id, accepted))

    async def _receive(self) -> bytes:
        """The next text frame; Refusal for a binary one, Closing when it is too large or the last."""
        message = await self._ws.receive()
        if message.type is WSMsgType.BINARY:
            raise bad_frame("Binary frames are not used. Send text frames.")
        if message.type is not WSMsgType.TEXT:
            raise Closing(answer_to_close(message.type, message.data))
        raw: bytes = message.data
        if len(raw) > MAX_FRAME_BYTES:
            raise Closing(CLOSE_TOO_BIG, _frame_too_large())
        if not is_text(raw):
            raise Closing(CLOSE_INVALID_TEXT, bad_frame("A text frame must be UTF-8."))
        return raw

    async def send(self, frame: bytes) -> None:
        """Send, or cut a peer that does not read: what waits for it never exceeds the transport's buffer."""
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                await self._ws.send_frame(frame, WSMsgType.TEXT)
        except TimeoutError:
            raise Closing(CLOSE_SLOW) from None

    async def check_session(self, session: WebSession) -> None:
        """Closing when the session was replaced or ran out; a store that is away decides nothing."""
        try:
            await access_web_session(self._parts.store, widget=self._widget, token=session.token)
        except (BadSession, SessionExpired) as error:
            raise Closing(CLOSE_SESSION, refusal_of(error)) from None
        except StoreUnavailable:
            return

    async def _close(self, closing: Closing) -> None:
        if closing.code not in (0, CLOSE_NORMAL):
            self._parts.metrics.sockets_cut.labels(str(closing.code)).inc()
        with contextlib.suppress(ConnectionError):
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._say_goodbye(closing)
            except TimeoutError:
                self._abort()

    async def _say_goodbye(self, closing: Closing) -> None:
        if closing.refusal and not self._ws.closed:
            await self._ws.send_frame(error_frame(closing.refusal), WSMsgType.TEXT)
        await self._ws.close(code=closing.code or CLOSE_NORMAL, drain=False)

    def _abort(self) -> None:
        """Drop a peer that does not even take our close; a polite close would wait for its buffer."""
        if self._transport is not None:
            self._transport.abort()

    async def attended(self, session: WebSession) -> Attended | None:
        """Who answers now; None while the store is away: the next look will tell."""
        try:
            return (await read_progress(self._parts.store, session.conversation_id)).attended
        except KothaStoreError:
            return None

    @property
    def poll_seconds(self) -> float:
        """How long the pump sleeps at most."""
        return self._parts.poll_seconds


class Pump:
    """Sends a conversation's events from a cursor on, in order and without gaps."""

    def __init__(
        self,
        connection: Connection,
        feed: Feed,
        listener: Listener,
        session: WebSession,
        *,
        cursor: int,
        attended: Attended,
    ) -> None:
        self._connection = connection
        self._feed = feed
        self._listener = listener
        self._session = session
        self._cursor = cursor
        self._attended = attended
        self._checked = time.monotonic()

    async def run(self, *, look: bool) -> None:
        """Until the socket has to close. `look`: read at once, without a hint."""
        while True:
            self._listener.wake.clear()
            if self._listener.stop_code:
                raise Closing(self._listener.stop_code)
            lines = await self._read(look=look)
            await self._send(lines)
            await self._tell_owner()
            look = len(lines) >= PAGE
            if not look and not (lines and self._feed.reaches_beyond(self._cursor)):
                look = not await self._woken()
            await self._check_session_now_and_then()

    async def _read(self, *, look: bool) -> list[Line]:
        try:
            return await self._feed.after(self._cursor, look=look)
        except KothaStoreError:
            return []  # the poll tries again

    async def _send(self, lines: list[Line]) -> None:
        whispers = [*self._listener.whispers]
        self._listener.whispers.clear()
        items: list[Line | Whisper] = [*lines, *whispers]
        for item in sorted(items, key=lambda item: item.seq):  # stable: an event before its whispers
            await self._connection.send(item.data)
            if isinstance(item, Line):
                self._cursor = self._connection.shown = item.seq

    async def _tell_owner(self) -> None:
        """Somebody else may answer from here on: say who, when it is so."""
        if not self._listener.owner_due:
            return
        self._listener.owner_due = False  # before the look: what changes meanwhile asks for another
        attended = await self._connection.attended(self._session)
        if attended is None:
            self._listener.owner_due = True
        elif attended != self._attended:
            self._attended = attended
            await self._connection.send(owner_frame(attended))

    async def _woken(self) -> bool:
        """Sleep until a hint (True) or the slow poll (False)."""
        try:
            async with asyncio.timeout(self._connection.poll_seconds):
                await self._listener.wake.wait()
        except TimeoutError:
            return False
        return True

    async def _check_session_now_and_then(self) -> None:
        if time.monotonic() - self._checked >= SESSION_CHECK_SECONDS:
            self._checked = time.monotonic()
            self._listener.owner_due = True  # another node may have changed it
            await self._connection.check_session(self._session)


def incoming_of(message: Send, session: WebSession, widget: str) -> IncomingMessage:
    """A web message as intake takes it; its external id is the client's id within the conversation (W1)."""
    return IncomingMessage(
        channel="web",
        account=widget,
        identity_id=session.identity_id,
        conversation_id=session.conversation_id,
        external_id=f"{session.conversation_id}:{message.client_msg_id.lower()}",
        text=message.text,
        choice_id=message.choice,
        attachments=message.attachments,
    )


def _hello_expected() -> Refusal:
    return Refusal("hello_expected", "The first frame must be `hello` with the session token, within 10 s.")


def _frame_too_large() -> Refusal:
    message = f"A frame may have {MAX_FRAME_BYTES} bytes at most. Send text as plain UTF-8, or over HTTP."
    return Refusal("frame_too_large", message, limit=MAX_FRAME_BYTES)


class WebSigns:
    """How the web channel shows that a message was taken up and an answer is coming."""

    def read(self, seq: int) -> bytes:
        """The `read` frame."""
        return read_frame(seq)

    def typing(self) -> bytes:
        """The bot's `typing` frame."""
        return BOT_TYPING_FRAME
