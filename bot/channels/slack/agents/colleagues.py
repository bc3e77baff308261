"""Who of the agents somebody in Slack is, and what is said to them alone."""

from dataclasses import dataclass

import structlog

from bot.channels.slack.agents.deeds import NotDone
from bot.channels.slack.client import SlackApi
from bot.channels.slack.markup import escape
from bot.channels.slack.places import CHANNEL
from bot.channels.wording import Wording
from bot.errors import DeliveryFailure
from crm_store.domain.agents import Agent
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable, UnknownAgent
from crm_store.use_cases.agent_accounts import access_account_agent
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where somebody did something, and where they are told what came of it."""

    team: str
    channel: str
    user: str
    root: str | None = None


@dataclass(frozen=True)
class Colleagues:
    """Knows agents by their accounts, and whispers to people."""

    store: Store
    api: SlackApi
    wording: Wording

    async def access(self, team: str, user: str) -> Agent:
        """The agent, who is there now. Raises NotDone for anybody else."""
        try:
            return await access_account_agent(self.store, CHANNEL, team, user)
        except UnknownAgent:
            raise NotDone("not_linked") from None
        except (StoreUnavailable, ConflictingWrite):
            raise NotDone("unavailable") from None

    def say(self, refusal: NotDone, language: str | None) -> str:
        """Why it was not done."""
        return self.wording.say(refusal.sentence, language).format(**refusal.values)

    async def whisper(self, spoken: Spoken, refusal: NotDone, language: str | None) -> None:
        """Tell them alone; best effort."""
        try:
            await self.api.call(
                spoken.team,
                "chat.postEphemeral",
                channel=spoken.channel,
                user=spoken.user,
                thread_ts=spoken.root,
                text=escape(self.say(refusal, language)),
            )
        except DeliveryFailure as failure:
            log.warning("slack.agents_whisper", team=spoken.team, error=str(failure))


def language_of(agent: Agent | None, otherwise: str | None) -> str | None:
    """The one they chose in the console, or the team's."""
    chosen = agent.preferences.get("language") if agent is not None else None
    return chosen if isinstance(chosen, str) else otherwise
