"""Reviews: stars, words if the customer has some, and somebody to talk to after a bad one."""

from typing import Final

from actions.forms import ANSWERS, ValidateForm, requested
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.reviews import BEST, WORST
from crm_store.domain.surveys import read_rating
from crm_store.use_cases.reviews import leave_review

NO_COMMENT: Final = ""
# So many words after "review" are one already, or the question how to give one; both want the stars first.
MIN_COMMENT_WORDS: Final = 2


class ValidateReviewForm(ValidateForm):
    """How many stars, and a few words."""

    form = "review_form"
    trigger = "review"

    async def begin(self, turn: Turn) -> None:
        if not turn.is_verified:
            self.ask_who_it_is(turn, "utter_review_login")
            turn.end_form()
            return
        rating = turn.entity("rating") or read_rating(turn.text)
        if rating and not turn.entity("order_number"):
            turn.set(review_rating=int(rating))

    async def hear(self, turn: Turn) -> bool:
        if requested(turn) == "review_comment":
            return _take_comment(turn)
        if turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
            return True
        return self._take_rating(turn)

    def _take_rating(self, turn: Turn) -> bool:
        rating = turn.entity("rating")
        if rating is None and turn.intent in ANSWERS | {self.trigger, "praise", "out_of_scope"}:
            rating = str(read_rating(turn.text) or "")
        if not rating:
            return False
        turn.set(review_rating=min(max(int(rating), WORST), BEST))
        return True


def _take_comment(turn: Turn) -> bool:
    """Any words are a comment: they are about the shop, whatever else they are about."""
    if turn.entity("rating") == "none" or turn.intent in ("deny", "stop_dialogue", "affirm", "thank"):
        turn.set(review_comment=NO_COMMENT)
        return True
    if len(turn.text.split()) < MIN_COMMENT_WORDS and turn.intent not in ANSWERS | {"praise", "insult"}:
        return False
    turn.set(review_comment=turn.text)
    return True


class ActionLeaveReview(TopicAction):
    """Keeps the review and says so; after a bad one a person is offered."""

    def name(self) -> str:
        return "action_leave_review"

    async def answer(self, turn: Turn) -> None:
        if turn.slot("review_rating") is not None and turn.slot("review_comment") is not None:
            await self._keep(turn)
        turn.clear(["review_rating", "review_comment", "task", "offered_choices"])

    async def _keep(self, turn: Turn) -> None:
        review = await leave_review(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            rating=int(turn.slot("review_rating")),
            comment=turn.slot("review_comment"),
        )
        stars, best = turn.format.number(review.rating), turn.format.number(BEST)
        turn.say("utter_review_low" if review.is_low else "utter_review_thanks", rating=stars, best=best)
        if review.is_low:
            turn.offer("handoff")
