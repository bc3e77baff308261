"""Customers for the overload experiments, and the ledger that is kept outside of what it judges."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import aiohttp
import orjson

ECHO = "You said: "  # how the stand-in of the engine answers, so that each reply names its message


@dataclass
class Ledger:
    """One line for each message acknowledged and each reply seen, written as it happens."""

    path: Path
    accepted: dict[str, list[str]] = field(default_factory=dict)
    replied: dict[str, list[str]] = field(default_factory=dict)
    answered: list[tuple[str, str]] = field(default_factory=list)
    """Who was answered what, in the order in which it was seen."""
    refused: Counter[str] = field(default_factory=Counter)
    acknowledged_ms: list[float] = field(default_factory=list)

    def __enter__(self) -> Ledger:
        self._file = self.path.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def accept(self, customer: str, text: str, took_ms: float) -> None:
        """The gateway has said that it has this message."""
        self.acknowledged_ms.append(took_ms)
        self.accepted.setdefault(customer, []).append(text)
        self._write("accepted", customer, text)

    def reply(self, customer: str, text: str) -> None:
        """A reply reached the customer."""
        self.replied.setdefault(customer, []).append(text)
        self.answered.append((customer, text))
        self._write("replied", customer, text)

    def _write(self, what: str, customer: str, text: str) -> None:
        self._file.write(orjson.dumps([time.time(), what, customer, text]) + b"\n")

    @property
    def waiting(self) -> int:
        """Accepted and not answered yet."""
        return sum(map(len, self.accepted.values())) - len(self.answered)

    def verdict(self) -> dict[str, int]:
        """What was lost, repeated or out of order, by what customers saw."""
        lost = repeated = disordered = 0
        for customer, texts in self.accepted.items():
            seen = self.replied.get(customer, [])
            lost += len(set(texts) - set(seen))
            repeated += len(seen) - len(set(seen))
            disordered += list(dict.fromkeys(seen)) != [text for text in texts if text in set(seen)]
        return {"lost": lost, "repeated": repeated, "out of order": disordered}

    def spread(self) -> int:
        """By how many messages the most answered customer was ahead of the least, of those who waited."""
        left = {customer: len(texts) for customer, texts in self.accepted.items()}
        done = dict.fromkeys(left, 0)
        widest = 0
        for customer, _ in self.answered:
            done[customer] += 1
            waiting = [done[each] for each in done if done[each] < left[each]]
            widest = max(widest, max(waiting) - min(waiting)) if waiting else widest
        return widest


class Customer:
    """One open socket: sends without waiting, notes acknowledgements, refusals and replies."""

    def __init__(self, name: str, socket: aiohttp.ClientWebSocketResponse[bool], ledger: Ledger) -> None:
        self.name = name
        self._socket = socket
        self._ledger = ledger
        self._sent: dict[str, tuple[str, float, asyncio.Future[bool]]] = {}
        self._asked: dict[str, asyncio.Future[None]] = {}
        self._numbers = iter(range(10**9))

    async def send(self) -> asyncio.Future[bool]:
        """One message; the future says whether it was accepted."""
        return await self._send(f"{self.name} {next(self._numbers)}")

    async def ask(self) -> float:
        """One message and its reply: milliseconds."""
        text, loop = f"{self.name} {next(self._numbers)}", asyncio.get_running_loop()
        self._asked[text] = loop.create_future()
        started = time.perf_counter()
        await self._send(text)
        await self._asked[text]
        return (time.perf_counter() - started) * 1000

    async def _send(self, text: str) -> asyncio.Future[bool]:
        key, future = str(uuid.uuid4()), asyncio.get_running_loop().create_future()
        self._sent[key] = text, time.perf_counter(), future
        await self._socket.send_json({"type": "send", "client_msg_id": key, "text": text})
        return future

    async def listen(self) -> None:
        """Until the socket closes."""
        async for message in self._socket:
            frame = orjson.loads(message.data)
            match frame["type"]:
                case "ack":
                    text, at, future = self._sent.pop(frame["client_msg_id"])
                    self._ledger.accept(self.name, text, (time.perf_counter() - at) * 1000)
                    future.set_result(True)
                case "error":
                    self._ledger.refused[frame["code"]] += 1
                    if frame.get("client_msg_id") in self._sent:
                        self._sent.pop(frame["client_msg_id"])[2].set_result(False)
                case "event" if frame["author"] == "bot":
                    self._hear(str(frame["text"]).removeprefix(ECHO))

    def _hear(self, text: str) -> None:
        self._ledger.reply(self.name, text)
        if text in self._asked:
            self._asked.pop(text).set_result(None)


@asynccontextmanager
async def customers(base: str, names: list[str], ledger: Ledger) -> AsyncIterator[list[Customer]]:
    """An open socket for each name."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        people = [await _connect(http, base, name, ledger) for name in names]
        listening = [asyncio.create_task(person.listen()) for person in people]
        try:
            yield people
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)


async def _connect(http: aiohttp.ClientSession, base: str, name: str, ledger: Ledger) -> Customer:
    api = f"{base}/api/web/demo"
    async with http.post(f"{api}/sessions", json={}) as answer:
        session = await answer.json()
    socket = await http.ws_connect(f"{api}/socket", protocols=["kotha.v1"])
    await socket.send_json({"type": "hello", "token": session["token"], "after_seq": 0})
    await socket.receive()
    return Customer(name, socket, ledger)
