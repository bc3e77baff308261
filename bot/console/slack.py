"""Agents in Slack: whose accounts are whose, and in which channels teams are told of hand-overs."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from bot.channels.web.frames import timestamp
from bot.console.bodies import Checked, Nothing
from bot.console.calls import Answer, Call, not_found
from bot.console.permissions import Permission
from bot.console.routing import Route
from bot.console.shapes import listed
from bot.console.writing import time_or_none
from crm_store.domain.agent_threads import AgentAccount, TeamChannel
from crm_store.domain.errors import NotLinked
from crm_store.use_cases.agent_accounts import (
    link_agent,
    list_agent_accounts,
    list_team_channels,
    offer_agent_code,
    remove_team_channel,
    save_team_channel,
    unlink_agent,
)
from crm_store.use_cases.platforms import list_channel_accounts
from crm_store.use_cases.unit_of_work import Store

SLACK: Final = "slack"

SlackId = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,32}$", strict=True)]


class SlackPerson(Checked):
    """A member of a workspace."""

    account: SlackId
    user_id: SlackId


class SlackChannel(Checked):
    """A private channel of a workspace, and the language of its cards."""

    account: SlackId
    place: SlackId
    language: Literal["en", "bn", "bn-Latn"] = "en"


class SlackAccountObject(TypedDict):
    """Somebody in Slack who is an agent."""

    account: str
    user_id: str
    agent_id: str
    linked_at: str
    seen_at: str | None


class SlackCode(TypedDict):
    """A one-time code, to be typed in Slack as `/kotha agent <code>`."""

    code: str
    expires_at: str


class WorkspaceObject(TypedDict):
    """A workspace; `reason` says why it cannot be used now."""

    account: str
    name: str | None
    reason: str | None


class TeamChannelObject(TypedDict):
    """Where a team's hand-overs are posted; `trouble`: why none is now."""

    team_id: str
    account: str
    place: str
    language: str
    trouble: str | None


class SlackSetUp(TypedDict):
    """All of it."""

    workspaces: list[WorkspaceObject]
    channels: list[TeamChannelObject]
    people: list[SlackAccountObject]


@dataclass(frozen=True)
class SlackSettings:
    """Handlers of the settings page "Slack"."""

    store: Store

    def routes(self) -> list[Route]:
        """What is served."""
        return [*self._own(), *self._shops()]

    def _own(self) -> list[Route]:
        own = Permission.ACCOUNT
        return [
            Route(
                "GET", "/me/slack", own, self.own, "One's accounts in Slack", gives=listed(SlackAccountObject)
            ),
            Route(
                "POST",
                "/me/slack",
                own,
                self.make_code,
                "A code that connects one's Slack account; it works once, for ten minutes",
                gives=SlackCode,
                status=201,
            ),
            Route(
                "POST",
                "/me/slack/unlink",
                own,
                self.unlink_own,
                "An account in Slack is not one's own any more",
                takes=SlackPerson,
                status=204,
            ),
        ]

    def _shops(self) -> list[Route]:
        write = Permission.AGENTS_WRITE
        return [
            Route(
                "GET",
                "/slack",
                Permission.TEAM_READ,
                self.set_up,
                "Workspaces, channels and people",
                gives=SlackSetUp,
            ),
            Route(
                "PUT",
                "/teams/{team}/slack",
                write,
                self.set_channel,
                "Post a team's hand-overs in a channel",
                takes=SlackChannel,
                gives=TeamChannelObject,
            ),
            Route(
                "DELETE",
                "/teams/{team}/slack",
                write,
                self.remove_channel,
                "A team's hand-overs go to the default team's channel",
                status=204,
            ),
            Route(
                "POST",
                "/agents/{agent}/slack",
                write,
                self.link,
                "Say which member of a workspace a colleague is",
                takes=SlackPerson,
                status=204,
            ),
            Route(
                "POST",
                "/slack/unlink",
                write,
                self.unlink,
                "A member of a workspace is nobody's account any more",
                takes=SlackPerson,
                status=204,
            ),
        ]

    async def own(self, call: Call[Nothing]) -> Answer:
        """Where the agent may answer from."""
        found = await list_agent_accounts(self.store, call.who.id)
        return Answer({"items": [account_object(each) for each in found]})

    async def make_code(self, call: Call[Nothing]) -> Answer:
        """An earlier one stops working."""
        code = await offer_agent_code(self.store, call.who.id)
        return Answer({"code": code.code, "expires_at": timestamp(code.expires_at)}, 201)

    async def unlink_own(self, call: Call[SlackPerson]) -> Answer:
        """Only one's own."""
        given = call.given
        try:
            await unlink_agent(self.store, SLACK, given.account, given.user_id, only_of=call.who.id)
        except NotLinked:
            raise not_found("account") from None
        return Answer(None)

    async def set_up(self, _call: Call[Nothing]) -> Answer:
        """Where hand-overs are posted, and who of the colleagues answers from there."""
        workspaces = await list_channel_accounts(self.store, SLACK)
        channels = await list_team_channels(self.store)
        people = await list_agent_accounts(self.store)
        return Answer(
            {
                "workspaces": [
                    {"account": each.account, "name": each.name, "reason": each.reason} for each in workspaces
                ],
                "channels": [channel_object(each) for each in channels],
                "people": [account_object(each) for each in people],
            }
        )

    async def set_channel(self, call: Call[SlackChannel]) -> Answer:
        """The cards appear there from now on; whether they may is seen when the first one is posted."""
        given = call.given
        found = TeamChannel(call.id("team"), SLACK, given.account, given.place, given.language)
        await save_team_channel(self.store, found)
        return Answer(channel_object(found))

    async def remove_channel(self, call: Call[Nothing]) -> Answer:
        """Threads that stand there go on."""
        await remove_team_channel(self.store, call.id("team"))
        return Answer(None)

    async def link(self, call: Call[SlackPerson]) -> Answer:
        """Whoever's the account was."""
        given = call.given
        await link_agent(self.store, SLACK, given.account, given.user_id, agent_id=call.id("agent"))
        return Answer(None)

    async def unlink(self, call: Call[SlackPerson]) -> Answer:
        """What they did stays theirs."""
        given = call.given
        try:
            await unlink_agent(self.store, SLACK, given.account, given.user_id)
        except NotLinked:
            raise not_found("account") from None
        return Answer(None)


def account_object(found: AgentAccount) -> SlackAccountObject:
    """Somebody in Slack who is an agent."""
    return {
        "account": found.account,
        "user_id": found.user_id,
        "agent_id": str(found.agent_id),
        "linked_at": timestamp(found.linked_at),
        "seen_at": time_or_none(found.seen_at),
    }


def channel_object(found: TeamChannel) -> TeamChannelObject:
    """Where a team is told of hand-overs."""
    return {
        "team_id": str(found.team_id),
        "account": found.account,
        "place": found.place,
        "language": found.language,
        "trouble": found.trouble,
    }
