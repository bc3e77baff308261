"""Another size, colour or piece for an article that has arrived: noted here, arranged by people."""

import re
from collections.abc import Mapping
from typing import Final

from actions.forms import ANSWERS, FinishForm, what_is_confirmed
from actions.return_choice import article_name, chosen_article
from actions.returns import EXCHANGE_FORM, ValidateReturnForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from actions.yes_words import repeats_with_yes
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.returns import FAULTS, ReturnableItem, ReturnReason
from crm_store.domain.tickets import TicketKind, answered_by
from crm_store.use_cases.tickets import open_ticket

MIN_WORDS_OF_WISH: Final = 4
TELLING_MORE: Final = frozenset({"inform", "check_size", "change_order", "nlu_fallback"})

# What somebody wants instead: a size, a colour, a direction.
_WISH: Final = re.compile(
    r"\b(?:bigger|larger|smaller|longer|shorter|size (?:up|down|\w{1,3}\b)|x{1,3}l\b|black|white|red|blue"
    r"|green|yellow|pink|purple|brown|grey|gray|maroon|beige|navy|boro|choto|lal|nil|sobuj|kalo|shada|sada|golapi"
    r"|holud|for (?:an?|the) \w+|in \w+ instead|number \d+)\b|\b(?:3[2-9]|4[0-9])\b"
    r"|বড়|ছোট|লাল|নীল|সবুজ|কালো|সাদা|গোলাপি|হলুদ|মেরুন|এক্সএল|লার্জ|মিডিয়াম|স্মল|[৩৪][০-৯]",
    re.IGNORECASE,
)


class ValidateExchangeForm(ValidateReturnForm):
    """Which article, what instead, and is that right?"""

    form = EXCHANGE_FORM
    trigger = "request_exchange"
    confirmation = "exchange_confirmed"

    def take_details(self, turn: Turn, asked: str | None) -> bool:
        wish = turn.entity("exchange_wish")
        if wish:
            turn.set(exchange_wish=turn.words(f"exchange_wish.{wish}"))
        elif asked == self.confirmation and _tells_more(turn):
            turn.set(exchange_wish=f"{turn.slot('exchange_wish')}, {turn.text}")
        elif self._tells_wish(turn, asked):
            turn.set(exchange_wish=turn.text)
        else:
            return False
        return True

    def _tells_wish(self, turn: Turn, asked: str | None) -> bool:
        if asked == "exchange_wish":
            told = (ANSWERS - {"affirm", "deny"}) | {self.trigger, "change_order", "check_size"}
            return turn.intent in told and not (turn.entity("return_item") or repeats_with_yes(turn.text))
        words = len(turn.text.split())
        return turn.intent == self.trigger and words >= MIN_WORDS_OF_WISH and bool(_WISH.search(turn.text))

    def check(self, turn: Turn, items: Mapping[str, ReturnableItem]) -> None:
        """Past its days, or never returnable: only what is faulty is exchanged."""
        item, reason = items.get(turn.slot("return_item") or ""), turn.entity("return_reason")
        faulty = reason is not None and ReturnReason(reason) in FAULTS
        if item and item.only_if_faulty and not faulty:
            turn.say(
                "utter_exchange_only_if_faulty",
                product=article_name(turn, item),
            )
            turn.end_form()

    def say_nothing_fits(self, turn: Turn) -> None:
        turn.say("utter_nothing_to_exchange")
        turn.offer("handoff")


def _tells_more(turn: Turn) -> bool:
    """ "42", "in black" after "a bigger one": the wish, said more exactly."""
    few = len(turn.text.split()) < MIN_WORDS_OF_WISH
    return few and turn.intent in TELLING_MORE and bool(_WISH.search(turn.text))


class ActionAskExchangeConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_exchange_confirmed"

    async def answer(self, turn: Turn) -> None:
        number, product = await chosen_article(self, turn)
        turn.say(
            "utter_confirm_exchange",
            number=number,
            product=product,
            wish=turn.slot("exchange_wish"),
            confirms=what_is_confirmed(turn),
        )


class ActionRequestExchange(FinishForm):
    confirmation = "exchange_confirmed"

    def name(self) -> str:
        return "action_request_exchange"

    async def perform(self, turn: Turn) -> None:
        number, product = await chosen_article(self, turn)
        try:
            ticket = await open_ticket(
                self.store,
                turn.conversation_id,
                key=turn.key(self.name()),
                subject=f"{product}: {turn.slot('exchange_wish')}",
                kind=TicketKind.PRODUCT,
                order_number=number,
            )
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
        else:
            date = turn.format.day(answered_by(turn.today))
            turn.say("utter_exchange_done", product=product, ticket=ticket.number, date=date)

    async def leave(self, turn: Turn) -> None:
        _, product = await chosen_article(self, turn)
        turn.say("utter_exchange_kept", product=product)
