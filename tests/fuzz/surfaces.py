"""Where bytes come in: for each place, how one of the corpus is broken and sent there."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import uuid4

import orjson
from aiohttp import web

from bot.channels.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from bot.channels.telegram.webhook import SECRET_HEADER
from bot.console.routing import Route
from tests import files
from tests.fuzz.judging import Judge
from tests.fuzz.mangling import Mangler, filled_in, load
from tests.fuzz.plausible import plausible
from tests.fuzz.sockets import Sockets
from tests.fuzz.world import TELEGRAM_SECRET, World

Surface = Callable[[], Awaitable[None]]
SHOWN_BYTES: Final = 600
# Logging out would only make what follows unauthorised; guessing passwords is slowed on purpose.
LEFT_OUT: Final = frozenset({"/logout", "/me/password", "/login", "/socket"})
FILES: Final = (
    ("a.png", files.image()),
    ("b.jpg", files.photo()),
    ("c.gif", files.image("GIF")),
    ("d.webp", files.image("WEBP")),
    ("e.pdf", files.pdf()),
    ("f.png", files.bomb()),
    ("g.svg", files.SCRIPT_PICTURE),
)


@dataclass
class Surfaces:
    """Everything the gateway reads from outside; each sends one input and has its answer judged."""

    world: World
    mangler: Mangler
    judge: Judge
    corpus: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sockets = Sockets(self.world, self.mangler, self.judge)
        self.routes = [
            route for route in self.world.gateway.console.door.routes if route.path not in LEFT_OUT
        ]

    def all(self) -> list[tuple[int, Surface]]:
        """Each with how often it takes its turn."""
        return [
            (4, self.web),
            (4, self.web_socket),
            (6, self.console_change),
            (3, self.console_read),
            (1, self.console_socket),
            (1, self.attachment),
            (4, self.telegram),
            (3, self.slack_event),
            (2, self.slack_interaction),
            (1, self.slack_command),
            (1, self.odd_address),
        ]

    async def web(self) -> None:
        """The web channel's HTTP."""
        good = self._good("web_requests")
        path = self._odd_path(good["path"])
        body = self.mangler.body(good["body"]) if "body" in good else None
        token = self.world.token if self._usually() else _header(self.mangler.text())
        headers = {"Authorization": f"Bearer {token}"}
        await self._send("web", good["method"], f"{self.world.customer.api}{path}", headers, body)

    async def web_socket(self) -> None:
        """A frame of the widget; the engine's answer to it is broken too, now and then."""
        if self.mangler.chance.random() < 0.1:
            self.world.engine.script.append(_answer_of(self.mangler.body(self._good("engine_answers"))))
        await self.sockets.web(self.mangler.body(self._good("web_frames")))

    async def console_socket(self) -> None:
        """A frame of a console."""
        await self.sockets.console(self.mangler.body(self._good("console_sockets")))

    async def console_change(self) -> None:
        """A body of the console, of the shape its route wants, made worse."""
        route = self.mangler.chance.choice([route for route in self.routes if route.is_change])
        body = self.mangler.body(plausible(route.takes, self.mangler.chance))
        await self._console("console.change", route, "", body)

    async def console_read(self) -> None:
        """A query of the console: words to search for, cursors, filters."""
        route = self.mangler.chance.choice([route for route in self.routes if not route.is_change])
        query = plausible(route.takes, self.mangler.chance)
        worse = {name: self.mangler.text() for name in query if self._usually()}
        await self._console("console.read", route, "?" + _query({**query, **worse}), None)

    async def attachment(self) -> None:
        """A file that is not what it seems, under a name that is worse."""
        name, data = self.mangler.chance.choice(FILES)
        named = name if self._usually() else self.mangler.text()
        headers = {
            "Authorization": f"Bearer {self.world.token}",
            "Content-Type": "multipart/form-data; boundary=edge",
        }
        body = self.mangler.raw(_multipart(named, self.mangler.raw(data)))
        await self._send("attachment", "POST", f"{self.world.customer.api}/attachments", headers, body)

    async def telegram(self) -> None:
        """An update."""
        body = self.mangler.body({**self._good("telegram_updates"), "update_id": self._number()})
        secret = TELEGRAM_SECRET if self._usually() else _header(self.mangler.text())
        await self._send("telegram", "POST", self.world.webhook, {SECRET_HEADER: secret}, body)

    async def slack_event(self) -> None:
        """An event."""
        await self._slack("events", self.mangler.body(self._good("slack_events")))

    async def slack_interaction(self) -> None:
        """A click or a modal, as a form."""
        payload = self.mangler.body(self._good("slack_interactions"))
        await self._slack("interactivity", b"payload=" + quote(payload).encode())

    async def slack_command(self) -> None:
        """A slash command, as a form."""
        command = self.mangler.value(self._good("slack_commands"))
        pairs = command if isinstance(command, dict) else {"text": str(command)}
        await self._slack("commands", self.mangler.raw(_query(pairs).encode()))

    async def odd_address(self) -> None:
        """Addresses nobody publishes."""
        path = quote(self.mangler.text()[:200].encode("utf-8", "replace"), safe="/%")
        start = self.mangler.chance.choice(
            ("/", "/documents/", "/console/", "/api/web/", "/widget/", "/api/slack/")
        )
        method = self.mangler.chance.choice(("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PROPFIND"))
        await self._send("address", method, self.world.base + start + path, {}, None)

    async def _console(self, kind: str, route: Route, query: str, body: bytes | None) -> None:
        path = route.path.replace("{conversation}", self.world.conversation)
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + self._odd_id() + rest.partition("}")[2]
        agent = self.world.agent
        headers = {"Cookie": f"kotha_agent={agent.cookie}", "X-Kotha-CSRF": agent.csrf or ""}
        await self._send(kind, route.method, f"{agent.api}{path}{query}", headers, body)

    async def _slack(self, route: str, body: bytes) -> None:
        timestamp = str(int(time.time()))
        signature = sign(self.world.slack.signing_secret, timestamp, body)
        headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}
        await self._send(f"slack.{route}", "POST", f"{self.world.base}/api/slack/{route}", headers, body)

    async def _send(self, kind: str, method: str, url: str, headers: dict[str, str], body: Any) -> None:
        shown = body[:SHOWN_BYTES] if isinstance(body, bytes) else body
        async with self.world.http.request(
            method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            await answer.read()
            self.judge.answered(kind, answer.status, f"{method} {url} {shown!r}")

    def _good(self, name: str) -> Any:
        goods = self.corpus.setdefault(name, load(name))
        live = {
            "UUID": str(uuid4()),
            "TOKEN": self.world.token,
            "JWT": self.world.identity,
            "TEAM": self.world.rahima.team.id,
            "USER": self.world.rahima.id,
        }
        return filled_in(self.mangler.chance.choice(goods), live)

    def _odd_path(self, path: str) -> str:
        if self._usually():
            return path
        cut = path.rpartition("=")[0] + "=" if "=" in path else path
        return cut + quote(self.mangler.text()[:200].encode("utf-8", "replace"))

    def _odd_id(self) -> str:
        if self._usually():
            return str(uuid4())
        return quote(self.mangler.text()[:60].encode("utf-8", "replace"), safe="") or "x"

    def _number(self) -> int:
        return self.mangler.chance.randrange(2**40)

    def _usually(self) -> bool:
        return self.mangler.chance.random() < 0.8


def _multipart(name: str, data: bytes) -> bytes:
    """By hand, for a client's library would refuse such names."""
    named = name.encode("utf-8", "surrogatepass")
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="' + named + b'"\r\n\r\n'
    return head + data + b"\r\n--edge--\r\n"


def _header(text: str) -> str:
    """What of a text a client can put into a header at all."""
    return "".join(character for character in text if character.isprintable() and character < "\u00ff")[:500]


def _query(values: dict[str, Any]) -> str:
    flat = {str(name): value if isinstance(value, str) else _as_text(value) for name, value in values.items()}
    return urlencode(flat, errors="replace")


def _as_text(value: Any) -> str:
    """Any value as text."""
    try:
        return orjson.dumps(value).decode()
    except (TypeError, ValueError):
        return str(value)


def _answer_of(body: bytes) -> Any:
    async def turn(_question: dict[str, Any]) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    return turn
