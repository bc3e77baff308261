"""When a person is called: a turn failed (CH5, G6), or was answered and a person should look. Pure decisions.

What the dialogue asks for by itself (the customer wants a person, two messages in a row were not understood)
is `actions.handoffs`'s.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.errors import EngineFailed, EngineFailure
from bot.messages import TALK_TO_A_PERSON, Question
from bot.phrases import Phrases, language_to_answer_in
from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import MoodLevel
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.reviews import LOW
from crm_store.domain.turns import Reply, TurnClaim, TurnResult

DEFINITE_FAILURES_TO_HAND_OVER = 2  # CH5
# A restarting engine is back in 5-10 s: start asking early, then every few seconds.
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 3.0

# Things gone wrong: said in anger, they are a complaint whatever their intent is called.
GRIEVANCES: Final = frozenset(
    {
        "complaint",
        "report_damaged_item",
        "report_wrong_item",
        "report_missing_item",
        "payment_issue",
        "get_refund",
        "track_refund",
        "track_order",
        "track_return",
    }
)
REQUEST_HANDOFF: Final = "action_request_handoff"
BAD_MOODS: Final = frozenset({MoodLevel.UNHAPPY.value, MoodLevel.ANGRY.value})
# Replies that only calm down or offer a person: pointless beside the news that one is called.
SUPERSEDED: Final = frozenset(
    {
        "utter_complaint",
        "utter_complaint_upset",
        "utter_complaint_late_order",
        "utter_complaint_login",
        "utter_insult",
    }
)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Ask again in `after_seconds`; say `notice` meanwhile, unless it was said already."""

    after_seconds: float
    notice: Reply | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the message to a person and say so. `reason` is kept with the hand-over."""

    reason: HandoffReason
    reply: Reply


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """How long to hope, and in which words."""

    patience_seconds: float
    phrases: Phrases

    def decide(
        self, claim: TurnClaim, failure: EngineFailure, *, definite_failures: int, now: datetime
    ) -> TryAgain | HandOver:
        """`definite_failures` counts this one; `now` is UTC."""
        language = language_to_answer_in(claim.message.text, claim.facts.language)
        if _asks_for_a_person(claim):
            return HandOver(HandoffReason.ASKED, self.phrases.say("handed_over_as_asked", language))
        if self._hopeless(claim, failure, definite_failures, now):
            # The long sentence once: behind it, the same colleague gets this message too.
            sentence = "kept_for_colleague" if claim.facts.handoff_pending else "handed_over"
            return HandOver(HandoffReason.FAILURE, self.phrases.say(sentence, language))
        told = claim.message.notice_given
        notice = None if told else self.phrases.offer_a_person("engine_trouble", language)
        return TryAgain(retry_after(claim.message.attempts), notice)

    def _hopeless(
        self, claim: TurnClaim, failure: EngineFailure, definite_failures: int, now: datetime
    ) -> bool:
        if _outage_is_known(claim):
            return True
        if isinstance(failure, EngineFailed) and definite_failures >= DEFINITE_FAILURES_TO_HAND_OVER:
            return True
        since = claim.message.first_failed_at
        return since is not None and (now - since).total_seconds() >= self.patience_seconds


def retry_after(attempts: int) -> float:
    """Seconds to the next attempt after `attempts` failed ones: doubling, bounded."""
    return float(min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(attempts, 10)))


def _outage_is_known(claim: TurnClaim) -> bool:
    """Whether patience was spent already: on an earlier message, or a person is awaited anyway.

    This message's own attempts are among the failures in a row; more of them are those of a message that
    was handed over, with no answer since.
    """
    return claim.facts.handoff_pending or claim.failures_in_a_row > claim.message.attempts


def _asks_for_a_person(claim: TurnClaim) -> bool:
    choice = claim.message.choice
    return choice is not None and choice.get("intent") == TALK_TO_A_PERSON["intent"]


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """Which answered messages a person should look at, although nobody asked for one.

    `people_only` are intents the shop leaves to people; customers of `valued_tiers` get one when unhappy.
    """

    people_only: Collection[str] = ()
    valued_tiers: Collection[str] = ()

    def decide(self, claim: TurnClaim, result: TurnResult) -> HandoffReason | None:
        """Why a person is called now; None when none is, or one is awaited already."""
        if claim.facts.handoff_pending or REQUEST_HANDOFF in result.actions:
            return None
        understanding = result.understanding or {}
        if understanding.get("intent") in self.people_only:
            return HandoffReason.PEOPLE_ONLY
        mood = understanding.get("mood") or {}
        if _is_angry_complaint(claim, understanding.get("intent"), mood):
            return HandoffReason.COMPLAINT
        grieves = understanding.get("intent") in GRIEVANCES and mood.get("level") in BAD_MOODS
        return HandoffReason.VALUED_CUSTOMER if grieves and self._deserves_a_person(claim) else None

    def _deserves_a_person(self, claim: TurnClaim) -> bool:
        """One the shop values, or may lose: facts are empty for whoever opted out of personalisation."""
        rating = claim.facts.last_rating
        return claim.facts.tier in self.valued_tiers or (rating is not None and rating <= LOW)


def _is_angry_complaint(claim: TurnClaim, intent: str | None, mood: JsonObject) -> bool:
    """Anger about something that went wrong, or insults of somebody who was upset before."""
    if mood.get("level") != MoodLevel.ANGRY:
        return False
    return intent in GRIEVANCES or (intent == "insult" and claim.facts.mood in BAD_MOODS)


def escalating_question(claim: TurnClaim, result: TurnResult, reason: HandoffReason) -> Question:
    """Asks the dialogue to call a person for `reason`, in this same turn.

    A people-only topic goes on from where the dialogue was: what the bot began about it is forgotten.
    """
    understanding = result.understanding or {}
    entities = {"handoff_reason": reason.value, "handoff_about": understanding.get("intent")}
    mood = (understanding.get("mood") or {}).get("conversation", claim.facts.mood)
    facts = replace(claim.facts, mood=mood, handed_back=None)
    return Question(
        conversation=str(claim.conversation_id),
        message_id=str(claim.message.id),
        text=None,
        choice={**TALK_TO_A_PERSON, "entities": entities},
        state=claim.state if reason is HandoffReason.PEOPLE_ONLY else result.state,
        facts=facts.as_dict(),
    )


def escalated(result: TurnResult, call: TurnResult, reason: HandoffReason) -> TurnResult:
    """One answer of two: what was said to the message, less what the call for a person makes pointless."""
    dropped = SUPERSEDED | {reply.response for reply in call.replies}
    kept = tuple(reply for reply in result.replies if reply.response not in dropped)
    replies = call.replies if reason is HandoffReason.PEOPLE_ONLY else kept + call.replies
    return replace(
        result,
        replies=replies,
        state=call.state,
        actions=result.actions + call.actions,
        language=call.language or result.language,
    )
