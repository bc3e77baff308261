"""Running the conversation: yes and no, stopping, repeating, explaining, languages, and not understanding."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from actions.forms import CONFIRMS, FORM_SLOTS
from actions.handoffs import MESSAGE_FORM, ActionRequestHandoff, withdraw
from actions.language_choice import wanted_language
from actions.meanings import are_offered, offer_again, offer_meanings, picked_meaning, take_up
from actions.newsletter import ActionNewsletterSubscription
from actions.orders import ActionTrackOrder
from actions.product_wishes import WISHES_BY_OFFER, ProductWishes
from actions.topic_action import Clock, TopicAction
from actions.turn import Turn
from actions.typed_secrets import types_secret
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.handoffs import HandoffReason
from crm_store.use_cases.customers import opt_out_personalisation, set_language
from crm_store.use_cases.unit_of_work import Store

# First the likeliest meanings (or, without any, the offer of a person), then the person.
ASK_PERSON_AT: Final = 2


# What "no" to the last offer means.
DECLINED: Final = {"handoff": "utter_handoff_not_needed", "leave_message": "utter_message_not_needed"}

# Offers to show an order, and which one.
ORDER_OFFERED: Final[Mapping[str, Callable[[Turn], Any]]] = {
    "late_order": lambda turn: turn.slot("late_order"),
    "go_on_elsewhere": lambda turn: (turn.slot("elsewhere") or {}).get("order"),
}


class ActionAffirm(TopicAction):
    """ "Yes" outside a form: what was offered last is done."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._handoff = ActionRequestHandoff(store, clock)
        self._track = ActionTrackOrder(store, clock)
        self._newsletter = ActionNewsletterSubscription(store, clock)
        self._wishes = ProductWishes(store, clock)

    def name(self) -> str:
        return "action_affirm"

    async def answer(self, turn: Turn) -> None:
        offer = turn.slot("offer")
        if turn.active_form:
            return
        if turn.entity(CONFIRMS) is not None:
            turn.say("utter_old_button")  # of a question that is closed; offers have buttons of their own
        elif are_offered(turn):
            self._agree_to_meaning(turn)
        elif offer == "handoff":
            await self._handoff.answer(turn)
        elif offer in WISHES_BY_OFFER:
            await self._wishes.answer(turn)
        elif offer in ORDER_OFFERED:
            await self._track.show(turn, ORDER_OFFERED[offer](turn))
        elif offer == "newsletter":
            await self._newsletter.choose(turn, allowed=True)
        elif offer == "return":
            turn.clear(["offer"])
            turn.follow_up("return_form")
        elif offer == "leave_message":
            turn.clear(["offer"])
            turn.follow_up(MESSAGE_FORM)
        else:
            turn.say("utter_nothing_to_affirm")

    def _agree_to_meaning(self, turn: Turn) -> None:
        picked = picked_meaning(turn)
        if picked:
            take_up(turn, picked)
        else:
            offer_again(turn, "utter_which_meaning")


class ActionDeny(TopicAction):
    """ "No" outside a form: what was offered last is not done."""

    def name(self) -> str:
        return "action_deny"

    async def answer(self, turn: Turn) -> None:
        if turn.active_form:
            return
        if are_offered(turn):
            turn.say("utter_unclear_person")
            turn.offer("handoff")
            turn.set(misunderstood=ASK_PERSON_AT - 1)
            return
        turn.say(DECLINED.get(turn.slot("offer") or "", "utter_nothing_to_deny"))


class ActionStopDialogue(TopicAction):
    """Drops the form under way and says what was dropped."""

    def name(self) -> str:
        return "action_stop_dialogue"

    async def answer(self, turn: Turn) -> None:
        form = turn.active_form
        if form is None and turn.slot("handoff_pending"):
            await withdraw(self, turn)
            return
        if form is None:
            turn.say("utter_nothing_to_drop")
            return
        turn.say(f"utter_dropped_{form}")
        turn.clear([*FORM_SLOTS, "task", "offered_choices"])
        turn.leave_form()


class ActionChangeLanguage(TopicAction):
    """Notes the language asked for; the confirmation is said by the next action, in that language."""

    remembers = False

    def name(self) -> str:
        return "action_change_language"

    async def answer(self, turn: Turn) -> None:
        wanted = wanted_language(turn)
        if wanted is None:
            return
        with suppress(UnknownConversation):  # `rasa shell`: the language holds for this dialogue only
            await set_language(self.store, turn.conversation_id, wanted, key=turn.key(self.name()))
        turn.set(language=wanted, chosen_language=wanted)


class ActionConfirmLanguage(TopicAction):
    def name(self) -> str:
        return "action_confirm_language"

    async def answer(self, turn: Turn) -> None:
        turn.say("utter_language_changed" if wanted_language(turn) else "utter_which_language")


class ActionExplain(TopicAction):
    """ "Why?": the facts the last personal line was chosen from, and how to stop that."""

    remembers = False

    def name(self) -> str:
        return "action_explain"

    async def answer(self, turn: Turn) -> None:
        reasons: list[dict[str, Any]] = turn.slot("last_explanation") or []
        for reason in reasons:
            turn.say(reason["response"], **reason["arguments"])
        if not reasons:
            turn.say("utter_why_nothing")
        elif turn.active_form is None:
            turn.say("utter_why_opt_out")


class ActionOptOutPersonalisation(TopicAction):
    def name(self) -> str:
        return "action_opt_out_personalisation"

    async def answer(self, turn: Turn) -> None:
        await opt_out_personalisation(self.store, turn.conversation_id, key=turn.key(self.name()))
        turn.say("utter_personalisation_off")


class ActionRepeat(TopicAction):
    """Says the last answer again; inside a form the form's question is the last thing said."""

    remembers = False

    def name(self) -> str:
        return "action_repeat"

    async def answer(self, turn: Turn) -> None:
        if turn.active_form:
            return
        said: list[dict[str, Any]] = turn.slot("last_said") or []
        for one in said:
            turn.say(one["response"], card=one["card"], buttons=one["buttons"], **one["arguments"])
        if not said:
            turn.say("utter_nothing_to_repeat")


class ActionClearConfusion(TopicAction):
    """The customer does not follow: say what this is about, in other words."""

    remembers = False

    def name(self) -> str:
        return "action_clear_confusion"

    async def answer(self, turn: Turn) -> None:
        turn.say(f"utter_confused_{turn.active_form}" if turn.active_form else "utter_confused")


class ActionOfferMeanings(TopicAction):
    """Not understood: offers the likeliest meanings; the second time in a row a person is asked for."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._handoff = ActionRequestHandoff(store, clock)

    def name(self) -> str:
        return "action_offer_meanings"

    async def answer(self, turn: Turn) -> None:
        if types_secret(turn):
            turn.say("utter_secret_typed")
            return
        picked = picked_meaning(turn)
        if picked:
            take_up(turn, picked)
            return
        times = int(turn.slot("misunderstood") or 0) + 1
        if times >= ASK_PERSON_AT:
            await self._ask_person(turn)
            times = 0
        elif not offer_meanings(turn, "utter_unclear_meanings"):
            turn.say("utter_unclear_person")
            turn.offer("handoff")
        turn.set(misunderstood=times)

    async def _ask_person(self, turn: Turn) -> None:
        if turn.slot("handoff_pending"):
            turn.say("utter_unclear_kept")
            return
        turn.say("utter_unclear_handed_over")
        await self._handoff.request(turn, HandoffReason.NOT_UNDERSTOOD)


class ActionFallBack(TopicAction):
    """No rule fits, which only a fault of the dialogue can cause: leave the form, start afresh."""

    def name(self) -> str:
        return "action_fall_back"

    async def answer(self, turn: Turn) -> None:
        turn.say("utter_went_wrong")
        turn.clear([*FORM_SLOTS, "task", "offered_choices"])
        turn.leave_form()
