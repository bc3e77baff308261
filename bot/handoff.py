"""What to do about a turn that failed: try again, or pass it to a person (CH5, G6). Pure decisions."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import EngineFailed, EngineFailure
from bot.messages import TALK_TO_A_PERSON
from bot.phrases import Phrases, language_to_answer_in
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.turns import Reply, TurnClaim

DEFINITE_FAILURES_TO_HAND_OVER = 2  # CH5
# A restarting engine is back in 5-10 s: start asking early, then every few seconds.
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 3.0


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
