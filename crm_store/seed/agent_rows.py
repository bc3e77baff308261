"""The people who answer in the demo shop: two teams, six agents, what they label with and say again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from crm_store.domain.agents import ChosenStatus
from crm_store.seed.content import Content
from crm_store.seed.rows import Rows, seed_id

DEMO_MAIL: Final = "kotha.example"
# No password fits it: `make run` sets one, so that none stands in the repository.
NO_PASSWORD: Final = "-"  # noqa: S105
AGENT_TABLES: Final = ("teams", "agents", "team_members", "labels", "canned_replies")


def demo_email(key: str) -> str:
    """The address a demo agent logs in with."""
    return f"{key}@{DEMO_MAIL}"


def add_agents(rows: Rows, content: Content, began: datetime) -> None:
    """Teams, agents, labels and canned replies, as if they had worked here since `began`."""
    _add_teams(rows, content.teams, began)
    _add_people(rows, content.agents, began)
    for record in content.labels:
        values = {name: value for name, value in record.items() if name != "key"}
        rows.add("labels", id=seed_id("labels", record["key"]), created_at=began, **values)
    for record in content.canned_replies:
        _add_canned_reply(rows, record, began)


def _add_teams(rows: Rows, teams: Sequence[Mapping[str, Any]], began: datetime) -> None:
    for record in teams:
        rows.add("teams", id=seed_id("teams", record["slug"]), created_at=began, **record)


def _add_people(rows: Rows, agents: Sequence[Mapping[str, Any]], began: datetime) -> None:
    for record in agents:
        agent_id = seed_id("agents", record["key"])
        rows.add(
            "agents",
            id=agent_id,
            name=record["name"],
            name_bn=record["name_bn"],
            email=demo_email(record["key"]),
            password_hash=NO_PASSWORD,
            role=record["role"],
            languages=record["languages"],
            status=ChosenStatus.AVAILABLE.value,
            max_load=record["max_load"],
            preferences={"language": record["console_language"]},
            active=True,
            created_at=began,
        )
        for slug in record["teams"]:
            rows.add("team_members", team_id=seed_id("teams", slug), agent_id=agent_id)


def _add_canned_reply(rows: Rows, record: Mapping[str, Any], began: datetime) -> None:
    owner = record["agent"]
    rows.add(
        "canned_replies",
        id=seed_id("canned_replies", f"{owner}/{record['shortcut']}"),
        agent_id=seed_id("agents", owner) if owner else None,
        shortcut=record["shortcut"],
        title=record["title"],
        title_bn=record["title_bn"],
        text=record["text"],
        created_at=began,
        updated_at=began,
    )
