"""One engine and two, asked directly: what an engine is worth where everything else is idle.

The requests are made beforehand and their answers only counted, so that asking takes next to nothing: no
gateway, no store, no action server runs meanwhile, and each engine has a core as long as there are enough.
"""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlsplit

from benchmarks.load import Measured, summary
from crm_store.domain.facts import CustomerFacts

AT_ONCE = 4  # requests that wait at each engine: it never has to wait for us
HEAD_END = b"\r\n\r\n"
READ_BYTES = 65_536


class BadAnswer(RuntimeError):
    """An engine did not answer a turn: measuring that would be measuring nothing."""


@dataclass
class Line:
    """A connection with one request under way."""

    url: str
    began: float = 0.0
    answer: bytes = b""
    socket: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        place = urlsplit(self.url)
        self.socket = socket.create_connection((place.hostname or "", place.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> None:
        """Send the next request."""
        self.began, self.answer = time.perf_counter(), b""
        self.socket.sendall(request)

    def read(self) -> bool:
        """Read what is there; whether the answer is complete. BadAnswer when it is no turn."""
        self.answer += self.socket.recv(READ_BYTES)
        head, end, body = self.answer.partition(HEAD_END)
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            raise BadAnswer(self.answer[:300].decode(errors="replace"))
        return len(body) >= length_in(head)

    def body(self) -> bytes:
        """What was answered."""
        return self.answer.partition(HEAD_END)[2]


def length_in(head: bytes) -> int:
    """The length of the body, bytes, as the head of an answer says it."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise BadAnswer("no Content-Length")


def requests(url: str, secret: str, texts: Sequence[str]) -> list[bytes]:
    """The texts as turns of a conversation that has begun; `url` is the engine that begins it."""
    line = Line(url)
    with line.socket:
        line.ask(_request(url, secret, "hello", None))
        while not line.read():
            pass
    state = json.loads(line.body())["state"]
    return [_request(url, secret, text, state) for text in texts]


def _request(url: str, secret: str, text: str, state: object) -> bytes:
    turn = {
        "conversation": "benchmark",
        "message_id": "benchmark",
        "text": text,
        "choice": None,
        "state": state,
        "facts": CustomerFacts().as_dict(),
    }
    body = json.dumps(turn, ensure_ascii=False).encode()
    head = (
        f"POST /turn HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}"
    )
    return head.encode() + HEAD_END + body


def drive(urls: Sequence[str], turns: Sequence[bytes], *, seconds: float, warm_up: float) -> Measured:
    """Keep every engine busy; only turns that begin and end inside the window count."""
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    latencies: list[float] = []
    following = cycle(turns)
    with selectors.DefaultSelector() as ready, ExitStack() as stack:
        for line in [Line(url) for url in urls for _ in range(AT_ONCE)]:
            stack.enter_context(line.socket)
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.ask(next(following))
        while (now := time.perf_counter()) < end:
            for key, _ in ready.select(end - now):
                line = key.data
                if not line.read():
                    continue
                finished = time.perf_counter()
                if line.began >= begin and finished <= end:
                    latencies.append((finished - line.began) * 1000)
                line.ask(next(following))
    return summary(latencies, seconds)
