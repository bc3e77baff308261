"""Workspaces: whether they still let us in (SL12), and who we are there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.channels.slack.background import Background
from bot.channels.slack.client import SlackApi, TeamLocked
from bot.channels.slack.places import CHANNEL
from bot.errors import DeliveryFailure
from crm_store.domain.channels import AccountState
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.linking import introduce_account
from crm_store.use_cases.platforms import list_channel_accounts, set_account_state
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

LOOK_AGAIN_SECONDS: Final = 60.0  # so soon a workspace is written to again that was lost by mistake


@dataclass
class Workspaces:
    """What is known of each workspace; `lost` says why one cannot be written to."""

    store: Store
    api: SlackApi
    background: Background
    forward: Callable[[str], None]
    lost: dict[str, str] = field(default_factory=dict)
    bot_users: dict[str, str] = field(default_factory=dict)
    _looking: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self) -> None:
        """Look at every workspace, without waiting for Slack."""
        for account in await list_channel_accounts(self.store, CHANNEL):
            if account.state is AccountState.REVOKED and account.account in self.api.teams:
                self.lost[account.account] = account.reason or "revoked"
        self._looking = asyncio.create_task(self._look(), name="slack-workspaces")

    async def stop(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        """At every workspace, and again and again at those that do not work: Slack errs about tokens too."""
        waiting = set(self.api.teams)
        while True:
            for team in waiting:
                await self._look_at(team)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            waiting = {team for team in self.api.teams if team in self.lost or team not in self.bot_users}

    async def _look_at(self, team: str) -> None:
        try:
            await self.verify(team)
        except KothaStoreError as error:
            log.warning("slack.unverified", team=team, error=type(error).__name__)
        except Exception:
            log.exception("slack.verifying_defect", team=team)

    async def verify(self, team: str) -> None:
        """Ask Slack whether the token works; a workspace that is ours again is sent what waits."""
        try:
            answer = await self.api.call(team, "auth.test")
        except TeamLocked as locked:
            await self.lose(team, str(locked))
            return
        except DeliveryFailure as failure:
            log.warning("slack.unverified", team=team, error=str(failure))
            return
        if answer.get("team_id") != team:
            await self.lose(team, "the token is another workspace's")
            return
        self.bot_users[team] = str(answer.get("user_id", ""))
        await introduce_account(
            self.store, CHANNEL, team, name=str(answer.get("team", "")) or team, connect_url=None
        )
        if self.lost.pop(team, None) is not None:
            await set_account_state(self.store, CHANNEL, team, AccountState.ACTIVE)
            log.info("slack.team_back", team=team)
            self.forward(CHANNEL)

    async def lose(self, team: str, reason: str) -> None:
        """Nothing is sent there any more, and somebody has to hear of it, once."""
        if team in self.lost:
            return
        await set_account_state(self.store, CHANNEL, team, AccountState.REVOKED, reason)
        self.lost[team] = reason
        log.error("slack.team_lost", team=team, reason=reason)

    def locked(self, team: str, reason: str) -> None:
        """A call found the token gone."""
        if team not in self.lost and team in self.api.teams:
            self.background.start(self.lose(team, reason), name="lose")
