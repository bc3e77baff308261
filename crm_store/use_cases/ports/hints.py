"""Hearing what other processes committed."""

from collections.abc import Callable
from typing import Protocol

from crm_store.domain.hints import Tell


class HintSource(Protocol):
    """A database that tells those who listen."""

    async def follow(self, tell: Tell, listening: Callable[[bool], None]) -> None:
        """Pass on every hint of other processes until cancelled; `listening` hears of losses and returns.

        It connects again whenever the connection is lost, waiting a little longer each time.
        """
        ...
