"""One socket of a widget and one of a console, opened again whenever the gateway has had enough of them."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import aiohttp

from tests.fuzz.judging import Judge
from tests.fuzz.mangling import Mangler
from tests.fuzz.world import World
from tests.integration.console import SUBPROTOCOL, own_origin

Socket = aiohttp.ClientWebSocketResponse
ANSWER_SECONDS: Final = 20
FRAMES_IN_A_ROW: Final = 50  # the gateway cuts floods, and then reads nothing of them
ENDS: Final = (
    aiohttp.WSMsgType.CLOSE,
    aiohttp.WSMsgType.CLOSING,
    aiohttp.WSMsgType.CLOSED,
    aiohttp.WSMsgType.ERROR,
)


@dataclass
class Line:
    """A socket with how to open it again."""

    open: Callable[[], Awaitable[Socket]]
    socket: Socket | None = None
    sent: int = 0

    async def ready(self) -> Socket:
        """The socket, fresh when the last one is closed or has sent enough."""
        if self.socket is not None and (self.socket.closed or self.sent >= FRAMES_IN_A_ROW):
            await self.socket.close()
            self.socket = None
        if self.socket is None:
            self.socket, self.sent = await self.open(), 0
        self.sent += 2
        return self.socket


@dataclass
class Sockets:
    """Sends frames and waits until the gateway has read each."""

    world: World
    mangler: Mangler
    judge: Judge
    lines: dict[str, Line] = field(default_factory=dict)

    async def web(self, frame: bytes) -> None:
        """A frame of the widget."""
        await self._send("web.socket", self._open_web, frame)

    async def console(self, frame: bytes) -> None:
        """A frame of the console."""
        await self._send("console.socket", self._open_console, frame)

    async def close(self) -> None:
        """Hang up."""
        for line in self.lines.values():
            if line.socket is not None:
                await line.socket.close()

    async def _send(self, kind: str, opener: Callable[[], Awaitable[Socket]], frame: bytes) -> None:
        line = self.lines.setdefault(kind, Line(opener))
        socket = await line.ready()
        binary = self.mangler.chance.random() < 0.05
        with contextlib.suppress(ConnectionResetError):  # it hung up meanwhile: why is read below
            await socket.send_frame(frame, aiohttp.WSMsgType.BINARY if binary else aiohttp.WSMsgType.TEXT)
            if not socket.closed:
                await socket.send_str('{"type":"ping"}')
        self.judge.closed(kind, await _until_pong(socket), repr(frame[:600]))

    async def _open_web(self) -> Socket:
        socket = await self.world.http.ws_connect(f"{self.world.customer.api}/socket", protocols=["kotha.v1"])
        if self.mangler.chance.random() < 0.9:
            await socket.send_json({"type": "hello", "token": self.world.token, "after_seq": 0})
        return socket

    async def _open_console(self) -> Socket:
        agent = self.world.agent
        headers = {"Cookie": f"kotha_agent={agent.cookie}", "Origin": own_origin()}
        socket = await self.world.http.ws_connect(
            f"{agent.api}/socket", protocols=[SUBPROTOCOL], headers=headers
        )
        if self.mangler.chance.random() < 0.9:
            await socket.send_json({"type": "hello", "tab": str(uuid4())})
        return socket


async def _until_pong(socket: Socket) -> int | None:
    """Read until the gateway has got to the ping, or has closed: with which code."""
    while True:
        message = await socket.receive(timeout=ANSWER_SECONDS)
        if message.type is aiohttp.WSMsgType.CLOSE:
            return int(message.data or 1006)  # it stays true when the gateway no longer waits for our answer
        if message.type in ENDS:
            return socket.close_code or 1006
        if message.type is aiohttp.WSMsgType.TEXT and message.data == '{"type":"pong"}':
            return None
