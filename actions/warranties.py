"""How long the shop answers for a product, whether that still holds for one that was bought, and claims."""

from collections.abc import Sequence

from actions.formatting import bullets
from actions.product_action import ProductAction
from actions.product_choice import MAX_OFFERED, Meant, note_question, product_buttons, product_name
from actions.product_questions import asks_for
from actions.turn import Button, Turn
from crm_store.domain.catalogue import Product, return_window
from crm_store.domain.errors import VerificationNeeded
from crm_store.domain.product_facts import FactKind
from crm_store.use_cases.products import Purchase, list_product_facts, list_purchases


class ActionCheckWarranty(ProductAction):
    """The warranty of a product; of one the customer bought, until when."""

    intent = "check_warranty"

    def name(self) -> str:
        return "action_check_warranty"

    async def about(self, turn: Turn, product: Product, asked: str) -> None:
        if product.warranty_months is None:
            self._say_none(turn, product)
            return
        await self._say_terms(turn, product)
        bought = await self._purchases(turn, product)
        if bought:
            self._say_of_purchase(turn, product, bought[0])
        elif asks_for("claim", asked):
            turn.say("utter_warranty_how_to_claim", buttons=self._claim(turn, product))
            turn.offer("warranty_claim")

    def _say_none(self, turn: Turn, product: Product) -> None:
        days = return_window(product.category).days_if_faulty
        turn.say(
            "utter_warranty_none",
            product=product_name(turn, product),
            days=turn.format.number(days),
        )

    async def _say_terms(self, turn: Turn, product: Product) -> None:
        facts = await list_product_facts(self.store, product)
        terms = next((fact for fact in facts if fact.kind is FactKind.WARRANTY), None)
        turn.say(
            "utter_warranty" if terms else "utter_warranty_months",
            product=product_name(turn, product),
            months=turn.format.number(product.warranty_months or 0),
            terms=turn.format.name(terms.text, terms.text_bn) if terms else "",
        )

    async def _purchases(self, turn: Turn, product: Product) -> list[Purchase]:
        """The customer's own; empty for somebody whose identity is not proven (G5)."""
        if not turn.is_verified:
            return []
        try:
            return await list_purchases(self.store, turn.conversation_id, product)
        except VerificationNeeded:
            return []

    def _say_of_purchase(self, turn: Turn, product: Product, purchase: Purchase) -> None:
        covered = purchase.covered_until is not None and turn.today <= purchase.covered_until
        turn.explain("utter_why_purchase", number=purchase.order_number)
        turn.say(
            "utter_warranty_of_purchase" if covered else "utter_warranty_over",
            number=purchase.order_number,
            date=turn.format.full_day(purchase.delivered_on),
            until=turn.format.full_day(purchase.covered_until or purchase.delivered_on),
            buttons=self._claim(turn, product) if covered else self.ask_colleague(turn, product),
        )
        turn.offer("warranty_claim" if covered else "product_question")

    def _claim(self, turn: Turn, product: Product) -> list[Button]:
        payload = f'/{self.intent}{{"product": "{product.sku}", "wish": "claim"}}'
        return [turn.button("button.claim_warranty", payload)]

    async def choose_among(self, turn: Turn, candidates: Sequence[Product]) -> None:
        """ "Guarantee on sarees?": if none of them has one, there is nothing to choose."""
        if any(product.warranty_months for product in candidates):
            await super().choose_among(turn, candidates)
        else:
            self._say_none(turn, candidates[0])

    async def without_product(self, turn: Turn, meant: Meant) -> None:
        covered = [product for product in meant.catalogue if product.warranty_months]
        lines = [
            turn.words(
                "line.warranty",
                name=product_name(turn, product),
                months=turn.format.number(product.warranty_months or 0),
            )
            for product in covered
        ]
        turn.say(
            "utter_warranty_general",
            lines=bullets(lines),
            buttons=product_buttons(turn, covered[:MAX_OFFERED], self.intent),
        )
        note_question(turn, self.intent, is_open=True)
