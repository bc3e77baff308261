"""Everything that happened with a customer, from three sources that are read side by side and merged."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author
from crm_store.domain.cursors import Part
from crm_store.domain.handling import Edge
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, one_of
from crm_store.sql.tables import (
    agents,
    conversation_transitions,
    conversations,
    interactions,
    messages,
    teams,
)
from crm_store.use_cases.ports.console import FIRST_LINE, LAST_LINE, HistoryLine, HistorySource

MAX_FIRST_WORDS: Final = 120

_WHOSE: Final = sa.bindparam("customer", type_=sa.Uuid())
_AT_MOST: Final = sa.bindparam("at_most", type_=sa.Integer())
_AT: Final = sa.bindparam("at", type_=interactions.c.at.type)
_NUMBER: Final = sa.bindparam("number", type_=sa.Integer())
_ID: Final = sa.bindparam("id", type_=sa.Uuid())
_T: Final = conversation_transitions.c
_first: Final = messages.alias("first_message")
_assignee: Final = agents.alias("assignee")

# What agents do to a conversation, as lines; that a person was asked for stands in the journal already.
_KINDS: Final = {
    Edge.WITHDRAW: "handoff_withdrawn",
    Edge.CLAIM: "conversation_claimed",
    Edge.STEP_IN: "conversation_claimed",
    Edge.RELEASE: "conversation_released",
    Edge.EXPIRE: "conversation_expired",
    Edge.TRANSFER_AGENT: "conversation_transferred",
    Edge.TRANSFER_TEAM: "conversation_transferred",
    Edge.HAND_BACK: "conversation_handed_back",
    Edge.SNOOZE: "conversation_snoozed",
    Edge.RESOLVE: "conversation_resolved",
    Edge.REOPEN: "conversation_reopened",
}

LINES: Final = (
    sa.select(
        interactions.c.id,
        interactions.c.at,
        interactions.c.kind,
        interactions.c.actor,
        interactions.c.facts,
        interactions.c.conversation_id,
        conversations.c.channel,
    )
    .outerjoin(conversations, conversations.c.id == interactions.c.conversation_id)
    .where(
        interactions.c.customer_id == _WHOSE,
        sa.tuple_(interactions.c.at, interactions.c.id) < sa.tuple_(_AT, _NUMBER),
    )
    .order_by(interactions.c.at.desc(), interactions.c.id.desc())
    .limit(_AT_MOST)
)
HANDS: Final = (
    sa.select(
        _T.conversation_id,
        _T.epoch,
        _T.edge,
        _T.at,
        _T.agent_id,
        conversations.c.channel,
        agents.c.name.label("agent"),
        sa.func.coalesce(_assignee.c.name, teams.c.name).label("to"),
    )
    .join(conversations, conversations.c.id == _T.conversation_id)
    .outerjoin(agents, agents.c.id == _T.agent_id)
    .outerjoin(_assignee, _assignee.c.id == _T.assignee_id)
    .outerjoin(teams, teams.c.id == _T.team_id)
    .where(
        conversations.c.customer_id == _WHOSE,
        one_of(_T.edge, frozenset(edge.value for edge in _KINDS)),
        sa.tuple_(_T.at, _T.epoch, _T.conversation_id) < sa.tuple_(_AT, _NUMBER, _ID),
    )
    .order_by(_T.at.desc(), _T.epoch.desc(), _T.conversation_id.desc())
    .limit(_AT_MOST)
)
BEGINNINGS: Final = (
    sa.select(
        conversations.c.id,
        conversations.c.created_at.label("at"),
        conversations.c.channel,
        sa.func.substr(_first.c.text, 1, MAX_FIRST_WORDS).label("words"),
        _first.c.author,
    )
    .join(_first, sa.and_(_first.c.conversation_id == conversations.c.id, _first.c.seq == 1))
    .where(
        conversations.c.customer_id == _WHOSE,
        sa.tuple_(conversations.c.created_at, conversations.c.id) < sa.tuple_(_AT, _ID),
    )
    .order_by(conversations.c.created_at.desc(), conversations.c.id.desc())
    .limit(_AT_MOST)
)


class SqlTimelines:
    """The timeline's share of `crm_store.use_cases.ports.console.CustomerPanels`."""

    _connection: Connection

    async def list_history(self, customer_id: UUID, after: Sequence[Part], limit: int) -> list[HistoryLine]:
        at, source, *line = after
        found: list[HistoryLine] = []
        for each, query, names, read in _SOURCES:
            # Of that moment: nothing more of later sources, all of earlier ones.
            number, id_ = (
                line if each == source else FIRST_LINE if int(each) > int(str(source)) else LAST_LINE
            )
            values: dict[str, Any] = {"customer": customer_id, "at": at, "at_most": limit}
            bound = {"number": number, "id": id_}
            values |= {name: bound[name] for name in names}
            found += [read(row) for row in await self._connection.execute(query, values)]
        found.sort(key=lambda one: one.key, reverse=True)
        return found[:limit]


def _line(row: AnyRow) -> HistoryLine:
    return HistoryLine(
        source=HistorySource.JOURNAL,
        line=(row.id, FIRST_LINE[1]),
        at=row.at,
        kind=row.kind,
        channel=row.channel,
        conversation_id=row.conversation_id,
        actor=row.actor,
        facts=row.facts,
    )


def _change_of_hands(row: AnyRow) -> HistoryLine:
    facts = {"edge": row.edge, "agent": row.agent, "to": row.to}
    return HistoryLine(
        source=HistorySource.HANDS,
        line=(row.epoch, row.conversation_id),
        at=row.at,
        kind=_KINDS[Edge(row.edge)],
        channel=row.channel,
        conversation_id=row.conversation_id,
        actor=(Author.AGENT if row.agent_id is not None else Author.SYSTEM).value,
        facts={name: value for name, value in facts.items() if value is not None},
    )


def _beginning(row: AnyRow) -> HistoryLine:
    words = row.words if row.author == Author.CUSTOMER.value else None
    return HistoryLine(
        source=HistorySource.BEGINNING,
        line=(0, row.id),
        at=row.at,
        kind="conversation_began",
        channel=row.channel,
        conversation_id=row.id,
        actor=Author.CUSTOMER.value,
        facts={"channel": row.channel, "words": words},
    )


# With what tells lines of one moment apart.
_SOURCES: Final = (
    (HistorySource.JOURNAL, LINES, ("number",), _line),
    (HistorySource.HANDS, HANDS, ("number", "id"), _change_of_hands),
    (HistorySource.BEGINNING, BEGINNINGS, ("id",), _beginning),
)
