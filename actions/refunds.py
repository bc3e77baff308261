"""Money back: the rules, how to get it, and where it is."""

from typing import Final

from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.orders import PaymentMethod
from crm_store.domain.returns import REFUND_BANK_DAYS, REFUND_OF_CASH, Refund, RefundStatus
from crm_store.use_cases.returns import list_refunds

_UNFINISHED: Final = frozenset({RefundStatus.PENDING, RefundStatus.FAILED})


class ActionCheckRefundPolicy(TopicAction):
    """The rules as the domain holds them; anybody may ask."""

    def name(self) -> str:
        return "action_check_refund_policy"

    async def answer(self, turn: Turn) -> None:
        turn.say(
            "utter_refund_policy",
            wallet_days=turn.format.number(REFUND_BANK_DAYS[PaymentMethod.BKASH]),
            card_days=turn.format.number(REFUND_BANK_DAYS[PaymentMethod.CARD]),
            cash_method=turn.words(f"payment_method.{REFUND_OF_CASH.value}"),
        )


class ActionTrackRefund(TopicAction):
    """Where the money is: what is still on its way first, else the newest."""

    def name(self) -> str:
        return "action_track_refund"

    async def answer(self, turn: Turn) -> None:
        refunds = await self._refunds(turn)
        if refunds:
            _say_where(turn, next((r for r in refunds if r.status in _UNFINISHED), refunds[0]))
        else:
            self.say_nothing_found(turn)

    async def _refunds(self, turn: Turn) -> list[Refund]:
        """Those of the order the message names, or all, newest first."""
        number = turn.entity("order_number")
        refunds = await list_refunds(self.store, turn.conversation_id)
        return [refund for refund in refunds if number in (None, refund.order_number)]

    def say_nothing_found(self, turn: Turn) -> None:
        turn.say("utter_no_refunds")


class ActionGetRefund(ActionTrackRefund):
    """ "I want my money back": money already on its way answers that, else the ways that lead to it."""

    def name(self) -> str:
        return "action_get_refund"

    async def _refunds(self, turn: Turn) -> list[Refund]:
        return [refund for refund in await super()._refunds(turn) if refund.status in _UNFINISHED]

    def say_nothing_found(self, turn: Turn) -> None:
        turn.say("utter_refund_ways")


def _say_where(turn: Turn, refund: Refund) -> None:
    response = f"utter_refund_{refund.status.value}"
    if refund.status is RefundStatus.PENDING and refund.is_overdue(turn.today):
        response = "utter_refund_overdue"
    day = turn.day(refund.issued_at) if refund.issued_at else refund.expected_by
    turn.say(
        response,
        number=refund.order_number,
        amount=turn.format.money(refund.amount),
        method=turn.words(f"payment_method.{refund.method.value}"),
        date=turn.format.day(day),
    )
    if response in ("utter_refund_overdue", "utter_refund_failed"):
        turn.offer("handoff")
