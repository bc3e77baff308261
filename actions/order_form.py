"""The forms that change one of several orders: which one, and is that right?"""

import contextlib
from abc import abstractmethod
from typing import Final

from actions.forms import ANSWERS, ValidateForm, requested
from actions.order_choice import MAX_OFFERED, choose_order
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.orders import Order
from crm_store.domain.spelling import words_of
from crm_store.use_cases.orders import find_order

# A few words can name an article ("the blue saree"); a longer message about something else only mentions one.
MAX_WORDS_NAMING: Final = 4


class ValidateOrderForm(ValidateForm):
    """A form whose first question is which order; corrections of it work at every later question too."""

    async def begin(self, turn: Turn) -> None:
        orders = await self.candidates(turn)
        if turn.entity("order_number"):
            await self._take_numbers(turn, orders)
        elif not orders:
            self.say_nothing_fits(turn)
            turn.end_form()
        else:
            await self._take_known(turn, orders)

    async def hear(self, turn: Turn) -> bool:
        orders = await self.candidates(turn)
        if self._names_another_order(turn) and self.may_name_order(turn, orders):
            await self._take_numbers(turn, orders)
            return True
        if requested(turn) == "order_number":
            return self._take_choice(turn, orders)
        corrected = self.may_correct(turn) and self._take_correction(turn, orders)
        return corrected or await self.hear_rest(turn)

    @abstractmethod
    async def candidates(self, turn: Turn) -> list[Order]:
        """The orders this form can be about, newest first."""

    @abstractmethod
    async def hear_rest(self, turn: Turn) -> bool:
        """Take an answer to one of the later questions."""

    @abstractmethod
    def say_nothing_fits(self, turn: Turn) -> None:
        """There is no order to do this with."""

    @abstractmethod
    def refuse(self, turn: Turn, order: Order) -> None:
        """Say why it cannot be done with `order`."""

    def may_name_order(self, turn: Turn, orders: list[Order]) -> bool:
        """Whether a number in the message is an order's; an address holds numbers too."""
        return True

    def may_correct(self, turn: Turn) -> bool:
        """Whether the message can be about another order at all."""
        return True

    def choose(self, turn: Turn, number: str | None) -> None:
        """Take `number` as the order; a later answer given for another order no longer holds."""
        turn.set(order_number=number)

    # --- which order ---

    def _names_another_order(self, turn: Turn) -> bool:
        """ "Yes, cancel KT-10234" only repeats what was asked; any other number is a correction."""
        numbers = turn.entities("order_number")
        return bool(numbers) and not (
            numbers == [turn.slot("order_number")] and turn.intent in ("affirm", "deny", self.trigger)
        )

    async def _take_known(self, turn: Turn, orders: list[Order]) -> None:
        """Without asking, when it can only be one."""
        known = turn.slot("order_number")
        named = choose_order(turn, orders, current=known)
        if named:
            self.choose(turn, named.number)
        elif any(order.number == known for order in orders) and not turn.entity("option"):
            turn.explain("utter_why_order_talked_about", number=known)
            self.choose(turn, known)
        elif known and not turn.entity("option"):
            await self._leave_known(turn, known, orders)
        elif len(orders) == 1:
            turn.explain("utter_why_only_order", number=orders[0].number)
            self.choose(turn, orders[0].number)
        else:
            self._offer(turn, orders)

    async def _leave_known(self, turn: Turn, number: str, orders: list[Order]) -> None:
        """Not with the order talked about: say why. Another one is asked for, never just taken."""
        with contextlib.suppress(UnknownOrder):
            self.refuse(turn, await find_order(self.store, turn.conversation_id, number))
        self._offer(turn, orders)

    async def _take_numbers(self, turn: Turn, orders: list[Order]) -> None:
        numbers = turn.entities("order_number")
        fitting = [order for order in orders if order.number in numbers]
        if len(fitting) == 1:
            self.choose(turn, fitting[0].number)
        elif fitting:
            turn.say("utter_one_at_a_time")
            self._offer(turn, fitting)
        else:
            await self._say_why_not(turn, numbers[0], orders)

    async def _say_why_not(self, turn: Turn, number: str, orders: list[Order]) -> None:
        try:
            self.refuse(turn, await find_order(self.store, turn.conversation_id, number))
            turn.end_form()
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
            if orders:
                self._offer(turn, orders)
            else:
                turn.end_form()

    def _take_choice(self, turn: Turn, orders: list[Order]) -> bool:
        if turn.entity("option") == "both":
            turn.say("utter_one_at_a_time")
            self._offer(turn, orders)
            return True
        chosen = choose_order(turn, orders) if self._may_choose(turn) else None
        if chosen:
            self.choose(turn, chosen.number)
        elif turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
        return chosen is not None or turn.intent == "deny"

    def _take_correction(self, turn: Turn, orders: list[Order]) -> bool:
        """ "No, the other one", "no, the saree": from a later question back to another order."""
        current = turn.slot("order_number")
        chosen = choose_order(turn, orders, current=current)
        if turn.entity("option") and turn.intent in ANSWERS | {self.trigger}:
            self._take_other(turn, chosen, [order for order in orders if order.number != current])
            return True
        if chosen is None or chosen.number == current or turn.intent not in self._choosing:
            return False
        self.choose(turn, chosen.number)
        return True

    def _take_other(self, turn: Turn, chosen: Order | None, others: list[Order]) -> None:
        current = turn.slot("order_number")
        if not others:
            turn.say("utter_no_other_order", number=current)
        if chosen or not others:
            self.choose(turn, chosen.number if chosen else current)
        else:
            self._offer(turn, others)

    @property
    def _choosing(self) -> frozenset[str]:
        """Intents whose messages may name an article to mean its order; an address may name one by chance."""
        return frozenset({"pick_option", "deny", self.trigger})

    def _may_choose(self, turn: Turn) -> bool:
        if turn.intent in ANSWERS | {self.trigger}:
            return True
        return turn.entity("option") is not None or len(words_of(turn.text)) <= MAX_WORDS_NAMING

    def _offer(self, turn: Turn, orders: list[Order]) -> None:
        self.choose(turn, None)
        turn.set(offered_choices=[order.number for order in orders[:MAX_OFFERED]])
