"""Questions how it went, in SQL."""

import secrets
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author
from crm_store.domain.handling import Handling
from crm_store.domain.reviews import RatedStretch
from crm_store.domain.surveys import Survey
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.replies import CHOICE_BYTES, known_language
from crm_store.sql.statements import AnyRow, changed_a_row, insert
from crm_store.sql.tables import (
    agents,
    choices,
    conversation_transitions,
    conversations,
    handoffs,
    messages,
    survey_responses,
    surveys,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.surveys import Helper, Question

_S: Final = surveys.c
_NUMBER: Final = (
    conversations.update()
    .where(conversations.c.id == sa.bindparam("conversation"))
    .values(last_seq=conversations.c.last_seq + 1)
    .returning(conversations.c.last_seq)
)
_SURVEY: Final = sa.select(surveys, agents.c.name, agents.c.name_bn).select_from(
    surveys.outerjoin(agents, agents.c.id == _S.agent_id)
)
_EARLIER_RESOLUTION: Final = (
    sa.select(sa.func.max(conversation_transitions.c.at))
    .where(
        conversation_transitions.c.conversation_id == sa.bindparam("conversation"),
        conversation_transitions.c.from_state == Handling.RESOLVED.value,
    )
    .scalar_subquery()
)


class SqlSurveys:
    """See `crm_store.use_cases.ports.surveys.Surveys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, survey: Survey, at: datetime) -> bool:
        row = {
            "id": survey.id,
            "conversation_id": survey.conversation_id,
            "epoch": survey.epoch,
            "about": survey.about.value,
            "agent_id": survey.agent.id if survey.agent else None,
            "handoff_id": survey.handoff_id,
            "asked_at": at,
        }
        statement = insert(self._connection.dialect.name, surveys).on_conflict_do_nothing()
        return await changed_a_row(self._connection, statement, row)

    async def show(self, question: Question, at: datetime) -> None:
        conversation_id = question.survey.conversation_id
        numbered = await self._connection.execute(_NUMBER, {"conversation": conversation_id})
        buttons = [
            {"id": secrets.token_urlsafe(CHOICE_BYTES), "title": button.title} for button in question.buttons
        ]
        message: dict[str, Any] = {
            "id": question.message_id,
            "conversation_id": conversation_id,
            "seq": numbered.scalar_one(),
            "author": Author.SYSTEM.value,
            "at": at,
            "text": question.text,
            "language": known_language(question.language),
            "card": question.card,
            "buttons": buttons,
        }
        await self._connection.execute(messages.insert(), message)
        await self._connection.execute(choices.insert(), _choices(question, buttons))
        await self._connection.execute(
            surveys.update().where(_S.id == question.survey.id).values(message_id=question.message_id)
        )

    async def find(self, conversation_id: UUID, survey_id: UUID) -> Survey | None:
        query = _SURVEY.where(_S.id == survey_id, _S.conversation_id == conversation_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _survey(row) if row is not None else None

    async def find_unanswered(self, conversation_id: UUID, epoch: int) -> Survey | None:
        query = _SURVEY.where(
            _S.conversation_id == conversation_id, _S.epoch == epoch, _S.answered_at.is_(None)
        )
        row = (await self._connection.execute(query.limit(1))).one_or_none()
        return _survey(row) if row is not None else None

    async def answer(self, survey: Survey, customer_id: UUID | None, rating: int, at: datetime) -> bool:
        closing = surveys.update().where(_S.id == survey.id, _S.answered_at.is_(None)).values(answered_at=at)
        if not await changed_a_row(self._connection, closing, {}):
            return False
        await self._connection.execute(
            survey_responses.insert().values(
                id=new_id(),
                customer_id=customer_id,
                conversation_id=survey.conversation_id,
                about=survey.about.value,
                agent_id=survey.agent.id if survey.agent else None,
                handoff_id=survey.handoff_id,
                survey_id=survey.id,
                rating=rating,
                answered_at=at,
            )
        )
        return True

    async def comment(self, survey_id: UUID, words: str) -> None:
        await self._connection.execute(
            survey_responses.update()
            .where(survey_responses.c.survey_id == survey_id)
            .values(comment=words or None)
        )

    async def find_helper(self, conversation_id: UUID) -> Helper | None:
        h = handoffs.c
        query = (
            sa.select(h.id, agents.c.id.label("agent_id"), agents.c.name, agents.c.name_bn)
            .select_from(handoffs.join(agents, agents.c.id == h.agent_id))
            .where(
                h.conversation_id == sa.bindparam("conversation"),
                h.claimed_at.is_not(None),
                sa.or_(_EARLIER_RESOLUTION.is_(None), h.claimed_at >= _EARLIER_RESOLUTION),
            )
            .order_by(h.claimed_at.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query, {"conversation": conversation_id})).one_or_none()
        return Helper(row.id, AgentName(row.agent_id, row.name, row.name_bn)) if row is not None else None

    async def has_bot_helped(self, conversation_id: UUID) -> bool:
        m = messages.c
        since = _EARLIER_RESOLUTION
        query = sa.select(
            sa.exists().where(
                m.conversation_id == sa.bindparam("conversation"),
                m.author == Author.BOT.value,
                m.seq.is_not(None),
                sa.or_(since.is_(None), m.at >= since),
            )
        )
        return bool((await self._connection.execute(query, {"conversation": conversation_id})).scalar_one())


def _choices(question: Question, buttons: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "id": shown["id"],
            "conversation_id": question.survey.conversation_id,
            "message_id": question.message_id,
            "ordinal": place,
            "title": shown["title"],
            "payload": button.payload,
        }
        for place, (shown, button) in enumerate(zip(buttons, question.buttons, strict=True))
    ]


def _survey(row: AnyRow) -> Survey:
    return Survey(
        id=row.id,
        conversation_id=row.conversation_id,
        epoch=row.epoch,
        about=RatedStretch(row.about),
        agent=AgentName(row.agent_id, row.name, row.name_bn) if row.agent_id else None,
        handoff_id=row.handoff_id,
        answered=row.answered_at is not None,
    )
