"""A customer who is logged in gets a one-time link that connects a messenger, and can take it back."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from crm_store.domain.received import Place, Sender
from crm_store.seed import seed_demo_shop
from crm_store.sql import open_store
from crm_store.use_cases.linking import introduce_account
from tests.contracts.linking import redeem_link
from tests.integration.conftest import Running, StartGateway
from tests.integration.web import RawClient

SITE = {"Origin": "http://127.0.0.1:8080"}
PHONE = Sender("telegram", "7001", "user:42", username="rahima")
HERE = Place(address={"chat": 42})


@pytest.fixture
async def shop(start_gateway: StartGateway, store_url: str) -> AsyncIterator[Running]:
    await seed_demo_shop(store_url, today=date(2026, 11, 21))
    store = await open_store(store_url)
    url = "https://t.me/kotha_bot?start={token}"
    await introduce_account(store, "telegram", "7001", name="@kotha_bot", connect_url=url)
    await introduce_account(store, "slack", "T1", name="Kotha", connect_url=None)
    await store.close()
    async with start_gateway(demo=True, allowed_origins={}) as running:
        yield running


async def _identity(shop: Running, http: ClientSession) -> str:
    async with http.post(f"{shop.base}/demo/api/login", json={"persona": "rahima"}, headers=SITE):
        pass
    async with http.get(f"{shop.base}/demo/api/identity") as answer:
        return str((await answer.json())["jwt"])


async def _log_in(shop: Running, http: ClientSession) -> tuple[RawClient, str]:
    raw = RawClient(shop.base, http)
    session = await raw.open_session()
    _, identified = await raw.post("identify", {"jwt": await _identity(shop, http)}, token=session["token"])
    return raw, str(identified["token"])


async def _redeem(store_url: str, url: str) -> None:
    store = await open_store(store_url)
    await redeem_link(store, PHONE, HERE, url.partition("start=")[2])
    await store.close()


@pytest.mark.rules("G5")
async def test_the_link_connects_the_account_and_it_can_be_taken_back(
    shop: Running, http: ClientSession, store_url: str
) -> None:
    raw, token = await _log_in(shop, http)
    status, offer = await raw.post("links", {}, token=token)
    assert status == 201
    telegram, slack = sorted(offer["channels"], key=lambda each: each["channel"], reverse=True)
    assert slack["type"] == f"/kotha link {offer['code']}"
    await _redeem(store_url, telegram["url"])
    [account] = (await _listed(shop, http, token))["accounts"]
    assert (account["channel"], account["name"], account["proof"]) == ("telegram", "@rahima", "signed")
    assert await _disconnect(shop, http, token, account["id"]) == 204
    assert (await _listed(shop, http, token))["accounts"] == []
    assert await _disconnect(shop, http, token, account["id"]) == 404


async def _listed(shop: Running, http: ClientSession, token: str) -> dict[str, list[dict[str, str]]]:
    bearer = {"Authorization": f"Bearer {token}"}
    async with http.get(f"{shop.base}/api/web/demo/links", headers=bearer) as answer:
        assert answer.status == 200
        found: dict[str, list[dict[str, str]]] = await answer.json()
        return found


async def _disconnect(shop: Running, http: ClientSession, token: str, account: str) -> int:
    bearer = {"Authorization": f"Bearer {token}"}
    async with http.delete(f"{shop.base}/api/web/demo/links/{account}", headers=bearer) as answer:
        return answer.status


@pytest.mark.rules("G5")
async def test_a_shops_page_gets_a_link_with_its_own_signed_identity(
    shop: Running, http: ClientSession
) -> None:
    await _log_in(shop, http)
    body = {"jwt": await _identity(shop, http)}
    async with http.post(f"{shop.base}/api/web/demo/links", json=body) as answer:
        assert answer.status == 201
    async with http.post(f"{shop.base}/api/web/demo/links", json={"jwt": "x.y.z"}) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (401, "bad_jwt")


@pytest.mark.rules("G5")
async def test_a_visitor_gets_none(shop: Running, http: ClientSession) -> None:
    raw = RawClient(shop.base, http)
    session = await raw.open_session()
    status, answer = await raw.post("links", {}, token=session["token"])
    assert (status, answer["error"]["code"]) == (401, "not_logged_in")
    assert await _disconnect(shop, http, session["token"], str(uuid4())) == 401
