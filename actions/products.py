"""Questions about products: what they are like, whether they are there, what they cost, whether they fit."""

from collections.abc import Iterable, Sequence
from typing import Final

from actions.formatting import bullets
from actions.product_action import ProductAction
from actions.product_choice import (
    MAX_OFFERED,
    Meant,
    affordable,
    ask_which,
    budget,
    note_question,
    product_buttons,
    product_line,
    product_name,
    wanted_quantity,
)
from actions.product_questions import asked_kinds, asks_for
from actions.product_wishes import fulfil_wish
from actions.topic_action import Clock
from actions.turn import Button, Turn
from actions.warranties import ActionCheckWarranty
from crm_store.domain.catalogue import Product
from crm_store.domain.product_facts import FactKind, ProductFact
from crm_store.use_cases.products import list_catalogue, list_product_facts, list_similar
from crm_store.use_cases.unit_of_work import Store

SIMILAR_OFFERED: Final = 3
# A description says what most customers want to know first; the rest is asked for.
FACTS_IN_A_DESCRIPTION: Final = 4
# A word or two that only name a product answer the question asked before.
MAX_WORDS_NAMING: Final = 3
SIZE_KINDS: Final = (FactKind.SIZES, FactKind.FIT, FactKind.DIMENSIONS)


class ActionDescribeProduct(ProductAction):
    """What a product is like: the facts asked for, or a short description."""

    intent = "ask_product"

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        answers: Iterable[ProductAction] = (ActionCheckSize(store, clock), ActionCheckWarranty(store, clock))
        self._waiting = {answer.intent: answer for answer in answers}

    def name(self) -> str:
        return "action_describe_product"

    async def answer(self, turn: Turn) -> None:
        """A message that only names a product answers what was left open: "Which sizes?" "The sandals"."""
        question = turn.slot("product_question") or {}
        waiting = self._waiting.get(question.get("intent", "")) if question.get("open") else None
        if waiting and len(turn.text.split()) <= MAX_WORDS_NAMING and not asked_kinds(turn.text):
            await waiting.answer(turn)
        else:
            await super().answer(turn)

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        facts = {fact.kind: fact for fact in await list_product_facts(self.store, product)}
        kinds = asked_kinds(asked)
        known = [facts[kind] for kind in kinds if kind in facts]
        if budget(turn) is not None:  # "a cotton one under 2000": what it costs belongs to the answer
            self._describe(turn, product, known or list(facts.values())[:FACTS_IN_A_DESCRIPTION])
        elif known:
            tell_facts(turn, product, known, self.ask_colleague(turn, product))
        elif kinds:
            self.say_unknown(turn, product, kinds[0].value)
        else:
            self._describe(turn, product, list(facts.values())[:FACTS_IN_A_DESCRIPTION])

    def _describe(self, turn: Turn, product: Product, facts: Sequence[ProductFact]) -> None:
        turn.say(
            "utter_product_description",
            line=product_line(turn, product),
            facts=fact_lines(turn, facts),
            buttons=[*_next_steps(turn, product), *self.ask_colleague(turn, product)],
        )
        turn.offer("product_question")

    async def choose_among(self, turn: Turn, candidates: Sequence[Product]) -> None:
        """ "Do you have sarees?": these."""
        show_products(turn, candidates, self.intent)

    async def without_product(self, turn: Turn, meant: Meant) -> None:
        if budget(turn) is not None:
            show_products(turn, _best_value(affordable(turn, meant.catalogue)), self.intent)
        elif asked_kinds(turn.text) and not asks_for("everything", turn.text):
            ask_which(turn, [], self.intent)
        else:
            show_window(turn, meant.catalogue)


class ActionCheckStock(ProductAction):
    """Whether it is there; when it is not, what is like it, and the offer to write down who waits for it."""

    intent = "check_stock"

    def name(self) -> str:
        return "action_check_stock"

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        if product.is_sold_out and asks_for("restock", asked) and turn.is_verified:
            await fulfil_wish(self.store, turn, "restock", product)
        elif product.is_sold_out:
            await self._say_sold_out(turn, product)
        else:
            self._say_available(turn, product)
            await self._say_what_else(turn, product, asked)

    def _say_available(self, turn: Turn, product: Product) -> None:
        wanted = wanted_quantity(turn)
        if product.stock < wanted:
            situation = "not_enough"
        else:
            situation = "few" if product.is_nearly_sold_out else "available"
        turn.say(
            f"utter_stock_{situation}",
            product=product_name(turn, product),
            count=turn.format.number(product.stock),
            price=turn.format.money(product.price),
            buttons=_next_steps(turn, product),
        )
        turn.offer("product_order")

    async def _say_what_else(self, turn: Turn, product: Product, asked: str) -> None:
        """What the count does not tell: single colours and sizes, single stores, and keeping one aside."""
        if asks_for("reserve", asked):
            turn.say("utter_stock_not_reserved")
        elif asks_for("in_store", asked):
            turn.say("utter_stock_of_stores")
        else:
            facts = {fact.kind: fact for fact in await list_product_facts(self.store, product)}
            told = [facts[kind] for kind in (FactKind.COLOURS, FactKind.SIZES) if kind in facts]
            if told:
                turn.say("utter_stock_of_variants", facts=fact_lines(turn, told))

    async def _say_sold_out(self, turn: Turn, product: Product) -> None:
        similar = list_similar(product, await list_catalogue(self.store), SIMILAR_OFFERED)
        note = f'/{self.intent}{{"product": "{product.sku}", "wish": "restock"}}'
        turn.say(
            "utter_stock_sold_out",
            product=product_name(turn, product),
            buttons=[
                turn.button("button.tell_me_when_back", note),
                *product_buttons(turn, similar, self.intent),
            ],
        )
        turn.offer("restock")

    async def choose_among(self, turn: Turn, candidates: Sequence[Product]) -> None:
        show_products(turn, candidates, self.intent)


class ActionCheckPrice(ProductAction):
    """What it costs, for as many pieces as were named."""

    intent = "check_price"

    def name(self) -> str:
        return "action_check_price"

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        quantity = wanted_quantity(turn)
        situation = "several" if quantity > 1 else "sold_out" if product.is_sold_out else "one"
        turn.say(
            f"utter_price_{situation}",
            product=product_name(turn, product),
            price=turn.format.money(product.price),
            quantity=turn.format.number(quantity),
            total=turn.format.money(product.price * quantity),
            buttons=_next_steps(turn, product),
        )
        turn.offer("restock" if product.is_sold_out else "product_order")

    async def choose_among(self, turn: Turn, candidates: Sequence[Product]) -> None:
        show_products(turn, sorted(candidates, key=lambda product: product.price), self.intent)

    async def without_product(self, turn: Turn, meant: Meant) -> None:
        if budget(turn) is not None:
            show_products(turn, _best_value(affordable(turn, meant.catalogue)), self.intent)
        else:
            await super().without_product(turn, meant)


class ActionCheckSize(ProductAction):
    intent = "check_size"

    def name(self) -> str:
        return "action_check_size"

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        known = [fact for fact in await list_product_facts(self.store, product) if fact.kind in SIZE_KINDS]
        if known:
            tell_facts(turn, product, known, self.ask_colleague(turn, product))
        else:
            self.say_unknown(turn, product, FactKind.SIZES.value)

    async def without_product(self, turn: Turn, meant: Meant) -> None:
        turn.say("utter_size_help")
        note_question(turn, self.intent, is_open=True)


class ActionCheckCompatibility(ProductAction):
    intent = "check_compatibility"

    def name(self) -> str:
        return "action_check_compatibility"

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        facts = await list_product_facts(self.store, product)
        works_with = [fact for fact in facts if fact.kind is FactKind.WORKS_WITH]
        if works_with:
            turn.say(
                "utter_works_with",
                product=product_name(turn, product),
                fact=_text(turn, works_with[0]),
                buttons=self.ask_colleague(turn, product),
            )
            turn.offer("product_question")
        else:
            self.say_unknown(turn, product, FactKind.WORKS_WITH.value)


def tell_facts(turn: Turn, product: Product, facts: Sequence[ProductFact], buttons: Iterable[Button]) -> None:
    """The facts, one a line, and the way to ask more."""
    turn.say(
        "utter_product_facts",
        product=product_name(turn, product),
        facts=fact_lines(turn, facts),
        buttons=[*_next_steps(turn, product), *buttons],
    )
    turn.offer("product_question")


def show_products(turn: Turn, products: Sequence[Product], intent: str) -> None:
    """Several products with their prices, each with its button."""
    if not products:
        turn.say("utter_nothing_so_cheap")
        return
    shown = products[:MAX_OFFERED]
    turn.say(
        "utter_products" if len(shown) == len(products) else "utter_products_some",
        lines=bullets(product_line(turn, product) for product in shown),
        buttons=product_buttons(turn, shown, intent),
    )


def show_window(turn: Turn, catalogue: Sequence[Product]) -> None:
    """What kinds of things the shop has, each with its button."""
    kinds = {product.category: product.category_bn for product in catalogue}
    titles = {kind: turn.words(f"category.{kind}") for kind in kinds}
    turn.say(
        "utter_shop_window",
        kinds=", ".join(titles.values()),
        buttons=[
            {"title": title, "payload": f'/ask_product{{"category": "{kind}"}}'}
            for kind, title in titles.items()
        ],
    )


def fact_lines(turn: Turn, facts: Iterable[ProductFact]) -> str:
    return "\n".join(
        turn.words("line.fact", topic=turn.words(f"fact.{fact.kind.value}"), fact=_text(turn, fact))
        for fact in facts
    )


def _text(turn: Turn, fact: ProductFact) -> str:
    return turn.format.name(fact.text, fact.text_bn)


def _next_steps(turn: Turn, product: Product) -> list[Button]:
    step = "tell_me_when_back" if product.is_sold_out else "order_it"
    payload = (
        f'/check_stock{{"product": "{product.sku}", "wish": "restock"}}'
        if product.is_sold_out
        else f'/place_order{{"product": "{product.sku}"}}'
    )
    return [turn.button(f"button.{step}", payload)]


def _best_value(products: Sequence[Product]) -> list[Product]:
    """What comes closest to an amount from below, as far as it is there."""
    there = [product for product in products if not product.is_sold_out]
    return sorted(there, key=lambda product: -product.price)
