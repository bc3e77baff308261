"""What all questions about a product share: they are answered at once when it is clear which one is meant."""

from abc import abstractmethod
from collections.abc import Sequence

from actions.product_choice import (
    Meant,
    affordable,
    ask_which,
    find_meant,
    note_question,
    product_name,
)
from actions.product_wishes import fulfil_wish
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.catalogue import Product


class ProductAction(TopicAction):
    """Base of the answers about a product; `intent` is the question."""

    intent: str

    async def answer(self, turn: Turn) -> None:
        meant = await find_meant(self.store, turn)
        wish = turn.entity("wish")
        if meant.product and wish:
            await fulfil_wish(self.store, turn, wish, meant.product)
            return
        note_question(turn, self.intent)
        if meant.product:
            await self.tell(turn, meant.product, turn.text)
        elif meant.not_sold:
            turn.say("utter_product_not_sold", product=meant.not_sold)
        elif meant.candidates:
            await self.choose_among(turn, affordable(turn, meant.candidates) or meant.candidates)
        else:
            await self.without_product(turn, meant)

    async def tell(self, turn: Turn, product: Product, asked: str) -> None:
        """Answer about `product`; from now on it is the one being talked about."""
        turn.set(product=product.sku)
        await self.about(turn, product, asked)

    @abstractmethod
    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        """The answer to the question `asked`."""

    async def choose_among(self, turn: Turn, candidates: Sequence[Product]) -> None:
        """Several fit."""
        ask_which(turn, candidates, self.intent)

    async def without_product(self, turn: Turn, meant: Meant) -> None:
        """The message names no product and none is being talked about."""
        ask_which(turn, [], self.intent)

    def ask_colleague(self, turn: Turn, product: Product) -> list[Button]:
        """The button for what the shop's records do not answer."""
        payload = f'/{self.intent}{{"product": "{product.sku}", "wish": "question"}}'
        return [turn.button("button.ask_colleague", payload)]

    def say_unknown(self, turn: Turn, product: Product, topic: str) -> None:
        """Honestly: nobody wrote this down. A colleague can find out."""
        turn.say(
            "utter_product_fact_unknown",
            product=product_name(turn, product),
            topic=turn.words(f"fact.{topic}"),
            buttons=self.ask_colleague(turn, product),
        )
        turn.offer("product_question")
