"""How long delivery takes and what it costs; public."""

from collections.abc import Sequence
from typing import Final

from actions.formatting import bullets
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.catalogue import DeliveryOption, Zone
from crm_store.domain.orders import Order, OrderStatus
from crm_store.domain.places import city_of
from crm_store.domain.spelling import words_of
from crm_store.use_cases.orders import list_delivery_options, list_open_orders

DHAKA: Final = "Dhaka"
_OUTSIDE: Final = words_of("outside outskirts beyond baire bahire bairer bahirer বাইরে বাহিরে বাইরের বাহিরের")

WITH_COURIER: Final = (OrderStatus.OUT_FOR_DELIVERY, OrderStatus.SHIPPED)
_HANDING_OVER: Final = words_of(
    "home house leave left keep guard gatekeeper darwan neighbour neighbor neighbours tomorrow later evening"
    " courier rider hurry faster quicker taratari joldi jaldi"
    " basay bashay bashai basai darowan daroyan pasher rekhe kal kalke kaalke bikale bikele shondhay pore"
    " বাসায় বাসায় বাড়িতে বাড়িতে দারোয়ান দারোয়ানের দারোয়ানের পাশের রেখে কাল কালকে আগামীকাল বিকালে বিকেলে সন্ধ্যায় সন্ধ্যায় পরে"
    " কুরিয়ার কুরিয়ারকে রাইডার রাইডারকে তাড়াতাড়ি জলদি"
)


class ActionDeliveryPeriod(TopicAction):
    response = "utter_delivery_period"
    line = "line.delivery_period"

    def name(self) -> str:
        return "action_delivery_period"

    async def answer(self, turn: Turn) -> None:
        on_its_way = await self._asks_about_handing_over(turn)
        if on_its_way:
            turn.remember_order(on_its_way.number)
            turn.say("utter_delivery_wish", number=on_its_way.number)
            turn.offer("handoff")
            return
        options = _to_where_it_goes(turn, await list_delivery_options(self.store))
        if options:
            turn.say(self.response, lines=bullets(self._line(turn, option) for option in options))
        else:
            turn.say("utter_delivery_unknown")

    async def _asks_about_handing_over(self, turn: Turn) -> Order | None:
        """The parcel on its way when the customer says who, where or when somebody can take it."""
        if not (turn.is_verified and words_of(turn.text) & _HANDING_OVER):
            return None
        orders = await list_open_orders(self.store, turn.conversation_id)
        return next((order for order in orders if order.status in WITH_COURIER), None)

    def _line(self, turn: Turn, option: DeliveryOption) -> str:
        return turn.words(
            self.line,
            name=turn.format.name(option.name, option.name_bn),
            days=_days(turn, option),
            fee=turn.format.money(option.fee) if option.fee else turn.words("line.free"),
        )


def _to_where_it_goes(turn: Turn, options: Sequence[DeliveryOption]) -> Sequence[DeliveryOption]:
    """Those for the city that was named; all where none was, or several."""
    cities = set(turn.entities("city")) or set(filter(None, map(city_of, turn.entities("area"))))
    if len(cities) != 1:
        return options
    inside = cities == {DHAKA} and not words_of(turn.text) & _OUTSIDE
    zones = {Zone.DHAKA, Zone.PICKUP} if inside else {Zone.OUTSIDE_DHAKA}
    return [option for option in options if option.zone in zones] or options


def _days(turn: Turn, option: DeliveryOption) -> str:
    """ "1–3 days", or words for the few that have one."""
    words = {(0, 0): "line.same_day", (0, 1): "line.same_or_next_day", (1, 1): "line.next_day"}
    path = words.get((option.days_min, option.days_max), "line.days")
    return turn.words(path, range=turn.format.range(option.days_min, option.days_max))


class ActionDeliveryOptions(ActionDeliveryPeriod):
    response = "utter_delivery_options"
    line = "line.delivery_option"

    def name(self) -> str:
        return "action_delivery_options"
