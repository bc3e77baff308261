"""docs/identity.md says what each proof allows: every cell of its table is tried, on both databases."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

import crm_store
from crm_store.domain.errors import NotReturnable, VerificationNeeded
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.identities import Proof
from crm_store.domain.returns import ReturnReason
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversations
from crm_store.use_cases.accounts import find_account, request_erasure
from crm_store.use_cases.addresses import list_addresses
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.documents import link_invoice
from crm_store.use_cases.handoffs import request_handoff
from crm_store.use_cases.linking import list_accounts, offer_link
from crm_store.use_cases.offers import find_loyalty_standing
from crm_store.use_cases.orders import (
    NewAddress,
    cancel_order,
    change_shipping_address,
    find_order,
    list_delivery_options,
)
from crm_store.use_cases.returns import list_refunds, request_return
from tests.contracts.shop.visitors import act, enter

pytestmark = pytest.mark.rules("G5", "CH6")

PAGE: Final = Path(str(crm_store.__file__)).parents[1] / "docs" / "identity.md"
FIRST_CELL: Final = "what"
PUBLIC: Final = "in public"
Attempt = Callable[[SqlStore, UUID, ActionKey], Awaitable[object]]


async def _return(store: SqlStore, who: UUID, key: ActionKey) -> None:
    """Of an order that is under way: refused for that, and not for who asks."""
    with suppress(NotReturnable):
        await request_return(store, who, "KT-10301", None, key=key, reason=ReturnReason.DAMAGED)


ATTEMPTS: Final[dict[str, Attempt]] = {
    "delivery, returns and refund rules, products, shops": lambda store, _who, _: list_delivery_options(
        store
    ),
    "talking to a person": lambda store, who, key: request_handoff(
        store, who, key=key, reason=HandoffReason.ASKED, summary={}
    ),
    "order status": lambda store, who, _: find_order(store, who, "KT-10301"),
    "personal data": lambda store, who, _: find_account(store, who),
    "saved addresses": lambda store, who, _: list_addresses(store, who),
    "change address": lambda store, who, key: change_shipping_address(
        store, who, "KT-10301", NewAddress("House 1, Road 2", "Tongi", "Gazipur"), key=key
    ),
    "cancel": lambda store, who, key: cancel_order(store, who, "KT-10301", key=key),
    "return": _return,
    "refund": lambda store, who, _: list_refunds(store, who),
    "loyalty points": lambda store, who, _: find_loyalty_standing(store, who),
    "invoice": lambda store, who, _: link_invoice(store, who, "KT-10301", language="en"),
    "connected accounts": lambda store, who, _: list_accounts(store, who),
    "connect another account": lambda store, who, _: offer_link(store, who),
    "deletion of the account": lambda store, who, key: request_erasure(store, who, "all", key=key),
}


def _table() -> dict[str, dict[str, bool]]:
    """What the page promises: {what: {proof or "in public": allowed}}."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    start = next(index for index, row in enumerate(rows) if row[0] == FIRST_CELL)
    columns, said = rows[start][1:], rows[start + 1 :]
    return {
        row[0]: {column: cell == "yes" for column, cell in zip(columns, row[1:], strict=True)} for row in said
    }


TABLE: Final = _table()
CELLS: Final = [(what, column) for what, allowed in TABLE.items() for column in allowed]


def test_the_page_promises_something_for_every_proof_and_everything_tried() -> None:
    assert set(TABLE) == set(ATTEMPTS)
    columns = {column for allowed in TABLE.values() for column in allowed}
    assert columns == {*(proof.value for proof in Proof), PUBLIC}


@pytest.mark.parametrize(("what", "column"), CELLS, ids=lambda part: part.replace(" ", "-"))
async def test_the_proof_allows_what_the_page_says(store: SqlStore, what: str, column: str) -> None:
    proof = Proof.CODE if column == PUBLIC else Proof(column)
    who = await enter(store, "tanvir", proof)
    key = await act(store, who)
    if column == PUBLIC:
        await _let_others_read_along(store, who)
    assert await _is_allowed(ATTEMPTS[what](store, who, key)) is TABLE[what][column]


async def test_a_workspace_vouches_for_the_person_and_not_for_the_customer(store: SqlStore) -> None:
    who = await enter(store, None, Proof.SIGNED)
    allowed = {
        what
        for what, attempt in ATTEMPTS.items()
        if await _is_allowed(attempt(store, who, await act(store, who)))
    }
    assert allowed == {what for what, cells in TABLE.items() if cells[Proof.NONE.value]}


async def _is_allowed(attempt: Awaitable[object]) -> bool:
    try:
        await attempt
    except VerificationNeeded:
        return False
    return True


async def _let_others_read_along(store: SqlStore, conversation_id: UUID) -> None:
    async with store.begin() as uow:
        public = conversations.update().where(conversations.c.id == conversation_id)
        await uow.connection.execute(public.values(is_public=True, place="C1:1.0"))
        await uow.commit()
