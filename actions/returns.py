"""Sending an article back, and how that stands."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from actions.cards import return_card
from actions.choices import choose_by_name, choose_by_position
from actions.forms import ANSWERS, FinishForm, ValidateForm, requested, take_confirmation, what_is_confirmed
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.catalogue import Category, return_window
from crm_store.domain.errors import NotReturnable, ReturnWindowClosed, UnknownOrder
from crm_store.domain.returns import (
    FAULTS,
    NotReturnableReason,
    Return,
    ReturnableItem,
    ReturnReason,
    ReturnStatus,
    list_returnable_lines,
)
from crm_store.use_cases.orders import find_order
from crm_store.use_cases.returns import RequestedReturn, list_returnable_items, list_returns, request_return

# More buttons than this are a list nobody reads; the article can be typed.
MAX_OFFERED: Final = 6


def item_key(item: ReturnableItem) -> str:
    """How a slot names an article: order and line."""
    return f"{item.order_number}/{item.line_id}"


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

    async def begin(self, turn: Turn) -> None:
        _take_reason(turn)
        items = await list_returnable_items(self.store, turn.conversation_id)
        in_order = await self._of_named_order(turn, items)
        if in_order is None:
            turn.end_form()
        elif not in_order:
            turn.say("utter_nothing_to_return")
            turn.end_form()
        else:
            self._take_known(turn, in_order)

    async def hear(self, turn: Turn) -> bool:
        items = await self._candidates(turn)
        asked = requested(turn)
        changed = _take_item(turn, items, asked)
        changed = _take_reason(turn) or changed
        if changed:
            self._check_reason(turn, items)
            return True
        if asked == "return_item" and turn.entity("order_number"):
            await self._narrow_down(turn, list(items.values()))
            return True
        if asked == "return_confirmed" and not turn.entity("option") and take_confirmation(turn, asked):
            return True
        return self._correct(turn, items, asked)

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
        chosen = _choose_item(turn, by_key)
        if chosen is None and len(talked_about) == 1:
            chosen = talked_about[0]
            turn.explain("utter_why_order_talked_about", number=chosen.order_number)
        elif chosen is None and len(items) == 1:
            chosen = items[0]
            turn.explain("utter_why_only_order", number=chosen.order_number)
        if chosen:
            turn.set(return_item=item_key(chosen))
            self._check_reason(turn, by_key)
        else:
            shown = talked_about or items
            turn.set(return_item=None, offered_choices=[item_key(item) for item in shown[:MAX_OFFERED]])

    def _check_reason(self, turn: Turn, items: Mapping[str, ReturnableItem]) -> None:
        """Some things come back only when faulty: better said now than after the confirmation."""
        item, reason = items.get(turn.slot("return_item") or ""), turn.slot("return_reason")
        if item and reason and item.only_if_faulty and ReturnReason(reason) not in FAULTS:
            turn.say("utter_return_only_if_faulty", product=_product(turn, item))
            turn.end_form()

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
                "utter_no_other_item", product=_product(turn, items[current]) if current in items else ""
            )
            turn.set(return_item=current)


def _take_item(turn: Turn, items: Mapping[str, ReturnableItem], asked: str | None) -> bool:
    """Take the article the message names; after the first question only if it is another one."""
    chosen = _choose_item(turn, items) if _may_choose(turn, asked) else None
    if chosen is None or item_key(chosen) == turn.slot("return_item"):
        return False
    turn.set(return_item=item_key(chosen))
    return True


def _may_choose(turn: Turn, asked: str | None) -> bool:
    """An article's name counts when it was asked for; later only in a message that is about choosing."""
    if turn.entity("return_item") or turn.entity("order_number"):
        return True
    choosing = {"pick_option", "deny", "request_return"}
    return turn.intent in (
        ANSWERS | choosing if asked == "return_item" or turn.entity("option") else choosing
    )


def _choose_item(turn: Turn, items: Mapping[str, ReturnableItem]) -> ReturnableItem | None:
    named = turn.entity("return_item")
    if named:
        return items.get(named)
    number = turn.entity("order_number")
    fitting = {key: item for key, item in items.items() if number in (None, item.order_number)}
    if number and len(fitting) == 1:
        return next(iter(fitting.values()))
    shown = [key for key in turn.slot("offered_choices") or () if key in fitting] or list(fitting)
    for option in turn.entities("option"):
        key = choose_by_position(option, shown, turn.slot("return_item"))
        return fitting[key] if key else None
    key = choose_by_name(turn.text, {key: (i.product_name, i.product_name_bn) for key, i in fitting.items()})
    return fitting[key] if key else None


def _take_reason(turn: Turn) -> bool:
    reason = turn.entity("return_reason")
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
        turn.say("utter_ask_return_item", buttons=[_button(turn, item) for item in shown])


def _button(turn: Turn, item: ReturnableItem) -> Button:
    title = turn.words("line.item", product=_product(turn, item), number=item.order_number)
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


async def chosen_article(action: TopicAction, turn: Turn) -> tuple[str, str]:
    """The order's number and the article's name, of the article the form is about."""
    number, line_id = turn.slot("return_item").split("/")
    order = await find_order(action.store, turn.conversation_id, number)
    line = order.find_line(UUID(line_id))
    return order.number, turn.format.name(line.product_name, line.product_name_bn) if line else number


def _refuse(turn: Turn, refused: NotReturnable, product: str) -> None:
    if refused.reason == NotReturnableReason.ONLY_IF_FAULTY:
        turn.say("utter_return_only_if_faulty", product=product)
        return
    closed = isinstance(refused, ReturnWindowClosed)
    turn.say("utter_return_window_closed" if closed else "utter_return_refused", product=product)
    turn.offer("handoff")


def _say_requested(turn: Turn, result: RequestedReturn) -> None:
    back = result.return_
    turn.say(
        "utter_return_already" if result.already else "utter_return_done",
        card=return_card(back),
        product=_product(turn, back),
        return_number=back.number,
        status=turn.words(f"return_status.{back.status.value}"),
    )


def _product(turn: Turn, article: ReturnableItem | Return) -> str:
    return turn.format.name(article.product_name, article.product_name_bn)


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
            product=_product(turn, back),
        )
        if back.status is ReturnStatus.REJECTED:
            turn.offer("handoff")
