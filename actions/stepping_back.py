"""Taking back: what was given or understood wrong, and one step back."""

from actions.forms import reopen_last_answer
from actions.meanings import offer_meanings
from actions.topic_action import TopicAction
from actions.turn import Turn


class ActionTakeCorrection(TopicAction):
    """ "That is wrong": in a form the last answer is asked for again, outside other meanings are offered."""

    def name(self) -> str:
        return "action_take_correction"

    async def answer(self, turn: Turn) -> None:
        if turn.active_form:
            reopen_last_answer(turn)
            turn.say("utter_correct_in_form")
            return
        if not offer_meanings(turn, "utter_correct_meanings"):
            turn.say("utter_correct_say_again")


class ActionGoBack(TopicAction):
    """One question back in a form, else the menu."""

    def name(self) -> str:
        return "action_go_back"

    async def answer(self, turn: Turn) -> None:
        if turn.active_form is None:
            turn.say("utter_help")
        elif reopen_last_answer(turn):
            turn.say("utter_one_step_back")
        else:
            turn.say("utter_first_question")
