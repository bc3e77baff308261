"""Asking customers how it went, and keeping what they say: once per resolution and stretch."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author
from crm_store.domain.errors import SurveyClosed
from crm_store.domain.handling import Handled
from crm_store.domain.identities import ConversationParty
from crm_store.domain.reviews import BEST, LOW, WORST, RatedStretch
from crm_store.domain.surveys import Survey, rating_card, rating_choice, ratings
from crm_store.domain.turns import ReplyButton
from crm_store.use_cases.applied_actions import ActionKey, apply_once
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.ports.surveys import Question
from crm_store.use_cases.pushing import push
from crm_store.use_cases.reviews import MAX_COMMENT
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.wording import say

_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


@dataclass(frozen=True)
class Rated:
    """A rating that was kept. `next` is the question still open about the same resolution."""

    rating: int
    about: RatedStretch
    agent: AgentName | None
    next: Survey | None

    @property
    def is_low(self) -> bool:
        return self.rating <= LOW


@dataclass(frozen=True)
class Commented:
    """What is remembered of a comment."""

    survey_id: UUID


async def ask_for_ratings(uow: UnitOfWork, resolved: Handled) -> None:
    """Within the transaction of a resolution: ask about the last person, else about the bot; once.

    The bot's question waits until the person's is answered (`rate` gives it).
    """
    due = await _due(uow, resolved)
    new = [survey for survey in due if await uow.surveys.add(survey, uow.now)]
    if not new:
        return
    first = new[0]
    question = _question(first, resolved.language)
    await uow.surveys.show(question, uow.now)
    await push(uow, resolved, question.message_id, Author.SYSTEM)


async def rate(store: Store, conversation_id: UUID, *, key: ActionKey, survey_id: UUID, rating: int) -> Rated:
    """Keep a rating from 1 to 5; anybody may rate their own conversation.

    Raises UnknownConversation, SurveyClosed when it is not open (answered before, or another
    conversation's), ValueError for another rating.
    """
    if not WORST <= rating <= BEST:
        raise ValueError(f"a rating is {WORST} to {BEST}, not {rating}")

    async def change(uow: UnitOfWork, party: ConversationParty) -> Rated:
        survey = await uow.surveys.find(conversation_id, survey_id)
        customer_id = party.customer_id if party.is_verified else None
        if survey is None or not await uow.surveys.answer(survey, customer_id, rating, uow.now):
            raise SurveyClosed(str(survey_id))
        await uow.interactions.append(
            Interaction(
                kind="survey_answered",
                at=uow.now,
                customer_id=customer_id,
                conversation_id=conversation_id,
                message_id=key.message_id,
                actor=Author.CUSTOMER,
                facts={"rating": rating, "about": survey.about.value},
            )
        )
        following = await uow.surveys.find_unanswered(conversation_id, survey.epoch)
        return Rated(rating, survey.about, survey.agent, following)

    return await apply_once(store, conversation_id, key, Rated, change, for_anybody=True)


async def find_survey(store: Store, conversation_id: UUID, survey_id: UUID) -> Survey | None:
    """A question of this conversation."""
    async with store.read() as uow:
        return await uow.surveys.find(conversation_id, survey_id)


async def comment_on_rating(
    store: Store, conversation_id: UUID, *, key: ActionKey, survey_id: UUID, words: str
) -> None:
    """Add the customer's words to a rating. Raises UnknownConversation, SurveyClosed when there is none."""

    async def change(uow: UnitOfWork, party: ConversationParty) -> Commented:
        survey = await uow.surveys.find(conversation_id, survey_id)
        if survey is None or not survey.answered:
            raise SurveyClosed(str(survey_id))
        await uow.surveys.comment(survey_id, words.strip()[:MAX_COMMENT])
        return Commented(survey_id)

    await apply_once(store, conversation_id, key, Commented, change, for_anybody=True)


async def _due(uow: UnitOfWork, resolved: Handled) -> list[Survey]:
    stretches: list[tuple[RatedStretch, AgentName | None, UUID | None]] = []
    if helper := await uow.surveys.find_helper(resolved.conversation_id):
        stretches.append((RatedStretch.AGENT, helper.agent, helper.handoff_id))
    if await uow.surveys.has_bot_helped(resolved.conversation_id):
        stretches.append((RatedStretch.BOT, None, None))
    return [
        Survey(new_id(), resolved.conversation_id, resolved.epoch, about, who, handoff, answered=False)
        for about, who, handoff in stretches
    ]


def _question(survey: Survey, language: str | None) -> Question:
    who = survey.agent.in_language(language or "") if survey.agent else ""
    text = say(language, f"rate_{survey.about.value}", agent=who)
    buttons = tuple(
        ReplyButton(_stars(rating, language), rating_choice(survey.id, rating)) for rating in ratings()
    )
    return Question(new_id(), survey, text, language, rating_card(survey), buttons)


def _stars(rating: int, language: str | None) -> str:
    return str(rating).translate(_BENGALI_DIGITS) if language == "bn" else str(rating)
