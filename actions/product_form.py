"""The form that asks which product a question is about, and the answer once that is known."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from actions.choices import choose_by_name, choose_by_position
from actions.forms import ANSWERS, ValidateForm
from actions.product_action import ProductAction
from actions.product_choice import (
    MAX_OFFERED,
    PRODUCT_FORM,
    clicked_product,
    find_by_sku,
    note_question,
    product_buttons,
)
from actions.products import (
    ActionCheckCompatibility,
    ActionCheckPrice,
    ActionCheckSize,
    ActionCheckStock,
    ActionDescribeProduct,
)
from actions.purchases import ActionPlaceOrder
from actions.topic_action import Clock, TopicAction
from actions.turn import Turn
from actions.warranties import ActionCheckWarranty
from crm_store.domain.catalogue import Product
from crm_store.domain.product_facts import FactKind
from crm_store.domain.product_search import rank_products
from crm_store.use_cases.products import find_product, list_catalogue, list_product_facts
from crm_store.use_cases.unit_of_work import Store

QUESTIONS: Final[tuple[type[ProductAction], ...]] = (
    ActionDescribeProduct,
    ActionCheckStock,
    ActionCheckPrice,
    ActionCheckSize,
    ActionCheckCompatibility,
    ActionCheckWarranty,
    ActionPlaceOrder,
)
INTENTS: Final = frozenset(question.intent for question in QUESTIONS)


class ValidateProductForm(ValidateForm):
    """Which product?"""

    form = PRODUCT_FORM
    trigger = "ask_product"

    async def begin(self, turn: Turn) -> None:
        """Only begun after an action found none or several; what fits is offered already."""
        turn.set(product=None)

    async def hear(self, turn: Turn) -> bool:
        if turn.intent not in ANSWERS | INTENTS:
            return False
        if turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
            return True
        catalogue = await list_catalogue(self.store)
        chosen = clicked_product(turn, catalogue) or await self._choose(turn, catalogue)
        if chosen:
            turn.set(product=chosen.sku)
            return True
        return self._narrow_down(turn, catalogue)

    async def _choose(self, turn: Turn, catalogue: Sequence[Product]) -> Product | None:
        offered = [sku for sku in turn.slot("offered_choices") or () if find_by_sku(sku, catalogue)]
        for option in turn.entities("option"):
            return find_by_sku(choose_by_position(option, offered, None), catalogue)
        named = await self._names(offered, catalogue)
        chosen = choose_by_name(turn.text, named) if named else None
        if chosen is None:
            fitting = rank_products(turn.text, catalogue)
            chosen = fitting[0].sku if len(fitting) == 1 else None
        return find_by_sku(chosen, catalogue)

    async def _names(self, offered: Iterable[str], catalogue: Iterable[Product]) -> Mapping[str, list[str]]:
        """What tells the offered ones apart: their names and colours ("the blue one")."""
        return {
            sku: [product.name, product.name_bn, *await self._colours(product)]
            for sku in offered
            if (product := find_by_sku(sku, catalogue))
        }

    async def _colours(self, product: Product) -> list[str]:
        facts = await list_product_facts(self.store, product)
        return [text for fact in facts if fact.kind is FactKind.COLOURS for text in (fact.text, fact.text_bn)]

    def _narrow_down(self, turn: Turn, catalogue: Sequence[Product]) -> bool:
        """Several fit, or another question about a product that is still unknown: ask again."""
        fitting = rank_products(turn.text, catalogue)
        if fitting:
            turn.set(product=None, offered_choices=[product.sku for product in fitting[:MAX_OFFERED]])
            return True
        if turn.entity("product"):
            turn.say("utter_product_not_sold", product=turn.entity("product"))
            turn.end_form()
            return True
        if turn.intent not in INTENTS:
            return False
        note_question(turn, turn.intent)
        turn.set(product=None)
        return True


class ActionAskProduct(TopicAction):
    """The form's question, with a button for each product that fits."""

    remembers = False

    def name(self) -> str:
        return "action_ask_product"

    async def answer(self, turn: Turn) -> None:
        catalogue = await list_catalogue(self.store)
        offered = [find_by_sku(sku, catalogue) for sku in turn.slot("offered_choices") or ()]
        products = [product for product in offered if product]
        if products:
            intent = str((turn.slot("product_question") or {}).get("intent") or "ask_product")
            turn.say("utter_which_product_of", buttons=product_buttons(turn, products, intent))
        else:
            turn.say("utter_which_product")


class ActionAnswerAboutProduct(TopicAction):
    """The question that was waiting for its product."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._questions = {question.intent: question(store, clock) for question in QUESTIONS}

    def name(self) -> str:
        return "action_answer_about_product"

    async def answer(self, turn: Turn) -> None:
        turn.clear(["task", "offered_choices"])
        sku = turn.slot("product")
        if not sku:
            return  # the form ended early and has said why
        question: dict[str, Any] = turn.slot("product_question") or {}
        action = self._questions[question.get("intent", "ask_product")]
        product = await find_product(self.store, sku)
        await action.tell(turn, product, f"{question.get('text', '')} {turn.text}")
