"""Agents who answer from Slack are there, though no console of theirs is open.

Whoever did something in Slack lately counts as there; whoever has a conversation also while Slack says that
they are active. Each account has one "connection" in the store, which any process may keep alive.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from bot.channels.slack.client import SlackApi
from bot.channels.slack.places import CHANNEL
from bot.errors import DeliveryFailure
from crm_store.domain.agent_threads import AgentAccount
from crm_store.use_cases.agent_accounts import keep_present, list_present
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

# Three fit into the 90 s after which an agent counts as gone.
LOOK_SECONDS: Final = 25.0


@dataclass
class SlackPresence:
    """Looks now and then who is there."""

    store: Store
    api: SlackApi
    minutes: float
    clock: Callable[[], float] = time.monotonic
    _looked: float = float("-inf")

    async def look(self) -> None:
        """Keep those present who are, when it is time to look."""
        if self.clock() - self._looked < LOOK_SECONDS:
            return
        self._looked = self.clock()
        acted, quiet = await list_present(self.store, CHANNEL, minutes=self.minutes)
        active = [each for each in quiet if await self._is_active(each)]
        for account in (*acted, *active):
            await keep_present(self.store, account)

    async def _is_active(self, account: AgentAccount) -> bool:
        if account.account not in self.api.teams:
            return False
        try:
            answer = await self.api.call(account.account, "users.getPresence", user=account.user_id)
        except DeliveryFailure as failure:
            log.warning("slack.agents_presence", team=account.account, error=str(failure))
            return False
        return answer.get("presence") == "active"
