"""Sending an order to another address."""

import re
from typing import Any, Final

from actions.addresses import is_long_enough, looks_like_address, read_address
from actions.cards import order_card
from actions.formatting import Formatter, has_bengali_digits
from actions.forms import ANSWERS, FinishForm, requested, what_is_confirmed
from actions.order_choice import product_label
from actions.order_form import ValidateOrderForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import AddressNotChangeable, UnknownOrder
from crm_store.domain.orders import Order, Refusal
from crm_store.domain.places import city_of
from crm_store.domain.spelling import words_of
from crm_store.use_cases.orders import (
    NewAddress,
    change_shipping_address,
    find_order,
    list_address_changeable_orders,
)

# Below this an "understood" question inside what may be an address is taken for the address it looks like.
SURE: Final = 0.75
# Where a part stands in an address as customers write it; what follows the word is replaced.
_PARTS: Final = {
    part: re.compile(rf"\b((?:{words})(?:\W+|(?=\d)))[^\s,]+", re.IGNORECASE)
    for part, words in (
        ("house", "house|holding|basha|basa|bari|বাসা|বাড়ি|বাড়ি"),
        ("road", "road|rd|rasta|street|রোড|রাস্তা|সড়ক"),
        ("flat", "flat|apartment|apt|ফ্ল্যাট"),
        ("block", "block|blk|ব্লক"),
        ("sector", "sector|sec|সেক্টর"),
    )
}
# "No, road 5 please": more words are another address, or something else.
MAX_WORDS_OF_PART: Final = 6
# The name of a city has few words; more are a sentence about something else.
MAX_WORDS_OF_CITY: Final = 3

_ON_ITS_WAY: Final = frozenset({Refusal.ALREADY_SHIPPED, Refusal.OUT_FOR_DELIVERY})


class ValidateChangeAddressForm(ValidateOrderForm):
    form = "change_address_form"
    trigger = "change_shipping_address"
    confirmation = "address_confirmed"

    async def begin(self, turn: Turn) -> None:
        if looks_like_address(turn.text):
            take_address(turn)
        await super().begin(turn)

    async def candidates(self, turn: Turn) -> list[Order]:
        return await list_address_changeable_orders(self.store, turn.conversation_id)

    def may_name_order(self, turn: Turn, orders: list[Order]) -> bool:
        numbers = turn.entities("order_number")
        return not looks_like_address(turn.text) or any(order.number in numbers for order in orders)

    def may_correct(self, turn: Turn) -> bool:
        """ "3 rd 4" in an address is no third order."""
        return not looks_like_address(turn.text)

    async def hear_rest(self, turn: Turn) -> bool:
        asked = requested(turn)
        if asked == "address_confirmed" and (correct_part(turn) or self.take_confirmation(turn)):
            return True
        if asked == "new_city" and take_city(turn):
            return True
        if is_address(turn, asked, self.trigger):
            take_address(turn)
            return True
        return explain_unclear(turn, asked, self.trigger)

    def say_nothing_fits(self, turn: Turn) -> None:
        turn.say("utter_nothing_to_readdress")

    def refuse(self, turn: Turn, order: Order) -> None:
        _refuse(turn, order)


def explain_unclear(turn: Turn, asked: str | None, trigger: str) -> bool:
    """A short answer that is no address: show how one is written. "No" leaves everything as it was."""
    if turn.intent == "deny" and asked in ("new_address", "new_city"):
        turn.set(address_confirmed=False)
        turn.end_form()
        return True
    unclear = {"new_address": "utter_address_unclear", "new_city": "utter_city_unclear"}.get(asked or "")
    if unclear is None or turn.intent not in ("inform", "nlu_fallback", "out_of_scope", trigger):
        return False
    turn.say(unclear)
    turn.set(**{str(asked): None})
    return True


def is_address(turn: Turn, asked: str | None, trigger: str) -> bool:
    """Whether the message gives the address; `trigger` is the intent of the form's own request."""
    if not is_long_enough(turn.text):
        return False
    about_addresses = {trigger, "change_shipping_address", "set_up_shipping_address"}
    if looks_like_address(turn.text):
        return turn.intent in ANSWERS | about_addresses or turn.confidence < SURE
    plain = turn.intent in {"inform", "nlu_fallback", *about_addresses}
    named = bool(turn.entity("city") or "," in turn.text) and not turn.entity("option")
    return asked == "new_address" and plain and named


def take_address(turn: Turn) -> None:
    """Fill the slots of the address and its city from the message, or say that it could not be read."""
    written = read_address(
        turn.text,
        city=next(reversed(turn.entities("city")), None),
        postcode=turn.entity("postcode"),
        phone=turn.entity("phone"),
        recognised=turn.places_of("city")[-1:] + turn.places_of("postcode") + turn.places_of("phone"),
        area=_area_beside_house(turn),
    )
    if not written.line:
        turn.say("utter_address_unclear")
        turn.set(new_address=None)
        return
    address = {
        "city_as_written": "".join(turn.text[start:end] for start, end in turn.places_of("city")[-1:]),
        "line": written.line,
        "area": written.area,
        "postcode": written.postcode,
        "phone": written.phone,
    }
    turn.set(new_address=address, new_city=written.city or city_of(turn.entity("area")))


def correct_part(turn: Turn) -> bool:
    """ "No, road 5": put right one part of the address just shown; False when that is not what is said."""
    address = turn.slot("new_address")
    parts = {part: turn.entity(part) for part in _PARTS if turn.entity(part)}
    elsewhere = turn.entity("city") or turn.entity("area")
    if not (address and parts) or elsewhere or len(turn.text.split()) > MAX_WORDS_OF_PART:
        return False
    line = address["line"]
    for part, value in parts.items():
        found = _PARTS[part].search(line)
        if found is None:
            return False
        line = line[: found.end(1)] + str(value) + line[found.end() :]
    turn.set(new_address={**address, "line": line})
    return True


def _area_beside_house(turn: Turn) -> tuple[int, int] | None:
    """Where the neighbourhood stands, if something more exact stands beside it."""
    exact = any(turn.entity(part) for part in ("house", "road", "flat", "block", "sector"))
    return next(reversed(turn.places_of("area")), None) if exact else None


def take_city(turn: Turn) -> bool:
    """Fill the slot of the city; False when the message names none."""
    city = turn.entity("city")
    if city is None and turn.intent in ("inform", "nlu_fallback") and _may_be_name(turn.text):
        city = turn.text.strip(" .,।")
    if city:
        turn.set(new_city=city)
    return bool(city)


def _may_be_name(text: str) -> bool:
    return len(words_of(text)) <= MAX_WORDS_OF_CITY and any(char.isalpha() for char in text)


class ActionAskNewAddress(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_new_address"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        turn.say(
            "utter_ask_new_address",
            number=order.number,
            product=product_label(turn, order),
            destination=order.address.label,
        )


class ActionAskAddressConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_address_confirmed"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        turn.say(
            "utter_confirm_address",
            number=order.number,
            product=product_label(turn, order),
            address=written_out(turn.slot("new_address"), turn.slot("new_city")),
            confirms=what_is_confirmed(turn),
        )


def written_out(address: dict[str, Any], city: str) -> str:
    """The address as the customer is shown it."""
    city = address["city_as_written"] or city
    place = f"{city} {address['postcode']}" if address["postcode"] else city
    parts = [address["line"], address["area"], place, address["phone"]]
    written = ", ".join(part for part in parts if part)
    return Formatter("bn").digits(written) if has_bengali_digits(written) else written


def as_given(address: dict[str, Any], city: str) -> NewAddress:
    """The address as the store takes it."""
    return NewAddress(
        line=address["line"],
        area=address["area"],
        city=city,
        postcode=address["postcode"],
        phone=address["phone"],
    )


class ActionChangeShippingAddress(FinishForm):
    confirmation = "address_confirmed"

    def name(self) -> str:
        return "action_change_shipping_address"

    async def perform(self, turn: Turn) -> None:
        number = turn.slot("order_number")
        address = as_given(turn.slot("new_address"), turn.slot("new_city"))
        try:
            changed = await change_shipping_address(
                self.store, turn.conversation_id, number, address, key=turn.key(self.name())
            )
        except AddressNotChangeable:
            _refuse(turn, await find_order(self.store, turn.conversation_id, number))
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
        else:
            turn.say(
                "utter_address_done",
                card=order_card(changed.order, turn.today),
                number=number,
                old=changed.old_label,
                new=changed.new_label,
            )

    async def leave(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        turn.say("utter_address_kept", number=order.number, destination=order.address.label)


def _refuse(turn: Turn, order: Order) -> None:
    turn.remember_order(order.number)
    if order.refusal() in _ON_ITS_WAY:
        turn.say("utter_address_refused_on_its_way", number=order.number)
        turn.offer("handoff")
    else:
        status = turn.words(f"status.{order.status.value}")
        turn.say("utter_address_refused_closed", number=order.number, status=status)
