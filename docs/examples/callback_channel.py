"""A channel of your own: messages come as signed HTTP requests, answers are posted to an address of yours.

    KOTHA_EXTRA_CHANNELS=docs.examples.callback_channel CALLBACK_URL=http://… CALLBACK_SECRET=… make run

docs/write-your-own-channel.md goes through it line by line.
"""

import contextlib
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.port import Capabilities, Channel, ChannelHealth, ChannelParts
from bot.channels.rendering import PlainText
from bot.errors import DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from crm_store.domain.errors import StoreUnavailable, UpdateSeenBefore
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.received import Place, Received, Sender

NAME = "callback"
ACCOUNT = "default"  # a platform with several workspaces or bots has several
MAX_BODY_BYTES = 16 * 1024
SEND_SECONDS = 10.0  # an answer later than that is as good as none


def build(parts: ChannelParts) -> Channel:
    """What KOTHA_EXTRA_CHANNELS asks the module for."""
    return CallbackChannel(parts, os.environ["CALLBACK_URL"], os.environ["CALLBACK_SECRET"].encode())


@dataclass
class CallbackChannel:
    """One platform: routes in, calls out. Storing, order, retries and dead letters are the service's."""

    around: ChannelParts
    url: str
    secret: bytes
    name: str = NAME
    # No buttons, cards or files: messages are written out, and a typed number is the click.
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(text_limit=1000))
    _trouble: str | None = None

    # ---- in

    def add_to(self, app: web.Application) -> None:
        """Our one address."""
        app.router.add_post("/api/callback/messages", self.take)

    async def take(self, request: web.Request) -> web.Response:
        """Check the raw bytes, then parse, then store; acknowledge only what is stored (CH1)."""
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return web.Response(status=413)
        body = await request.read()
        claimed = request.headers.get("X-Signature", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(self.sign(body), claimed):
            return web.Response(status=401)
        try:
            return await self._store(body)
        except StoreUnavailable:
            return web.Response(status=503, headers={"Retry-After": "5"})

    async def _store(self, body: bytes) -> web.Response:
        try:
            received = read_message(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            await self.around.inbox.bury(NAME, ACCOUNT, None, type(error).__name__, body)
            return web.Response()  # it would be no better the second time
        with contextlib.suppress(UpdateSeenBefore):  # a repeat whose sender was erased
            await self.around.inbox.take(received)
        return web.Response()

    def sign(self, body: bytes) -> bytes:
        """What the header has to say of this body."""
        return hmac.new(self.secret, body, hashlib.sha256).hexdigest().encode()

    # ---- out

    def parts(self, item: OutboxItem) -> tuple[dict[str, Any], ...]:
        """Long texts in several; each with an id by which the other side knows a repeat."""
        texts = PlainText(self.capabilities).pieces(item)
        return tuple({"id": f"{item.message_id}.{n}", "text": text} for n, text in enumerate(texts))

    async def send_part(self, item: OutboxItem, index: int, part: dict[str, Any]) -> str | None:
        """One call; what went wrong says whether it can have arrived."""
        body = json.dumps({"to": item.destination, **part}).encode()
        headers = {"X-Signature": self.sign(body).decode(), "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=SEND_SECONDS)
        try:
            async with self.around.session.post(
                self.url, data=body, headers=headers, timeout=timeout
            ) as answer:
                self._trouble = None
                return self._judge(answer.status, part["id"])
        except aiohttp.ClientConnectorError as error:
            self._trouble = type(error).__name__
            raise DeliveryPostponed("nobody listens") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryUncertain(type(error).__name__) from error

    def _judge(self, status: int, part_id: str) -> str:
        if status == web.HTTPTooManyRequests.status_code or status >= web.HTTPInternalServerError.status_code:
            raise DeliveryPostponed(f"status {status}")
        if status >= web.HTTPBadRequest.status_code:
            raise DeliveryRefused(f"status {status}")
        return part_id

    async def find_sent(self, item: OutboxItem, index: int) -> str | None:
        """Nobody can be asked (`capabilities.reconcile` is false): in doubt it is sent once more."""
        return None

    # ---- the rest

    async def start(self) -> None:
        """Nothing to open: messages come to us."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def show_typing(self, address: dict[str, Any], *, account: str) -> None:
        """`capabilities.typing` is false: never asked for."""

    def health(self) -> ChannelHealth:
        """Shown in /readyz."""
        return ChannelHealth(ok=self._trouble is None, why=self._trouble)


def read_message(given: dict[str, Any]) -> Received:
    """{"id", "from", "text", "name"?}; ValueError, KeyError or TypeError when it is nothing of the kind."""
    identifier, sender, text = given["id"], given["from"], given["text"]
    if not all(isinstance(each, str) and 0 < len(each) <= 4000 for each in (identifier, sender, text)):
        raise ValueError("three texts are needed")
    who = Sender(NAME, ACCOUNT, f"user:{sender}"[:255], display_name=given.get("name"))
    return Received(who, Place(address={"to": sender}), identifier[:255], text=text, picks=True)
