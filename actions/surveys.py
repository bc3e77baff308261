"""How it went with a person, and with the bot: stars by click or in words, then a few words."""

from typing import Final
from uuid import UUID

from actions.forms import ANSWERS, ValidateForm, requested
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import SurveyClosed
from crm_store.domain.reviews import BEST, RatedStretch
from crm_store.domain.surveys import RATING, SURVEY, rating_card, ratings, read_bare_rating
from crm_store.use_cases.surveys import Rated, comment_on_rating, find_survey, rate

SURVEY_FORM: Final = "survey_form"
UNRATED: Final = 0  # in the slot `bot_rating`: nothing to ask, or the customer would rather not
NO_COMMENT: Final = ""
GOOD: Final = 4  # from here on the customer was glad

# What a customer says about how it was, rather than about something else they need.
OPINIONS: Final = ANSWERS | {"praise", "insult", "complaint", "thank", "review", "goodbye", "out_of_scope"}


class TakeRating(TopicAction):
    """A star was clicked, or typed where one was asked for. Part of action_take_information."""

    def name(self) -> str:
        return "action_take_information"

    async def answer(self, turn: Turn) -> None:
        survey, rating = turn.entity(SURVEY), turn.entity(RATING)
        try:
            rated = await rate(
                self.store,
                turn.conversation_id,
                key=turn.key(self.name()),
                survey_id=UUID(str(survey)),
                rating=int(str(rating)),
            )
        except (SurveyClosed, ValueError):
            turn.say("utter_survey_closed")
            return
        _thank(turn, rated)
        if turn.active_form is None:
            following = str(rated.next.id) if rated.next else None
            turn.set(rated_survey=str(survey), next_survey=following, rated_low=rated.is_low)
            turn.follow_up(SURVEY_FORM)


def _thank(turn: Turn, rated: Rated) -> None:
    rating, best = turn.format.number(rated.rating), turn.format.number(BEST)
    how = "low" if rated.is_low else "good" if rated.rating >= GOOD else "fair"
    if rated.about is RatedStretch.AGENT and rated.agent is not None:
        agent = rated.agent.in_language(turn.language)
        turn.say(f"utter_rated_person_{how}", agent=agent, rating=rating, best=best)
    else:
        turn.say(f"utter_rated_bot_{how}", rating=rating, best=best)


class ValidateSurveyForm(ValidateForm):
    """The bot's stars, then words. Whoever asks something else is answered, and not bothered again."""

    form = SURVEY_FORM
    trigger = "review"
    takes_ratings = True

    async def answer(self, turn: Turn) -> None:
        if not turn.has_just_begun(self.form) and turn.was_interrupted_in(self.form):
            turn.end_form()
        else:
            await super().answer(turn)

    async def begin(self, turn: Turn) -> None:
        if turn.slot("next_survey") is None:
            turn.set(bot_rating=UNRATED)

    async def hear(self, turn: Turn) -> bool:
        if turn.intent in ("deny", "stop_dialogue"):
            turn.say("utter_survey_over")
            turn.end_form()
            return True
        if requested(turn) == "bot_rating":
            return await self._take_rating(turn)
        if turn.intent not in OPINIONS:
            return False
        turn.set(survey_comment=NO_COMMENT if turn.entity(RATING) == "none" else turn.text)
        return True

    async def _take_rating(self, turn: Turn) -> bool:
        stars = turn.entity(RATING) or read_bare_rating(turn.text)
        if not stars or not str(stars).isdecimal():
            return False
        try:
            rated = await rate(
                self.store,
                turn.conversation_id,
                key=turn.key(self.name()),
                survey_id=UUID(turn.entity(SURVEY) or turn.slot("next_survey")),
                rating=int(stars),
            )
        except SurveyClosed:
            turn.say("utter_survey_closed")
        else:
            _thank(turn, rated)
        turn.set(bot_rating=int(stars))
        return True


class ActionAskBotRating(TopicAction):
    """The second question, with the same stars as the first."""

    remembers = False

    def name(self) -> str:
        return "action_ask_bot_rating"

    async def answer(self, turn: Turn) -> None:
        survey_id = UUID(turn.slot("next_survey"))
        survey = await find_survey(self.store, turn.conversation_id, survey_id)
        buttons = [
            {
                "title": turn.format.number(stars),
                "payload": f'/inform{{"{RATING}": "{stars}", "{SURVEY}": "{survey_id}"}}',
            }
            for stars in ratings()
        ]
        turn.say("utter_ask_how_bot_was", card=rating_card(survey) if survey else None, buttons=buttons)


class ActionAskSurveyComment(TopicAction):
    """A few words, asked for differently after a bad rating."""

    remembers = False

    def name(self) -> str:
        return "action_ask_survey_comment"

    async def answer(self, turn: Turn) -> None:
        turn.say("utter_ask_what_went_wrong" if turn.slot("rated_low") else "utter_ask_for_words")


class ActionEndSurvey(TopicAction):
    """Keeps the words; after a bad rating a person is offered."""

    def name(self) -> str:
        return "action_end_survey"

    async def answer(self, turn: Turn) -> None:
        words = turn.slot("survey_comment")
        if words:
            await comment_on_rating(
                self.store,
                turn.conversation_id,
                key=turn.key(self.name()),
                survey_id=UUID(turn.slot("rated_survey")),
                words=words,
            )
        if words is not None:
            turn.say("utter_survey_done_low" if turn.slot("rated_low") else "utter_survey_done")
            if turn.slot("rated_low"):
                turn.offer("handoff")
        turn.clear(["bot_rating", "survey_comment", "rated_survey", "next_survey", "rated_low", "task"])
