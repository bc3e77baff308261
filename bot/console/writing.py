"""Domain values as the console's answers (`bot.console.shapes`)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

from bot.channels.web.frames import timestamp
from bot.console.principals import Principal
from bot.console.shapes import (
    AgentObject,
    AuditEntry,
    CannedReplyObject,
    LabelObject,
    Me,
    NameObject,
    PreferencesObject,
    TeamObject,
    TokenObject,
)
from crm_store.domain.agents import Agent, AgentName, ApiToken
from crm_store.domain.audit import AuditEntry as StoredAuditEntry
from crm_store.domain.canned_replies import BENGALI, ENGLISH, ROMANISED, CannedReply
from crm_store.domain.notes import Label
from crm_store.domain.teams import Team, holidays_as_written, hours_as_written

DEFAULT_PREFERENCES: Final[PreferencesObject] = {
    "language": "en",
    "theme": "system",
    "sound": True,
    "notifications": False,
}


def time_or_none(at: datetime | None) -> str | None:
    """RFC 3339, or null."""
    return timestamp(at) if at is not None else None


def id_or_none(value: UUID | None) -> str | None:
    """The id as text, or null."""
    return str(value) if value is not None else None


def name_object(person: AgentName | Agent) -> NameObject:
    """A colleague, as others are told."""
    return {"id": str(person.id), "name": person.name, "name_bn": person.name_bn}


def name_or_none(person: AgentName | None) -> NameObject | None:
    """A colleague, or null."""
    return name_object(person) if person is not None else None


def agent_object(agent: Agent) -> AgentObject:
    """A colleague in a list."""
    return {
        **name_object(agent),
        "email": agent.email,
        "role": agent.role.value,
        "team_ids": [str(team_id) for team_id in agent.team_ids],
        "languages": list(agent.languages),
        "status": cast("Any", agent.status),
        "load": agent.load,
        "max_load": agent.max_load,
        "active": agent.active,
    }


def team_object(team: Team, now: datetime) -> TeamObject:
    """A team, and whether it is open now."""
    there = team.hours.availability(now)
    return {
        "id": str(team.id),
        "slug": team.slug,
        "name": team.name,
        "name_bn": team.name_bn,
        "timezone": team.hours.timezone,
        "hours": hours_as_written(team.hours),
        "holidays": cast("Any", holidays_as_written(team.hours)),
        "open_now": there.open_now,
        "opens_at": time_or_none(there.opens_at),
        "closes_at": time_or_none(there.closes_at),
    }


def label_object(label: Label) -> LabelObject:
    """A label."""
    return {"id": str(label.id), "name": label.name, "name_bn": label.name_bn, "colour": label.colour}


def preferences_object(kept: Mapping[str, Any]) -> PreferencesObject:
    """What the agent chose, and the rest as it is at first."""
    known = {name: value for name, value in kept.items() if name in DEFAULT_PREFERENCES}
    return cast("PreferencesObject", {**DEFAULT_PREFERENCES, **known})


def me_object(principal: Principal, agent: Agent, teams: list[Team]) -> Me:
    """Who is logged in."""
    now = datetime.now(UTC)
    return {
        "agent": agent_object(agent),
        "csrf": principal.csrf or "",
        "permissions": principal.told_permissions,
        "preferences": preferences_object(agent.preferences),
        "teams": [team_object(team, now) for team in teams if team.id in agent.team_ids],
        "server_time": timestamp(now),
    }


def token_object(token: ApiToken) -> TokenObject:
    """An API token, without the token."""
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": [scope.value for scope in token.scopes],
        "created_at": timestamp(token.created_at),
        "last_used_at": time_or_none(token.last_used_at),
        "expires_at": time_or_none(token.expires_at),
    }


def canned_reply_object(reply: CannedReply, agent_id: UUID) -> CannedReplyObject:
    """A reply to use again."""
    return {
        "id": str(reply.id),
        "shortcut": reply.shortcut,
        "title": reply.title,
        "title_bn": reply.title_bn,
        "text": {
            "en": reply.text[ENGLISH],
            "bn": reply.text.get(BENGALI),
            "bn-Latn": reply.text.get(ROMANISED),
        },
        "shared": reply.is_shared,
        "mine": reply.agent_id == agent_id,
    }


def audit_object(entry: StoredAuditEntry) -> AuditEntry:
    """A line of the audit log."""
    return {
        "at": timestamp(entry.at),
        "agent": name_or_none(entry.agent),
        "kind": entry.kind,
        "conversation_id": id_or_none(entry.conversation_id),
        "customer_id": id_or_none(entry.customer_id),
        "facts": entry.facts,
    }
