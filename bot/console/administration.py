"""Colleagues, teams and labels: everybody may see them, administrators change them; and the audit log."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from bot.channels.web.socket import CLOSE_SESSION
from bot.console.administration_bodies import (
    ChangedAgent,
    ChangedLabel,
    ChangedTeam,
    NewAgent,
    NewLabel,
    NewTeam,
)
from bot.console.bodies import AuditQuery, Nothing, bad_field
from bot.console.calls import Answer, Call, not_found
from bot.console.live import Desk
from bot.console.passwords import Passwords, new_password
from bot.console.permissions import Permission
from bot.console.routing import Route
from bot.console.shapes import (
    AgentObject,
    AuditPage,
    LabelObject,
    NewAgentObject,
    TeamObject,
    listed,
)
from bot.console.writing import agent_object, audit_object, label_object, team_object
from crm_store.domain.agents import Role
from crm_store.domain.errors import NameTaken, TeamNeeded, UnusableDetail
from crm_store.domain.opening_hours import SHOP_TIMEZONE
from crm_store.domain.teams import Team, TeamHours, check_holidays, check_hours, hours_as_written
from crm_store.use_cases.agents import list_agents
from crm_store.use_cases.audit import list_audit
from crm_store.use_cases.colleagues import add_agent, change_agent, reset_password
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.notes import add_label, delete_label, list_labels, save_label
from crm_store.use_cases.teams import add_team, delete_team, list_teams, save_team
from crm_store.use_cases.unit_of_work import Store


@dataclass(frozen=True)
class Administration:
    """Handlers of what the console is furnished with."""

    store: Store
    passwords: Passwords
    desk: Desk

    def routes(self) -> list[Route]:
        """What is served."""
        read, write = Permission.TEAM_READ, Permission.AGENTS_WRITE
        return [
            Route("GET", "/agents", read, self.agents, "Who works here", gives=listed(AgentObject)),
            Route(
                "POST",
                "/agents",
                write,
                self.add_agent,
                "A new colleague; the first password is shown this once",
                takes=NewAgent,
                gives=NewAgentObject,
                status=201,
                refuses=("name_taken",),
            ),
            Route(
                "PATCH",
                "/agents/{agent}",
                write,
                self.change_agent,
                "Change a colleague; another role or leaving ends their sessions",
                takes=ChangedAgent,
                gives=AgentObject,
                refuses=("last_administrator",),
            ),
            Route(
                "POST",
                "/agents/{agent}/password",
                write,
                self.reset_password,
                "A new first password for a colleague; their sessions and tokens end",
                gives=NewAgentObject,
            ),
            Route("GET", "/teams", read, self.teams, "The teams and their hours", gives=listed(TeamObject)),
            Route(
                "POST",
                "/teams",
                write,
                self.add_team,
                "A new team",
                takes=NewTeam,
                gives=TeamObject,
                status=201,
                refuses=("name_taken",),
            ),
            Route(
                "PATCH",
                "/teams/{team}",
                write,
                self.change_team,
                "Change a team, its hours and holidays",
                takes=ChangedTeam,
                gives=TeamObject,
            ),
            Route(
                "DELETE",
                "/teams/{team}",
                write,
                self.remove_team,
                "Remove a team; its conversations go to the default team",
                status=204,
                refuses=("team_needed",),
            ),
            Route("GET", "/labels", read, self.labels, "The labels", gives=listed(LabelObject)),
            Route(
                "POST",
                "/labels",
                write,
                self.add_label,
                "A new label",
                takes=NewLabel,
                gives=LabelObject,
                status=201,
                refuses=("name_taken",),
            ),
            Route(
                "PATCH",
                "/labels/{label}",
                write,
                self.change_label,
                "Change a label",
                takes=ChangedLabel,
                gives=LabelObject,
                refuses=("name_taken",),
            ),
            Route("DELETE", "/labels/{label}", write, self.remove_label, "Remove a label", status=204),
            Route(
                "GET",
                "/audit",
                Permission.AUDIT_READ,
                self.list_audit,
                "Who did or saw what, newest first",
                takes=AuditQuery,
                gives=AuditPage,
            ),
        ]

    # ---- colleagues

    async def agents(self, _call: Call[Nothing]) -> Answer:
        """With load and presence."""
        return Answer({"items": [agent_object(agent) for agent in await list_agents(self.store)]})

    async def add_agent(self, call: Call[NewAgent]) -> Answer:
        """The password is made here: an administrator never chooses a colleague's."""
        given = call.given
        password = new_password()
        agent = await add_agent(
            self.store,
            email=given.email,
            name=given.name,
            name_bn=given.name_bn,
            role=Role(given.role),
            password_hash=await self.passwords.hash(password),
            languages=tuple(dict.fromkeys(given.languages)),
            team_ids=tuple(given.team_ids),
            max_load=given.max_load,
        )
        return Answer({"agent": agent_object(agent), "initial_password": password}, status=201)

    async def change_agent(self, call: Call[ChangedAgent]) -> Answer:
        """What is left out stays."""
        given, agent_id = call.given, call.id("agent")
        values = given.model_dump(exclude_none=True, exclude={"team_ids"})
        if given.languages is not None:
            values["languages"] = list(dict.fromkeys(given.languages))
        team_ids = None if given.team_ids is None else tuple(given.team_ids)
        agent = await change_agent(self.store, agent_id, values, team_ids=team_ids)
        if given.role is not None or given.active is False:
            self.desk.stop_agent(agent_id, CLOSE_SESSION)
        self.desk.tell({"type": "presence", "agent": agent_object(agent)})
        return Answer(agent_object(agent))

    async def reset_password(self, call: Call[Nothing]) -> Answer:
        """For somebody who forgot it."""
        password, agent_id = new_password(), call.id("agent")
        agent = await reset_password(self.store, agent_id, await self.passwords.hash(password))
        self.desk.stop_agent(agent_id, CLOSE_SESSION)
        return Answer({"agent": agent_object(agent), "initial_password": password})

    # ---- teams

    async def teams(self, _call: Call[Nothing]) -> Answer:
        """With whether each is open now."""
        now = datetime.now(UTC)
        return Answer({"items": [team_object(team, now) for team in await list_teams(self.store)]})

    async def add_team(self, call: Call[NewTeam]) -> Answer:
        """Nobody is in it yet."""
        given = call.given
        if given.slug in {team.slug for team in await list_teams(self.store)}:
            raise NameTaken(given.slug)
        team = Team(new_id(), given.slug, given.name, given.name_bn, _hours(given, None))
        await add_team(self.store, team)
        return Answer(team_object(team, datetime.now(UTC)), status=201)

    async def change_team(self, call: Call[ChangedTeam]) -> Answer:
        """What is left out stays."""
        given, before = call.given, await self._team(call.id("team"))
        names = given.model_dump(exclude_none=True, include={"name", "name_bn"})
        team = replace(before, hours=_hours(given, before.hours), **names)
        await save_team(self.store, team)
        return Answer(team_object(team, datetime.now(UTC)))

    async def remove_team(self, call: Call[Nothing]) -> Answer:
        """Not the default one: it takes what no other team takes."""
        team = await self._team(call.id("team"))
        if team.is_default:
            raise TeamNeeded(team.slug)
        await delete_team(self.store, team.id)
        return Answer(None)

    async def _team(self, team_id: UUID) -> Team:
        found = next((team for team in await list_teams(self.store) if team.id == team_id), None)
        if found is None:
            raise not_found("team")
        return found

    # ---- labels

    async def labels(self, _call: Call[Nothing]) -> Answer:
        """By name."""
        return Answer({"items": [label_object(label) for label in await list_labels(self.store)]})

    async def add_label(self, call: Call[NewLabel]) -> Answer:
        """Names are unique."""
        given = call.given
        await self._check_label_name(given.name)
        label = await add_label(self.store, name=given.name, name_bn=given.name_bn, colour=given.colour)
        return Answer(label_object(label), status=201)

    async def change_label(self, call: Call[ChangedLabel]) -> Answer:
        """What is left out stays."""
        values, label_id = call.given.model_dump(exclude_none=True), call.id("label")
        before = next((one for one in await list_labels(self.store) if one.id == label_id), None)
        if before is None:
            raise not_found("label")
        if call.given.name not in (None, before.name):
            await self._check_label_name(call.given.name)
        label = replace(before, **values)
        await save_label(self.store, label)
        return Answer(label_object(label))

    async def _check_label_name(self, name: str | None) -> None:
        if name in {label.name for label in await list_labels(self.store)}:
            raise NameTaken(str(name))

    async def remove_label(self, call: Call[Nothing]) -> Answer:
        """Conversations lose it too."""
        await delete_label(self.store, call.id("label"))
        return Answer(None)

    # ---- audit

    async def list_audit(self, call: Call[AuditQuery]) -> Answer:
        """A page, newest first."""
        given = call.given
        entries = await list_audit(
            self.store,
            before=_audit_id(given.cursor),
            agent_id=given.agent,
            kind=given.kind,
            limit=given.limit + 1,
        )
        page = entries[: given.limit]
        more = str(page[-1].id) if len(entries) > given.limit else None
        return Answer({"items": [audit_object(entry) for entry in page], "next_cursor": more})


def _audit_id(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise bad_field("cursor", "Use the `next_cursor` of the page before.")
    return int(cursor)


def _hours(given: NewTeam | ChangedTeam, before: TeamHours | None) -> TeamHours:
    """The hours after the change; Refusal that says what is wrong with them."""
    week = given.hours if given.hours is not None else hours_as_written(before) if before else {}
    zone = given.timezone or (before.timezone if before else SHOP_TIMEZONE)
    written = [day.model_dump() for day in given.holidays or ()]
    try:
        hours = check_hours({str(day): spans for day, spans in week.items()}, zone)
        if given.holidays is None and before is not None:
            return replace(hours, holidays=before.holidays)
        return replace(hours, holidays=check_holidays(written))
    except UnusableDetail as error:
        raise bad_field("hours", f"{error}.") from None
