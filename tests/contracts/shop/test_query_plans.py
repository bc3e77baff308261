"""G8: what a customer's reads cost does not grow with the number of customers; on both databases.

The statements are taken from the use cases as they run, and each must find its rows through an index.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import event

from crm_store.domain.returns import ReturnReason
from crm_store.sql import SqlStore
from crm_store.use_cases.customers import current_customer
from crm_store.use_cases.documents import link_invoice
from crm_store.use_cases.offers import check_code, find_loyalty_standing
from crm_store.use_cases.orders import cancel_order, find_order, list_open_orders, list_orders
from crm_store.use_cases.payments import find_payment, list_invoices, list_recent_payments
from crm_store.use_cases.returns import list_refunds, list_returnable_items, list_returns, request_return
from tests.contracts.plans import run_driver_sql
from tests.contracts.shop.visitors import act, enter

pytestmark = pytest.mark.rules("G8")

Statement = tuple[str, Any]
Run = Callable[[SqlStore, UUID], Awaitable[object]]


async def _cancel(store: SqlStore, who: UUID) -> object:
    return await cancel_order(store, who, "KT-10301", key=await act(store, who))


async def _return(store: SqlStore, who: UUID) -> object:
    item = (await list_returnable_items(store, who))[0]
    key = await act(store, who)
    return await request_return(
        store, who, item.order_number, item.line_id, key=key, reason=ReturnReason.DAMAGED
    )


RUNS: Final[dict[str, tuple[str, Run]]] = {
    "current_customer": ("rahima", current_customer),
    "find_order": ("rahima", lambda store, who: find_order(store, who, "KT-10234")),
    "list_orders": ("rahima", list_orders),
    "list_open_orders": ("rahima", list_open_orders),
    "list_returnable_items": ("shirin", list_returnable_items),
    "list_returns": ("shirin", list_returns),
    "list_refunds": ("shirin", list_refunds),
    "list_recent_payments": ("rahima", list_recent_payments),
    "find_payment": ("rahima", lambda store, who: find_payment(store, who, "KT-10234")),
    "list_invoices": ("rahima", lambda store, who: list_invoices(store, who, limit=4)),
    "link_invoice": ("rahima", lambda store, who: link_invoice(store, who, "KT-10234", language="en")),
    "find_loyalty_standing": ("rahima", find_loyalty_standing),
    "check_code": ("rahima", lambda store, who: check_code(store, who, ["WINTER15"])),
    "cancel_order": ("tanvir", _cancel),
    "request_return": ("shirin", _return),
}


@pytest.mark.parametrize("name", RUNS)
async def test_every_row_is_found_through_an_index(store: SqlStore, name: str) -> None:
    ref, run = RUNS[name]
    who = await enter(store, ref)

    with _statements_of(store) as statements:
        await run(store, who)

    assert statements
    assert [plan for plan in await _plans(store, statements) if _reads_a_whole_table(plan)] == []


@contextmanager
def _statements_of(store: SqlStore) -> Iterator[list[Statement]]:
    """The SELECTs and UPDATEs sent to the database meanwhile."""
    sent: list[Statement] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            sent.append((statement, parameters))

    engine = store.engine
    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", remember)


async def _plans(store: SqlStore, statements: list[Statement]) -> list[str]:
    sqlite = store.engine.dialect.name == "sqlite"
    lines: list[str] = []
    async with store.begin() as uow:
        if not sqlite:
            # So small that they would be read whole: asked not to, the planner shows what it could do.
            await uow.connection.run_sync(run_driver_sql, "SET LOCAL enable_seqscan = off")
        for statement, parameters in statements:
            explain = f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}"
            plan = await uow.connection.run_sync(run_driver_sql, explain, tuple(parameters))
            lines += [f"{row[-1]}  <- {statement}" for row in plan]
    return lines


def _reads_a_whole_table(line: str) -> bool:
    # SQLite's "SCAN <subquery>" of rows already found is none.
    return line.startswith("SCAN ") or line.strip().startswith(("Seq Scan", "->  Seq Scan"))
