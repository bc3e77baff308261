"""The webhook: `POST /api/telegram/{bot}/webhook`. Anything but 2xx blocks a chat for up to a day (TG4)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
import structlog
from aiohttp import web

from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.incoming import Incoming, Unreadable
from bot.channels.telegram.reading import CHANNEL
from bot.inbox import Inbox
from bot.metrics import Metrics
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable

log = structlog.get_logger()

PATH: Final = "/api/telegram/{bot}/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
# Far above any update: 4,096 signs of text with 100 entities and the message it replies to are some 100 kB.
MAX_BODY_BYTES: Final = 1024 * 1024
RETRY_AFTER_SECONDS: Final = 5


@dataclass
class Webhook:
    """Handler of the address Telegram is told."""

    bots: Mapping[str, OurBot]
    secret: str
    incoming: Incoming
    inbox: Inbox
    metrics: Metrics

    def add_to(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post(PATH, self.receive)

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update. The answer's body is empty: one that names a method is carried out (TG6)."""
        if not self.is_from_telegram(request.headers.get(SECRET_HEADER)):
            return self._refuse(401, "telegram_unsigned")
        bot = self.bots.get(request.match_info["bot"])
        if bot is None:
            return self._refuse(404, "telegram_unknown_bot")
        body = await read_body(request)
        if body is None:
            return self._refuse(413, "telegram_too_large")
        try:
            await self._take(bot, body)
        except (StoreUnavailable, ConflictingWrite):
            return self._refuse(503, "telegram_store_away", retry_after=RETRY_AFTER_SECONDS)
        return web.Response()

    def is_from_telegram(self, given: str | None) -> bool:
        """Compared as bytes, in constant time (TG1)."""
        return hmac.compare_digest((given or "").encode("utf-8", "surrogateescape"), self.secret.encode())

    async def _take(self, bot: OurBot, body: bytes) -> None:
        try:
            await self.incoming.take(bot, _object_of(body))
        except (StoreUnavailable, ConflictingWrite):
            raise
        except Unreadable as error:
            await self.inbox.bury(CHANNEL, bot.account, None, str(error), body)
        except Exception:  # a defect of ours: sent again it would block the chat and change nothing
            log.exception("telegram.poison", account=bot.account)
            await self.inbox.bury(CHANNEL, bot.account, None, "a defect of the service", body)

    def _refuse(self, status: int, code: str, *, retry_after: int | None = None) -> web.Response:
        self.metrics.refused.labels(code).inc()
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
        return web.Response(status=status, headers=headers)


async def read_body(request: web.Request) -> bytes | None:
    """The body; None when it is larger than any update. The application's own limit is the web channel's."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _object_of(body: bytes) -> object:
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("not JSON") from None
