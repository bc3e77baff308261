"""Invoices are opened through a link that only the customer's own session can ask for."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from crm_store.seed import seed_demo_shop
from crm_store.sql import open_store
from crm_store.use_cases.documents import LINK_LASTS, open_linked_invoice
from tests.integration.conftest import Running, StartGateway
from tests.integration.web import RawClient

SITE = {"Origin": "http://127.0.0.1:8080"}


@pytest.fixture
async def shop(start_gateway: StartGateway, store_url: str) -> AsyncIterator[Running]:
    await seed_demo_shop(store_url, today=date(2026, 11, 21))
    async with start_gateway(demo=True, allowed_origins={}) as running:
        yield running


async def _log_in(shop: Running, http: ClientSession, persona: str) -> tuple[RawClient, str]:
    async with http.post(f"{shop.base}/demo/api/login", json={"persona": persona}, headers=SITE):
        pass
    async with http.get(f"{shop.base}/demo/api/identity") as answer:
        identity = (await answer.json())["jwt"]
    raw = RawClient(shop.base, http)
    session = await raw.open_session()
    _, identified = await raw.post("identify", {"jwt": identity}, token=session["token"])
    return raw, str(identified["token"])


async def _link(raw: RawClient, token: str, number: str, language: str = "en") -> tuple[int, Any]:
    return await raw.post("documents", {"order_number": number, "language": language}, token=token)


@pytest.mark.rules("G5")
async def test_the_customer_opens_an_invoice_that_adds_up(shop: Running, http: ClientSession) -> None:
    raw, token = await _log_in(shop, http, "tanvir")
    status, link = await _link(raw, token, "KT-10104")
    assert status == 201
    async with http.get(shop.base + link["path"]) as answer:
        page = await answer.text()
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for part in ("INV-10104", "Cotton panjabi", "Tk 1,250", "−Tk 100", "Tk 1,210", "Nothing is left to pay"):
        assert part in page


async def test_the_invoice_is_in_the_language_that_was_asked_for(shop: Running, http: ClientSession) -> None:
    raw, token = await _log_in(shop, http, "mitali")
    _, link = await _link(raw, token, "KT-10288", "bn")
    async with http.get(shop.base + link["path"]) as answer:
        page = await answer.text()
    assert '<html lang="bn">' in page
    assert "ক্যাশ অন ডেলিভারি" in page
    assert "বাকি:" in page


@pytest.mark.rules("G5")
async def test_somebody_elses_invoice_does_not_exist(shop: Running, http: ClientSession) -> None:
    raw, token = await _log_in(shop, http, "mitali")
    status, refusal = await _link(raw, token, "KT-10104")
    assert (status, refusal["error"]["code"]) == (404, "not_found")


@pytest.mark.rules("G5")
async def test_an_anonymous_session_gets_no_link(shop: Running, http: ClientSession) -> None:
    raw = RawClient(shop.base, http)
    session = await raw.open_session()
    status, refusal = await _link(raw, session["token"], "KT-10104")
    assert (status, refusal["error"]["code"]) == (401, "not_logged_in")


async def test_without_a_session_there_is_no_link(shop: Running, http: ClientSession) -> None:
    raw = RawClient(shop.base, http)
    status, refusal = await raw.post("documents", {"order_number": "KT-10104"})
    assert (status, refusal["error"]["code"]) == (401, "bad_session")


@pytest.mark.parametrize(
    "body",
    [{}, {"order_number": 5}, {"order_number": "K" * 40}, {"order_number": "KT-1", "language": "fr"}],
)
async def test_a_malformed_request_says_what_is_wrong(
    shop: Running, http: ClientSession, body: dict[str, Any]
) -> None:
    raw, token = await _log_in(shop, http, "tanvir")
    status, refusal = await raw.post("documents", body, token=token)
    assert (status, refusal["error"]["code"]) == (400, "bad_frame")


async def test_a_guessed_link_says_in_every_language_that_it_is_over(
    shop: Running, http: ClientSession
) -> None:
    async with http.get(f"{shop.base}/documents/{'a' * 43}") as answer:
        page = await answer.text()
        assert answer.status == 404
    assert "This link is over" in page
    assert "মেয়াদ শেষ" in page


async def test_a_link_is_over_after_its_minutes(shop: Running, http: ClientSession, store_url: str) -> None:
    raw, token = await _log_in(shop, http, "tanvir")
    _, link = await _link(raw, token, "KT-10104")
    later = datetime.now(UTC) + LINK_LASTS + timedelta(seconds=1)
    store = await open_store(store_url, clock=lambda: later)
    try:
        with pytest.raises(Exception, match="no such link"):
            await open_linked_invoice(store, link["path"].rsplit("/", 1)[1])
    finally:
        await store.close()


async def test_a_page_of_another_site_may_ask_only_when_allowed(shop: Running, http: ClientSession) -> None:
    raw, token = await _log_in(shop, http, "tanvir")
    status, refusal = await raw.post(
        "documents",
        {"order_number": "KT-10104"},
        token=token,
        headers={"Origin": "https://evil.example"},
    )
    assert (status, refusal["error"]["code"]) == (403, "origin_not_allowed")


async def test_documents_have_their_style(shop: Running, http: ClientSession) -> None:
    async with http.get(f"{shop.base}/documents/page.css") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/css"
