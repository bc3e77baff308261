"""Which turns leave a message to be looked at by a person (see crm_store.domain.review)."""

from typing import Final

from crm_store.domain.review import ReviewReason
from crm_store.domain.turns import TurnClaim, TurnResult

# The assistant's names (domain.yml) for what shows that something went wrong.
ASKED_BACK: Final = ("utter_unclear_", "utter_not_an_answer")
HANDS_OVER: Final = "action_request_handoff"
ASKS_FOR_PERSON: Final = "contact_human_agent"
CORRECTS: Final = "correct"


def why_review(claim: TurnClaim, result: TurnResult) -> ReviewReason | None:
    """The reason to keep this turn's message, or the one before it; None for an ordinary turn."""
    intent = (result.understanding or {}).get("intent")
    asks_for_person = intent == ASKS_FOR_PERSON or HANDS_OVER in result.actions
    if claim.message.choice is not None:  # a click was understood; what was typed before it perhaps not
        return ReviewReason.PERSON_ASKED if asks_for_person else None
    if any((reply.response or "").startswith(ASKED_BACK) for reply in result.replies):
        return ReviewReason.NOT_UNDERSTOOD
    if intent == CORRECTS:
        return ReviewReason.CORRECTED
    return ReviewReason.PERSON_ASKED if asks_for_person else None
