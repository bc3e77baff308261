"""What somebody in the shop has to do about a product: they are told so, and the customer gets a number."""

from typing import Any, Final

from actions.product_choice import product_name
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.catalogue import Product
from crm_store.domain.errors import UnknownProduct, VerificationNeeded
from crm_store.domain.tickets import TicketKind
from crm_store.use_cases.products import find_product, list_purchases, watch_restock
from crm_store.use_cases.tickets import open_ticket
from crm_store.use_cases.unit_of_work import Store

# What a plain "yes" may take up, by the slot `offer`, and the wish that a button for it carries.
WISHES_BY_OFFER: Final = {
    "restock": "restock",
    "product_question": "question",
    "product_order": "order",
    "warranty_claim": "claim",
}
ACTION: Final = "action_fulfil_product_wish"


class ProductWishes(TopicAction):
    """ "Yes" to what was offered about a product. Not an action of its own: `ActionAffirm` runs it."""

    async def answer(self, turn: Turn) -> None:
        wish = WISHES_BY_OFFER[turn.slot("offer")]
        try:
            product = await find_product(self.store, turn.slot("product") or "")
        except UnknownProduct:
            turn.say("utter_nothing_to_affirm")
        else:
            await fulfil_wish(self.store, turn, wish, product)


async def fulfil_wish(store: Store, turn: Turn, wish: str, product: Product) -> None:
    """Do what the button or the "yes" asked for; visitors are told how it can be done."""
    turn.set(product=product.sku)
    try:
        if wish == "restock":
            await _watch(store, turn, product)
        else:
            await _open_ticket(store, turn, wish, product)
    except VerificationNeeded:
        turn.say("utter_product_wish_login", product=product_name(turn, product))


async def _watch(store: Store, turn: Turn, product: Product) -> None:
    watched = await watch_restock(store, turn.conversation_id, product.sku, key=turn.key(ACTION))
    name = product_name(turn, product)
    if watched.available:
        turn.say("utter_restock_available", product=name)
    else:
        turn.say("utter_restock_already" if watched.already else "utter_restock_noted", product=name)


async def _open_ticket(store: Store, turn: Turn, wish: str, product: Product) -> None:
    question: dict[str, Any] = turn.slot("product_question") or {}
    ticket = await open_ticket(
        store,
        turn.conversation_id,
        key=turn.key(ACTION),
        subject=turn.words(
            f"ticket.product_{wish}",
            product=product_name(turn, product),
            question=question.get("text") or "–",
            quantity=turn.format.number(question.get("quantity", 1)),
        ),
        kind=TicketKind.PRODUCT,
        order_number=await _order_of(store, turn, product) if wish == "claim" else None,
    )
    turn.say(f"utter_product_{wish}_passed_on", product=product_name(turn, product), number=ticket.number)


async def _order_of(store: Store, turn: Turn, product: Product) -> str | None:
    purchases = await list_purchases(store, turn.conversation_id, product)
    return purchases[0].order_number if purchases else None
