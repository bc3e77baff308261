"""Buying: the shop window takes orders, this chat does not. It finds the article and says how to go on."""

from collections.abc import Sequence
from typing import Final

from actions.order_choice import product_label
from actions.product_action import ProductAction
from actions.product_choice import (
    Meant,
    about,
    affordable,
    budget,
    product_buttons,
    product_name,
    wanted_quantity,
)
from actions.product_questions import asks_for
from actions.products import show_products
from actions.turn import Turn
from crm_store.domain.catalogue import Product
from crm_store.use_cases.orders import list_orders
from crm_store.use_cases.products import list_articles_of_order, list_catalogue, list_similar

SIMILAR_OFFERED: Final = 3


class ActionPlaceOrder(ProductAction):
    """The article with its price, the steps of ordering it, and a colleague who notes the order down."""

    intent = "place_order"

    def name(self) -> str:
        return "action_place_order"

    async def answer(self, turn: Turn) -> None:
        if turn.entity("product") is None and asks_for("again", turn.text):
            await self._order_again(turn)
        else:
            await super().answer(turn)

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        if product.is_sold_out:
            await self._say_sold_out(turn, product)
            return
        quantity = wanted_quantity(turn)
        turn.say(
            "utter_place_order_few" if product.is_nearly_sold_out else "utter_place_order",
            product=product_name(turn, product),
            quantity=turn.format.number(quantity),
            price=turn.format.money(product.price),
            total=turn.format.money(product.price * quantity),
            count=turn.format.number(product.stock),
            buttons=[turn.button("button.note_order", about(self.intent, product, "order"))],
        )
        turn.offer("product_order")

    async def _say_sold_out(self, turn: Turn, product: Product) -> None:
        similar = list_similar(product, await list_catalogue(self.store), SIMILAR_OFFERED)
        turn.say(
            "utter_stock_sold_out",
            product=product_name(turn, product),
            buttons=[
                turn.button("button.tell_me_when_back", about("check_stock", product, "restock")),
                *product_buttons(turn, similar, self.intent),
            ],
        )
        turn.offer("restock")

    async def choose_among(self, turn: Turn, candidates: Sequence[Product]) -> None:
        show_products(turn, candidates, self.intent)

    async def without_product(self, turn: Turn, meant: Meant) -> None:
        if budget(turn) is not None:
            cheap = [product for product in affordable(turn, meant.catalogue) if not product.is_sold_out]
            show_products(turn, sorted(cheap, key=lambda product: -product.price), self.intent)
        else:
            turn.say("utter_how_to_order")

    async def _order_again(self, turn: Turn) -> None:
        """The articles of the last order, each to be ordered again."""
        latest = await list_orders(self.store, turn.conversation_id, limit=1)
        if not latest:
            turn.say("utter_order_again_none")
            return
        number = latest[0].number
        articles = await list_articles_of_order(self.store, turn.conversation_id, number)
        if articles:
            turn.say(
                "utter_order_again",
                number=number,
                product=product_label(turn, latest[0]),
                buttons=product_buttons(turn, articles, self.intent),
            )
        else:
            turn.say("utter_order_again_withdrawn", number=number)
