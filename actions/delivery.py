"""How long delivery takes and what it costs; public."""

from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.catalogue import DeliveryOption
from crm_store.use_cases.orders import list_delivery_options


class ActionDeliveryPeriod(TopicAction):
    response = "utter_delivery_period"
    line = "line.delivery_period"

    def name(self) -> str:
        return "action_delivery_period"

    async def answer(self, turn: Turn) -> None:
        options = await list_delivery_options(self.store)
        if options:
            turn.say(self.response, lines="\n".join(self._line(turn, option) for option in options))
        else:
            turn.say("utter_delivery_unknown")

    def _line(self, turn: Turn, option: DeliveryOption) -> str:
        return turn.words(
            self.line,
            name=turn.format.name(option.name, option.name_bn),
            days=turn.format.range(option.days_min, option.days_max),
            fee=turn.format.money(option.fee),
        )


class ActionDeliveryOptions(ActionDeliveryPeriod):
    response = "utter_delivery_options"
    line = "line.delivery_option"

    def name(self) -> str:
        return "action_delivery_options"
