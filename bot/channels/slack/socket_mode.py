"""Socket Mode: Slack brings everything over a web socket we open, so no public address is needed.

The SDK keeps the connection (it reconnects when Slack asks for it, or falls silent); an envelope is
acknowledged after what it holds is stored, and not at all otherwise: Slack brings it again (CH1).
"""

import asyncio
from typing import Final

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.channels.slack.client import make_client, quiet_logger
from bot.channels.slack.forms import read_command
from bot.channels.slack.inbox import NotYetTaken, SlackInbox
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable

log = structlog.get_logger()

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0


class SocketMode:
    """One connection to Slack; several gateways have one each, and Slack shares the work out."""

    def __init__(
        self, inbox: SlackInbox, session: aiohttp.ClientSession, *, app_token: str, base_url: str
    ) -> None:
        self._inbox = inbox
        self._session = session
        self._app_token = app_token
        self._base_url = base_url
        self._client: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._why_not: str | None = "connecting"

    @property
    def trouble(self) -> str | None:
        """Why nothing comes in; None while the connection stands."""
        why = self._why_not or (None if self._is_open() else "reconnecting")
        return f"Socket Mode: {why}" if why else None

    def _is_open(self) -> bool:
        session = self._client.current_session if self._client is not None else None
        return session is not None and not session.closed

    async def start(self) -> None:
        """Connect, beside everything else."""
        self._connecting = asyncio.create_task(self._connect(), name="slack-socket-mode")

    async def stop(self) -> None:
        """Close the connection; what is not acknowledged comes to another gateway, or later."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._client is not None:
            await self._client.close()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    async def _connect(self) -> None:
        pause = FIRST_PAUSE
        self._client = client = SocketModeClient(
            self._app_token,
            logger=quiet_logger(),
            web_client=make_client(self._session, None, self._base_url),
        )
        client.socket_mode_request_listeners.append(self._take)
        while not await self._try(client):
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        log.info("slack.socket_mode_open")

    async def _try(self, client: SocketModeClient) -> bool:
        try:
            await client.connect_to_new_endpoint(force=True)
        except (SlackClientError, aiohttp.ClientError, OSError) as error:
            self._why_not = type(error).__name__
            log.warning("slack.socket_mode", why=self._why_not)
        except Exception as error:
            self._why_not = type(error).__name__
            log.exception("slack.socket_mode_defect")
        else:
            self._why_not = None
        return self._why_not is None

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            answer = await self._answer(request)
        except (StoreUnavailable, ConflictingWrite, NotYetTaken) as error:
            log.warning("slack.not_taken", kind=request.type, error=type(error).__name__)
            return
        except Exception:
            log.exception("slack.poison", kind=request.type)
            answer = {}
        await client.send_socket_mode_response(
            SocketModeResponse(request.envelope_id, payload=answer or None)
        )

    async def _answer(self, request: SocketModeRequest) -> JsonObject:
        payload: JsonObject = request.payload
        match request.type:
            case "events_api":
                await self._inbox.event(payload)
            case "interactive":
                return await self._inbox.interaction(payload)
            case "slash_commands":
                command = read_command({name: str(value) for name, value in payload.items()})
                return await self._inbox.command(command) if command is not None else {}
        return {}
