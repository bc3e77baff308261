"""G5: whoever is not proven reads nothing personal and changes nothing; on both databases."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import pytest

from crm_store.domain.errors import UnknownConversation, VerificationNeeded
from crm_store.domain.identities import Proof
from crm_store.domain.returns import ReturnReason
from crm_store.domain.tickets import TicketKind
from crm_store.sql import SqlStore
from crm_store.use_cases.accounts import (
    choose_marketing,
    find_account,
    find_requested_erasure,
    rename_customer,
    request_account_change,
    request_erasure,
)
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.customers import opt_in_personalisation, opt_out_personalisation
from crm_store.use_cases.documents import link_invoice
from crm_store.use_cases.offers import find_loyalty_standing
from crm_store.use_cases.orders import (
    NewAddress,
    cancel_order,
    change_shipping_address,
    find_order,
    list_address_changeable_orders,
    list_cancellable_orders,
    list_open_orders,
    list_orders,
)
from crm_store.use_cases.payments import (
    find_invoice,
    find_payment,
    list_invoices,
    list_recent_orders,
    list_recent_payments,
)
from crm_store.use_cases.returns import list_refunds, list_returnable_items, list_returns, request_return
from crm_store.use_cases.tickets import open_ticket
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds, weaken

pytestmark = pytest.mark.rules("G5")

Attempt = Callable[[SqlStore, UUID, ActionKey], Awaitable[object]]

ATTEMPTS: Final[dict[str, Attempt]] = {
    "list_orders": lambda store, who, _: list_orders(store, who),
    "list_open_orders": lambda store, who, _: list_open_orders(store, who),
    "list_cancellable_orders": lambda store, who, _: list_cancellable_orders(store, who),
    "list_address_changeable_orders": lambda store, who, _: list_address_changeable_orders(store, who),
    "list_returnable_items": lambda store, who, _: list_returnable_items(store, who),
    "find_order": lambda store, who, _: find_order(store, who, "KT-10301"),
    "find_unknown_order": lambda store, who, _: find_order(store, who, "KT-99999"),
    "list_returns": lambda store, who, _: list_returns(store, who),
    "list_refunds": lambda store, who, _: list_refunds(store, who),
    "cancel_order": lambda store, who, key: cancel_order(store, who, "KT-10301", key=key),
    "change_shipping_address": lambda store, who, key: change_shipping_address(
        store, who, "KT-10301", NewAddress("1 Elsewhere", "Tongi", "Gazipur"), key=key
    ),
    "request_return": lambda store, who, key: request_return(
        store, who, "KT-10301", None, key=key, reason=ReturnReason.DAMAGED
    ),
    "open_ticket": lambda store, who, key: open_ticket(
        store, who, key=key, subject="Mine!", kind=TicketKind.COMPLAINT
    ),
    "list_recent_payments": lambda store, who, _: list_recent_payments(store, who),
    "list_recent_orders": lambda store, who, _: list_recent_orders(store, who),
    "find_payment": lambda store, who, _: find_payment(store, who, "KT-10301"),
    "list_invoices": lambda store, who, _: list_invoices(store, who, limit=3),
    "find_invoice": lambda store, who, _: find_invoice(store, who, "KT-10301"),
    "link_invoice": lambda store, who, _: link_invoice(store, who, "KT-10301", language="en"),
    "find_loyalty_standing": lambda store, who, _: find_loyalty_standing(store, who),
    "find_account": lambda store, who, _: find_account(store, who),
    "find_requested_erasure": lambda store, who, _: find_requested_erasure(store, who),
    "rename_customer": lambda store, who, key: rename_customer(store, who, "Mallory", key=key),
    "request_account_change": lambda store, who, key: request_account_change(store, who, "?", key=key),
    "request_erasure": lambda store, who, key: request_erasure(store, who, "?", key=key),
    "choose_marketing": lambda store, who, key: choose_marketing(store, who, allowed=True, key=key),
    "opt_out_personalisation": lambda store, who, key: opt_out_personalisation(store, who, key=key),
    "opt_in_personalisation": lambda store, who, key: opt_in_personalisation(store, who, key=key),
}
UNPROVEN: Final[dict[str, tuple[str | None, Proof]]] = {
    "anonymous": (None, Proof.NONE),
    "linked but unproven": ("tanvir", Proof.NONE),
    "merely claimed": ("tanvir", Proof.CLAIMED),
    "signed, but no customer": (None, Proof.SIGNED),
}


@pytest.mark.parametrize("visitor", UNPROVEN)
async def test_an_unproven_visitor_reads_and_changes_nothing(store: SqlStore, visitor: str) -> None:
    ref, proof = UNPROVEN[visitor]
    conversation = await enter(store, ref, proof)
    before = await _everything_changeable(store)

    allowed = [
        name
        for name, attempt in ATTEMPTS.items()
        if not await _is_refused(attempt(store, conversation, await act(store, conversation)))
    ]

    assert allowed == []
    assert await _everything_changeable(store) == before
    assert await newest_kinds(store, conversation) == []


@pytest.mark.parametrize("proof", [Proof.SIGNED, Proof.CODE])
async def test_a_proven_customer_gets_their_own(store: SqlStore, proof: Proof) -> None:
    tanvir = await enter(store, "tanvir", proof)

    assert (await find_order(store, tanvir, "KT-10301")).number == "KT-10301"


async def test_a_remembered_answer_is_not_given_to_another_customer(store: SqlStore) -> None:
    tanvir, rahima = await enter(store, "tanvir"), await enter(store, "rahima")
    key = await act(store, tanvir)
    await cancel_order(store, tanvir, "KT-10301", key=key)

    with pytest.raises(UnknownConversation):
        await cancel_order(store, rahima, "KT-10301", key=key)


async def test_losing_the_proof_loses_the_remembered_answer(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    key = await act(store, tanvir)
    await cancel_order(store, tanvir, "KT-10301", key=key)
    await weaken(store, tanvir)

    with pytest.raises(VerificationNeeded):
        await cancel_order(store, tanvir, "KT-10301", key=key)


async def _is_refused(attempt: Awaitable[object]) -> bool:
    try:
        await attempt
    except VerificationNeeded:
        return True
    return False


async def _everything_changeable(store: SqlStore) -> list[Any]:
    tables = ["orders", "returns", "refunds", "tickets", "handoffs", "applied_actions", "document_links"]
    counts = [(await fetch(store, f"SELECT count(*) FROM {table}"))[0][0] for table in tables]  # noqa: S608
    order = await fetch(store, "SELECT status, address_line FROM orders WHERE number = 'KT-10301'")
    consent = await fetch(
        store,
        "SELECT name, consent_personalisation, consent_marketing FROM customers"
        " WHERE external_ref = 'tanvir'",
    )
    return [*counts, tuple(order[0]), tuple(consent[0])]
