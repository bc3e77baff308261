"""What the checks look at."""

from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.settings import LOOPBACK_HOSTS, Settings

ANY_HOST = ("0.0.0.0", "::", "")  # noqa: S104  compared with, never listened on
START = "Start the service (`make run`, or `systemctl start kotha.target`)"


@dataclass(frozen=True)
class Patient:
    """The service as its settings describe it, and a session to ask it questions with.

    `model` is the archive today's training files would give, when the caller knows it.
    """

    settings: Settings
    session: aiohttp.ClientSession
    model: Path | None = None

    @property
    def gateway(self) -> str:
        """The gateway's own address, without the proxies in front of it."""
        host = "127.0.0.1" if self.settings.host in ANY_HOST else self.settings.host
        return f"http://{host}:{self.settings.port}"

    @property
    def front(self) -> str:
        """The address customers use."""
        return self.settings.public_url or self.gateway

    @property
    def is_public(self) -> bool:
        """Whether people outside this machine are meant to come."""
        front = self.settings.public_url
        return front is not None and not any(f"//{host}" in front for host in LOOPBACK_HOSTS)
