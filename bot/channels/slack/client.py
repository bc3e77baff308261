"""Slack's Web API: one call, one outcome. No retries in here: delivery decides about them (SL13).

DeliveryRefused    └── SlackRefused      Slack will never do it; `code` is its word for why
DeliveryPostponed  └── SlackAway         Slack did nothing; later it may
                       └── TeamLocked    its workspace took the token away (SL12)
DeliveryUncertain                        the answer was lost, or Slack does not know itself
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from crm_store.domain.conversations import JsonObject

CALL_SECONDS: Final = 10.0  # Slack answers within one; what takes longer is lost
LIMITED_SECONDS: Final = 30.0  # a rate limit without `Retry-After`
LOCKED_SECONDS: Final = 60.0  # how often a workspace that locked us out is tried again

RATE_LIMIT: Final = "ratelimited"
RATE_LIMITED: Final = frozenset({RATE_LIMIT, "rate_limited", "message_limit_exceeded"})
TOKEN_GONE: Final = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
        "team_access_not_granted",
    }
)
AWAY: Final = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"})
# "Some aspect of the operation may have succeeded", says Slack of these.
UNCERTAIN: Final = frozenset({"internal_error", "fatal_error"})
# These take their arguments in the URL or as a form; the others as JSON.
READS: Final = frozenset(
    {
        "auth.test",
        "conversations.history",
        "conversations.info",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
        "users.getPresence",
    }
)


class SlackRefused(DeliveryRefused):
    """Slack says no, and will say so again; `code` is Slack's reason. Look it up in its method's page."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.code = code


class SlackAway(DeliveryPostponed):
    """Slack was not reached, or has too much to do: nothing happened, ask again."""


class TeamLocked(SlackAway):
    """The workspace's token does not work (any more). Install the app again and set its new token."""


class SlackApi:
    """Calls in the name of the bot, with the token of the workspace."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Mapping[str, str],
        *,
        base_url: str,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._clients = {team: make_client(session, token, base_url) for team, token in tokens.items()}
        self._tokens = dict(tokens)
        self.on_locked: Callable[[str, str], None] = _ignore

    @property
    def teams(self) -> tuple[str, ...]:
        """Workspaces we have a token of."""
        return tuple(self._clients)

    def token_of(self, team: str) -> str | None:
        """The bot's token there, for downloads."""
        return self._tokens.get(team)

    async def call(self, team: str, method: str, **arguments: Any) -> JsonObject:
        """Call a method; its answer. Raises SlackRefused, SlackAway, TeamLocked or DeliveryUncertain."""
        client = self._clients.get(team)
        if client is None:
            raise TeamLocked(f"no token for workspace {team}", retry_after=LOCKED_SECONDS)
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            async with asyncio.timeout(CALL_SECONDS):
                if method in READS:
                    answer = await client.api_call(method, http_verb="GET", params=given)
                else:
                    answer = await client.api_call(method, json=given)
        except aiohttp.ClientConnectorError as error:
            raise SlackAway(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
            raise self._failure(team, method, error) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def _failure(self, team: str, method: str, error: Exception) -> Exception:
        """What a failed call means. The SDK's own texts quote the request, so none of them goes on (CH7)."""
        if not isinstance(error, SlackApiError):
            return DeliveryUncertain(f"{method}: {type(error).__name__}")
        status, code, wait = _answer_of(error)
        if code in TOKEN_GONE:
            self.on_locked(team, code)
            return TeamLocked(code, retry_after=LOCKED_SECONDS)
        if status == 429 or code in RATE_LIMITED:
            return SlackAway(RATE_LIMIT, retry_after=wait or LIMITED_SECONDS)
        if status == 503 or code in AWAY:
            return SlackAway(code or str(status), retry_after=wait)
        if status >= 500 or code in UNCERTAIN or not code:
            return DeliveryUncertain(f"{method}: {code or status}")
        return SlackRefused(method, code)


def make_client(session: aiohttp.ClientSession, token: str | None, base_url: str) -> AsyncWebClient:
    """The SDK's client without its habit of trying again, which posts twice (SL13)."""
    return AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[], logger=quiet_logger())


def quiet_logger() -> logging.Logger:
    """For the SDK, which below warnings writes whole messages into the log (CH7)."""
    logger = logging.getLogger("bot.channels.slack.sdk")
    logger.setLevel(logging.WARNING)
    return logger


def _ignore(_team: str, _code: str) -> None:
    """Until somebody wants to know of lost workspaces."""


def _answer_of(error: SlackApiError) -> tuple[int, str, float | None]:
    """Status, Slack's code and `Retry-After` of a refused call, whatever of it there is."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    headers = getattr(response, "headers", None) or {}
    return int(status), code if isinstance(code, str) else "", _seconds(headers.get("Retry-After"))


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
