"""Cards have the shapes of docs/contracts/web-channel.md."""

import json
import re
from pathlib import Path
from typing import Any

from actions.cards import order_card, orders_card, return_card
from crm_store.use_cases.orders import find_order, list_orders
from crm_store.use_cases.returns import list_returns
from tests.unit.actions.acting import Acting
from tests.unit.actions.conftest import TODAY

CONTRACT = (Path(__file__).resolve().parents[3] / "docs" / "contracts" / "web-channel.md").read_text("utf-8")


def _keys_of_example() -> dict[str, Any]:
    example = re.search(r"## Order card\n```json\n(.*?)```", CONTRACT, re.DOTALL)
    assert example is not None
    loaded: dict[str, Any] = json.loads(example[1])
    return loaded


async def test_an_order_card_has_exactly_the_contracts_keys(acting: Acting) -> None:
    await acting.visit("rahima")
    card = order_card(await find_order(acting.store, acting.conversation_id, "KT-10234"), TODAY)
    example = _keys_of_example()
    assert set(card) == set(example)
    assert set(card["items"][0]) == set(example["items"][0])
    assert (card["late"], card["carrier"], card["destination"]) == (True, "Pathao Courier", "Mirpur, Dhaka")
    articles = sum(item["unit_price"] * item["quantity"] for item in card["items"])
    assert card["total"] == articles + card["delivery_fee"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", card["placed_at"])


async def test_a_list_holds_at_most_five(acting: Acting) -> None:
    await acting.visit("arif")
    orders = await list_orders(acting.store, acting.conversation_id, limit=8)
    card = orders_card(orders, TODAY)
    assert (card["type"], len(card["orders"]), len(orders)) == ("orders", 5, 8)


async def test_a_return_card_carries_its_refund(acting: Acting) -> None:
    await acting.visit("shirin")
    (back,) = await list_returns(acting.store, acting.conversation_id)
    card = return_card(back)
    assert (card["type"], card["number"], card["status"]) == ("return", "RT-100301", "received")
    assert card["refund"] == {"status": "pending", "amount": 219000, "currency": "BDT", "issued_at": None}


async def test_cards_are_json(acting: Acting) -> None:
    await acting.visit("arif")
    orders = await list_orders(acting.store, acting.conversation_id)
    assert json.loads(json.dumps(orders_card(orders, TODAY)))
