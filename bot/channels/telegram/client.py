"""aiogram's client over our own HTTP session: no retries, and errors that say whether a call arrived (SL13).

Delivery owns the retry policy, so it must know which calls certainly had no effect.
"""

from collections.abc import AsyncGenerator
from typing import Any, Final, cast

import aiohttp
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from bot.errors import DeliveryFailure, DeliveryPostponed, DeliveryRefused, DeliveryUncertain

OFFICIAL_API: Final = "https://api.telegram.org"
CONNECT_SECONDS: Final = 5.0
CALL_SECONDS: Final = 20.0  # the server answers within a second or two; files may take the rest
DOWNLOAD_SECONDS: Final = 15.0  # 10 MiB at 700 kB/s; Telegram waits some 60 s for a webhook's answer
REVOKED_PAUSE_SECONDS: Final = 60.0  # a token is given back by a person
REFUSED_PAUSE_SECONDS: Final = 6.0  # longer than asking again takes (`standing.CONFIRM_SECONDS`)


class NotSent(TelegramAPIError):
    """The call did not reach Telegram: send it again whenever you like."""


class PerhapsSent(TelegramAPIError):
    """The connection broke after the call left: it may have been carried out."""


class ClientSession(BaseSession):
    """Bot API calls over a session that belongs to the service."""

    def __init__(self, http: aiohttp.ClientSession, api_base: str = OFFICIAL_API) -> None:
        base = api_base.rstrip("/")
        super().__init__(
            PRODUCTION if base == OFFICIAL_API else TelegramAPIServer.from_base(base), timeout=CALL_SECONDS
        )
        self._http = http

    async def close(self) -> None:
        """The HTTP session is not ours to close."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: float | None = None,  # noqa: ASYNC109  aiogram's signature
    ) -> TelegramType:
        """One call; an error of aiogram's, NotSent or PerhapsSent says why there is no result."""
        address = self.api.api_url(token=bot.token, method=method.__api_method__)
        limits = aiohttp.ClientTimeout(total=timeout or self.timeout, sock_connect=CONNECT_SECONDS)
        try:
            async with self._http.post(
                address, data=self._form(bot, method), timeout=limits, allow_redirects=False
            ) as response:
                status, content = response.status, await response.text()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(method, type(error).__name__) from None  # the error itself names the URL: a secret
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
            raise PerhapsSent(method, type(error).__name__) from None
        return cast(TelegramType, self.check_response(bot, method, status, content).result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: float = DOWNLOAD_SECONDS,  # noqa: ASYNC109  aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A file's bytes."""
        limits = aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_SECONDS)
        async with self._http.get(
            url, headers=headers, timeout=limits, raise_for_status=raise_for_status
        ) as response:
            async for chunk in response.content.iter_chunked(chunk_size):
                yield chunk

    def _form(self, bot: Bot, method: TelegramMethod[TelegramType]) -> aiohttp.FormData:
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        files: dict[str, InputFile] = {}
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                form.add_field(name, prepared)
        for name, file in files.items():
            form.add_field(name, file.read(bot), filename=file.filename or name)
        return form


def delivery_failure(error: Exception) -> DeliveryFailure:
    """What an unsuccessful call means for the message: never again, later, or nobody knows.

    The words are Telegram's own; they hold no token and nothing a customer wrote.
    """
    match error:
        case NotSent():
            return DeliveryPostponed(error.message)
        case TelegramRetryAfter():
            return DeliveryPostponed("too many requests", retry_after=float(error.retry_after))
        case TelegramMigrateToChat():
            return DeliveryPostponed("the group became a supergroup", retry_after=0.0)
        case TelegramServerError():
            return DeliveryPostponed(error.message)  # backed off from, more and more
        case PerhapsSent() | ClientDecodeError():
            return DeliveryUncertain(error.message)
        case TelegramUnauthorizedError():  # whether it means that is found out meanwhile
            return DeliveryPostponed(error.message, retry_after=REFUSED_PAUSE_SECONDS)
        case TelegramNotFound():  # no bot has such a token
            return DeliveryPostponed(error.message, retry_after=REVOKED_PAUSE_SECONDS)
        case TelegramAPIError():
            return DeliveryRefused(error.message)
    return DeliveryUncertain(type(error).__name__)


def make_client(token: str, http: aiohttp.ClientSession, api_base: str = OFFICIAL_API) -> Bot:
    """A bot's client."""
    return Bot(token, session=ClientSession(http, api_base))
