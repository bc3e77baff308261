"""Questions how it went, and what customers answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import JsonObject
from crm_store.domain.surveys import Survey
from crm_store.domain.turns import ReplyButton


@dataclass(frozen=True, slots=True)
class Question:
    """A message of nobody's turn: the survey's question with its stars."""

    message_id: UUID
    survey: Survey
    text: str
    language: str | None
    card: JsonObject
    buttons: tuple[ReplyButton, ...]


@dataclass(frozen=True, slots=True)
class Helper:
    """The person who had a conversation, and in which hand-over."""

    handoff_id: UUID
    agent: AgentName


class Surveys(Protocol):
    async def add(self, survey: Survey, at: datetime) -> bool:
        """Note that this is to be asked; False when this resolution has been asked about it."""
        ...

    async def show(self, question: Question, at: datetime) -> None:
        """Write the question into the conversation."""
        ...

    async def find(self, conversation_id: UUID, survey_id: UUID) -> Survey | None: ...

    async def find_unanswered(self, conversation_id: UUID, epoch: int) -> Survey | None:
        """What is still to be asked about the resolution that began `epoch`."""
        ...

    async def answer(self, survey: Survey, customer_id: UUID | None, rating: int, at: datetime) -> bool:
        """Keep the rating; False when the question was answered before."""
        ...

    async def comment(self, survey_id: UUID, words: str) -> None: ...

    async def find_helper(self, conversation_id: UUID) -> Helper | None:
        """Who had the conversation last since it was last resolved; it may have been given back since."""
        ...

    async def has_bot_helped(self, conversation_id: UUID) -> bool:
        """Whether the bot said anything since the conversation was last resolved."""
        ...
