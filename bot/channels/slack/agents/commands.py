"""`/kotha agent <code>` and `/kotha agents here [team] [language]`."""

from dataclasses import dataclass, field
from typing import Final

from bot.channels.slack.agents.colleagues import Colleagues, language_of
from bot.channels.slack.agents.deeds import NotDone
from bot.channels.slack.agents.rooms import RoomClosed, Rooms
from bot.channels.slack.forms import SlashCommand
from bot.channels.slack.markup import escape
from bot.channels.slack.places import CHANNEL
from bot.errors import DeliveryFailure
from bot.limits import Rate, RateLimiter
from bot.phrases import LANGUAGES
from crm_store.domain.agents import Agent, Role
from crm_store.domain.audit import NewAuditEntry
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import (
    ConflictingWrite,
    LinkUnusable,
    StoreUnavailable,
    UnknownAgent,
    UnknownTeam,
)
from crm_store.domain.linking import read_code
from crm_store.use_cases.agent_accounts import (
    list_team_channels,
    redeem_agent_code,
    remove_team_channel,
    set_team_channel,
)
from crm_store.use_cases.audit import write_audit
from crm_store.use_cases.unit_of_work import Store

# Somebody mistypes a code of 36 bits a few times; nobody may go on for its ten minutes.
GUESSES: Final = Rate(per_minute=1, burst=6)
MAX_CODE: Final = 64
HELP: Final = "help"


@dataclass
class AgentCommands:
    """Agents' part of the slash command. Its answers are seen by its author alone."""

    store: Store
    rooms: Rooms
    colleagues: Colleagues
    guesses: RateLimiter = field(default_factory=lambda: RateLimiter(GUESSES))

    async def take(self, command: SlashCommand) -> JsonObject | None:
        """Do it and say what was done; None when it is not ours."""
        try:
            word, _, rest = command.text.partition(" ")
            match [word.lower(), *rest.split()]:
                case ["agent", code] if may_be_code(code):
                    said = await self._connect(command, code)
                case ["agents", ("here" | "off" | "help"), *_] as words:
                    said = await self._set_up(command, words[1:])
                case _:  # "agent, please" is a customer's
                    return None
        except NotDone as refusal:
            said = self.colleagues.say(refusal, None)
        except (StoreUnavailable, ConflictingWrite):
            said = self.colleagues.say(NotDone("unavailable"), None)
        return {"response_type": "ephemeral", "text": escape(said)}

    async def _connect(self, command: SlashCommand, code: str) -> str:
        if code == HELP:
            raise NotDone("agent_how")
        if self.guesses.wait_for((command.team, command.user)):
            raise NotDone("agent_throttled")
        try:
            agent = await redeem_agent_code(self.store, CHANNEL, command.team, command.user, code[:MAX_CODE])
        except (LinkUnusable, UnknownAgent):
            raise NotDone("agent_refused") from None
        await self._audit("slack.linked", agent, command)
        language = language_of(agent, None)
        name = agent.shown.in_language(language or "en")
        return self.colleagues.wording.say("agent_done", language).format(name=name)

    async def _set_up(self, command: SlashCommand, words: list[str]) -> str:
        agent = await self.colleagues.access(command.team, command.user)
        language = language_of(agent, None)
        try:
            return self.colleagues.wording.say(await self._set_channel(command, agent, words), language)
        except NotDone as refusal:
            return self.colleagues.say(refusal, language)

    async def _set_channel(self, command: SlashCommand, agent: Agent, words: list[str]) -> str:
        """What was done, by its sentence."""
        if agent.role is not Role.ADMIN:
            raise NotDone("channel_not_admin")
        match words:
            case ["here", *options]:
                return await self._post_here(command, agent, options)
            case ["off"]:
                return await self._post_no_more(command, agent)
            case _:
                raise NotDone("channel_how")

    async def _post_here(self, command: SlashCommand, agent: Agent, options: list[str]) -> str:
        language = next((word for word in options if word in LANGUAGES), "en")
        team = next((word for word in options if word not in LANGUAGES), None)
        try:
            await self.rooms.check(command.team, command.channel)
            await set_team_channel(
                self.store, CHANNEL, command.team, command.channel, team=team, language=language
            )
        except RoomClosed as closed:
            raise NotDone(f"channel_{closed.why}") from None
        except UnknownTeam:
            raise NotDone("channel_unknown_team") from None
        except DeliveryFailure:
            raise NotDone("unavailable") from None
        await self._audit("slack.channel_set", agent, command)
        return "channel_done"

    async def _post_no_more(self, command: SlashCommand, agent: Agent) -> str:
        here = (CHANNEL, command.team, command.channel)
        for found in await list_team_channels(self.store):
            if (found.channel, found.account, found.place) == here:
                await remove_team_channel(self.store, found.team_id)
        await self._audit("slack.channel_removed", agent, command)
        return "channel_off"

    async def _audit(self, kind: str, agent: Agent, command: SlashCommand) -> None:
        facts = {"account": command.team, "user": command.user, "place": command.channel}
        await write_audit(self.store, NewAuditEntry(kind, agent.id, facts=facts))


def may_be_code(word: str) -> bool:
    """A code, perhaps with a slip in it; not a customer's word."""
    return word == HELP or read_code(word) is not None or "-" in word or any(each.isdigit() for each in word)
