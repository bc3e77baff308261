"""Sending an article back, and how that stands."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from actions.cards import return_card
from actions.forms import ANSWERS, FinishForm, ValidateForm, requested, what_is_confirmed
from actions.return_choice import (
    MAX_OFFERED,
    article_name,
    choose_item,
    chosen_article,
    item_key,
    take_item,
)
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.catalogue import Category, return_window
from crm_store.domain.errors import NotReturnable, ReturnWindowClosed, UnknownOrder
from crm_store.domain.returns import (
    FAULTS,
    NotReturnableReason,
    ReturnableItem,
    ReturnReason,
    ReturnStatus,
    list_returnable_lines,
)
from crm_store.domain.tickets import answered_by
from crm_store.use_cases.orders import find_order
from crm_store.use_cases.returns import RequestedReturn, list_returnable_items, list_returns, request_return

EXCHANGE_FORM: Final = "exchange_form"

# What a report of something wrong says about the reason, when its words do not say more.
REPORTED: Final[Mapping[str, ReturnReason]] = {
    "report_damaged_item": ReturnReason.DAMAGED,
    "report_wrong_item": ReturnReason.WRONG_ITEM,
}


class ActionCheckReturnPolicy(TopicAction):
    """The rules as the domain holds them; anybody may ask."""

    def name(self) -> str:
        return "action_check_return_policy"

    async def answer(self, turn: Turn) -> None:
        usual = return_window(Category.CLOTHING)
        turn.say(
            "utter_return_policy",
            days=turn.format.number(usual.days),
            faulty_days=turn.format.number(usual.days_if_faulty),
            electronics_days=turn.format.number(return_window(Category.ELECTRONICS).days_if_faulty),
            beauty_days=turn.format.number(return_window(Category.BEAUTY).days_if_faulty),
            food_days=turn.format.number(return_window(Category.FOOD).days_if_faulty),
        )


class ValidateReturnForm(ValidateForm):
    """Which article, why, and is that right?"""

    form = "return_form"
    trigger = "request_return"
    confirmation = "return_confirmed"
    takes_over = ("return_item",)

    async def begin(self, turn: Turn) -> None:
        self.take_details(turn, None)
        items = await list_returnable_items(self.store, turn.conversation_id)
        in_order = await self._of_named_order(turn, items)
        if in_order is None:
            turn.end_form()
        elif not in_order:
            self.say_nothing_fits(turn)
            turn.end_form()
        else:
            if turn.intent in REPORTED:
                turn.say("utter_report_sorry")
            self._take_known(turn, in_order)

    async def hear(self, turn: Turn) -> bool:
        items = await self._candidates(turn)
        asked = requested(turn)
        changed = take_item(turn, items, asked)
        changed = self.take_details(turn, asked) or changed
        if changed:
            self.check(turn, items)
            return True
        if asked == "return_item" and turn.entity("order_number"):
            await self._narrow_down(turn, list(items.values()))
            return True
        if asked == self.confirmation and not turn.entity("option") and self.take_confirmation(turn):
            return True
        return self._correct(turn, items, asked)

    def take_details(self, turn: Turn, asked: str | None) -> bool:
        """Take what the message says about the article besides which one it is."""
        return _take_reason(turn)

    def check(self, turn: Turn, items: Mapping[str, ReturnableItem]) -> None:
        """Some things come back only when faulty: better said now than after the confirmation."""
        item, reason = items.get(turn.slot("return_item") or ""), turn.slot("return_reason")
        if item and reason and item.only_if_faulty and ReturnReason(reason) not in FAULTS:
            turn.say("utter_return_only_if_faulty", product=article_name(turn, item))
            turn.end_form()

    def say_nothing_fits(self, turn: Turn) -> None:
        """There is nothing that may be sent back."""
        if turn.intent in REPORTED:
            turn.say("utter_report_nothing_found")
            turn.offer("handoff")
        else:
            turn.say("utter_nothing_to_return")

    async def _candidates(self, turn: Turn) -> dict[str, ReturnableItem]:
        """What may be sent back, and the article in question: a repeated turn may have requested it."""
        listed = await list_returnable_items(self.store, turn.conversation_id)
        items = {item_key(item): item for item in listed}
        current = turn.slot("return_item")
        if current and current not in items:
            order = await find_order(self.store, turn.conversation_id, current.split("/")[0])
            lines = {item_key(item): item for item in list_returnable_lines(order, turn.today)}
            items |= {current: lines[current]} if current in lines else {}
        return items

    async def _narrow_down(self, turn: Turn, items: Sequence[ReturnableItem]) -> None:
        """A number without an article: ask again, among the articles of that order if it has any."""
        of_order = await self._of_named_order(turn, items)
        shown = of_order or items
        turn.set(return_item=None, offered_choices=[item_key(item) for item in shown[:MAX_OFFERED]])

    async def _of_named_order(
        self, turn: Turn, items: Sequence[ReturnableItem]
    ) -> Sequence[ReturnableItem] | None:
        """Only those of the order the message names; None when that order has none (and it is said)."""
        number = turn.entity("order_number")
        if number is None:
            return items
        of_order = [item for item in items if item.order_number == number]
        if not of_order:
            await self._say_why_not(turn, number)
        return of_order or None

    async def _say_why_not(self, turn: Turn, number: str) -> None:
        try:
            order = await find_order(self.store, turn.conversation_id, number)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
        else:
            turn.say("utter_return_not_in_order", number=order.number)

    def _take_known(self, turn: Turn, items: Sequence[ReturnableItem]) -> None:
        by_key = {item_key(item): item for item in items}
        talked_about = [item for item in items if item.order_number == turn.slot("order_number")]
        chosen = choose_item(turn, by_key) or by_key.get(turn.slot("return_item") or "")
        if chosen is None and len(talked_about) == 1:
            chosen = talked_about[0]
            turn.explain("utter_why_order_talked_about", number=chosen.order_number)
        elif chosen is None and len(items) == 1:
            chosen = items[0]
            turn.explain("utter_why_only_order", number=chosen.order_number)
        if chosen:
            turn.set(return_item=item_key(chosen))
            self.check(turn, by_key)
        else:
            shown = talked_about or items
            turn.set(return_item=None, offered_choices=[item_key(item) for item in shown[:MAX_OFFERED]])

    def _correct(self, turn: Turn, items: Mapping[str, ReturnableItem], asked: str | None) -> bool:
        """ "No, the other one" with several others left; or a reason nobody can place."""
        if turn.entity("option") and turn.intent in ANSWERS | {self.trigger}:
            self._offer_others(turn, items)
            return True
        if turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
            return True
        if asked == "return_reason" and turn.intent in ("inform", "nlu_fallback"):
            turn.say("utter_return_reason_unclear")
            turn.set(return_reason=None)
            return True
        return False

    def _offer_others(self, turn: Turn, items: Mapping[str, ReturnableItem]) -> None:
        current = turn.slot("return_item")
        others = [key for key in items if key != current]
        if others:
            turn.set(return_item=None, offered_choices=others[:MAX_OFFERED])
        else:
            turn.say(
                "utter_no_other_item", product=article_name(turn, items[current]) if current in items else ""
            )
            turn.set(return_item=current)


def _take_reason(turn: Turn) -> bool:
    reason = turn.entity("return_reason") or REPORTED.get(turn.intent)
    if reason is None or reason not in {known.value for known in ReturnReason}:
        return False
    turn.set(return_reason=reason)
    return True


class ActionAskReturnItem(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_return_item"

    async def answer(self, turn: Turn) -> None:
        items = await list_returnable_items(self.store, turn.conversation_id)
        offered = turn.slot("offered_choices") or []
        shown = [item for item in items if item_key(item) in offered] or items[:MAX_OFFERED]
        question = "utter_ask_exchange_item" if turn.active_form == EXCHANGE_FORM else "utter_ask_return_item"
        turn.say(question, buttons=[_button(turn, item) for item in shown])


def _button(turn: Turn, item: ReturnableItem) -> Button:
    title = turn.words("line.item", product=article_name(turn, item), number=item.order_number)
    return {"title": title, "payload": f'/inform{{"return_item": "{item_key(item)}"}}'}


class ActionAskReturnConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_return_confirmed"

    async def answer(self, turn: Turn) -> None:
        number, product = await chosen_article(self, turn)
        reason = turn.words(f"return_reason.{turn.slot('return_reason')}")
        turn.say(
            "utter_confirm_return",
            number=number,
            product=product,
            reason=reason,
            confirms=what_is_confirmed(turn),
        )


class ActionRequestReturn(FinishForm):
    confirmation = "return_confirmed"

    def name(self) -> str:
        return "action_request_return"

    async def perform(self, turn: Turn) -> None:
        number, line_id = turn.slot("return_item").split("/")
        _, product = await chosen_article(self, turn)
        try:
            result = await request_return(
                self.store,
                turn.conversation_id,
                number,
                UUID(line_id),
                key=turn.key(self.name()),
                reason=ReturnReason(turn.slot("return_reason")),
            )
        except NotReturnable as refused:
            _refuse(turn, refused, product)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
        else:
            _say_requested(turn, result)

    async def leave(self, turn: Turn) -> None:
        _, product = await chosen_article(self, turn)
        turn.say("utter_return_kept", product=product)


def _refuse(turn: Turn, refused: NotReturnable, product: str) -> None:
    if refused.reason == NotReturnableReason.ONLY_IF_FAULTY:
        turn.say("utter_return_only_if_faulty", product=product)
        return
    closed = isinstance(refused, ReturnWindowClosed)
    turn.say("utter_return_window_closed" if closed else "utter_return_refused", product=product)
    turn.offer("handoff")


def _say_requested(turn: Turn, result: RequestedReturn) -> None:
    back = result.return_
    said: dict[str, Any] = {"product": article_name(turn, back), "return_number": back.number}
    if result.already:
        status = turn.words(f"return_status.{back.status.value}")
        turn.say("utter_return_already", card=return_card(back), status=status, **said)
    elif back.reason in FAULTS:
        date = turn.format.day(answered_by(turn.today))
        turn.say("utter_report_done", card=return_card(back), date=date, **said)
    else:
        turn.say("utter_return_done", card=return_card(back), **said)


class ActionTrackReturn(TopicAction):
    """How the newest return stands; the one of a named order if there is one."""

    def name(self) -> str:
        return "action_track_return"

    async def answer(self, turn: Turn) -> None:
        number = turn.entity("order_number")
        found = [
            back
            for back in await list_returns(self.store, turn.conversation_id)
            if number in (None, back.order_number)
        ]
        if not found:
            turn.say("utter_no_returns")
            return
        back = found[0]
        turn.say(
            f"utter_return_status_{back.status.value}",
            card=return_card(back),
            return_number=back.number,
            product=article_name(turn, back),
        )
        if back.status is ReturnStatus.REJECTED:
            turn.offer("handoff")
