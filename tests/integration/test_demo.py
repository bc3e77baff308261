"""The demo shop: log in as a persona, get a signed identity, chat as that customer."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import ClientSession

from crm_store.seed import seed_demo_shop
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import Running, StartGateway, eventually
from tests.integration.web import RawClient, text_body

PAGE = "<!doctype html><title>Shop</title><script src=/widget/kotha.js></script>"


@pytest.fixture
def web_dir(tmp_path: Path) -> Path:
    dist = tmp_path / "web" / "widget" / "dist"
    (dist / "demo" / "assets").mkdir(parents=True)
    (dist / "kotha.js").write_text("/* widget */")
    (dist / "demo" / "index.html").write_text(PAGE)
    (dist / "demo" / "assets" / "shop.css").write_text("body{}")
    (tmp_path / "web" / "secret.txt").write_text("secret")
    return tmp_path / "web"


@pytest.fixture
async def shop(start_gateway: StartGateway, store_url: str, web_dir: Path) -> AsyncIterator[Running]:
    """A gateway with the seeded demo shop; its own page may use the widget."""
    await seed_demo_shop(store_url, today=date(2026, 11, 21))
    async with start_gateway(demo=True, web_dir=web_dir, allowed_origins={}) as running:
        yield running


async def test_the_shop_window_and_the_personas_are_public(shop: Running, http: ClientSession) -> None:
    async with http.get(f"{shop.base}/demo/api/products") as answer:
        products = (await answer.json())["products"]
    async with http.get(f"{shop.base}/demo/api/personas") as answer:
        personas = (await answer.json())["personas"]
    assert len(products) >= 30
    assert set(products[0]) == {
        "id", "name", "name_bn", "category", "category_bn", "price", "currency", "stock"
    }  # fmt: skip
    assert isinstance(products[0]["price"], int)
    assert "rahima" in {persona["ref"] for persona in personas}
    assert set(personas[0]) == {"ref", "name", "name_bn", "story", "story_bn"}


@pytest.mark.rules("W4", "CH6")
async def test_a_persona_logs_in_and_chats_as_the_customer(
    shop: Running, http: ClientSession, engine: FakeEngine
) -> None:
    origin = {"Origin": "http://127.0.0.1:8080"}
    async with http.post(f"{shop.base}/demo/api/login", json={"persona": "rahima"}, headers=origin) as answer:
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/demo" in cookie
    async with http.get(f"{shop.base}/demo/api/identity") as answer:
        identity = (await answer.json())["jwt"]
    raw = RawClient(shop.base, http)
    session = await raw.open_session()
    status, identified = await raw.post("identify", {"jwt": identity}, token=session["token"])
    assert status == 200
    assert identified["customer"]["name"]
    await raw.post("messages", text_body("where is it?"), token=identified["token"])
    await eventually(lambda: bool(engine.questions))
    facts = engine.questions[0]["facts"]
    assert facts["verified"] is True
    assert facts["customer_name"] == identified["customer"]["name"]
    async with http.post(f"{shop.base}/demo/api/logout", headers=origin) as answer:
        assert answer.status == 200
    async with http.get(f"{shop.base}/demo/api/identity") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (401, "not_logged_in")


@pytest.mark.parametrize("persona", ["nobody", None, 5, ["rahima"], "\x00"])
async def test_only_personas_log_in(shop: Running, http: ClientSession, persona: object) -> None:
    async with http.post(f"{shop.base}/demo/api/login", json={"persona": persona}) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (404, "unknown_persona")


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_site_cannot_log_a_visitor_in_or_out(
    shop: Running, http: ClientSession, origin: str
) -> None:
    for route in ("login", "logout"):
        async with http.post(
            f"{shop.base}/demo/api/{route}", json={"persona": "rahima"}, headers={"Origin": origin}
        ) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (403, "origin_not_allowed")


@pytest.mark.parametrize("cookie", ["", "x", "a.b", "cmFoaW1h.0000", "." * 50, "ট.ট"])
async def test_a_made_up_cookie_is_nobody(shop: Running, http: ClientSession, cookie: str) -> None:
    headers = {"Cookie": f"kotha_demo={cookie}"}
    async with http.get(f"{shop.base}/demo/api/identity", headers=headers) as answer:
        assert answer.status == 401


@pytest.mark.rules("W5")
async def test_the_page_forbids_inline_scripts_and_foreign_frames(shop: Running, http: ClientSession) -> None:
    async with http.get(f"{shop.base}/") as answer:
        assert str(answer.url).endswith("/demo/")
        assert await answer.text() == PAGE
        policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy


@pytest.mark.rules("W5")
async def test_a_reload_keeps_the_policy_of_the_page(shop: Running, http: ClientSession) -> None:
    async with http.get(f"{shop.base}/demo/") as answer:
        known = {"If-None-Match": answer.headers["ETag"]}
    async with http.get(f"{shop.base}/demo/", headers=known) as answer:
        assert answer.status == 304
        assert (
            "Content-Security-Policy" not in answer.headers
        )  # a browser would put it in the first one's place


@pytest.mark.rules("W5")
async def test_frames_are_allowed_to_the_list_only(
    start_gateway: StartGateway, http: ClientSession, web_dir: Path
) -> None:
    settings = {"demo": True, "web_dir": web_dir, "frame_ancestors": ["https://shop.example"]}
    async with start_gateway(**settings) as shop, http.get(f"{shop.base}/demo/") as answer:
        assert "frame-ancestors https://shop.example" in answer.headers["Content-Security-Policy"]


async def test_the_widget_is_for_every_site_and_cached(shop: Running, http: ClientSession) -> None:
    url = f"{shop.base}/widget/kotha.js"
    async with http.get(url) as answer:
        assert await answer.text() == "/* widget */"
        assert answer.content_type == "text/javascript"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "max-age" in answer.headers["Cache-Control"]
        etag = answer.headers["ETag"]
    async with http.get(url, headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/demo/nope.js",
        "/demo/..%2f..%2f..%2fsecret.txt",
        "/demo/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "/demo/a%00b",
        "/demo//etc/passwd",
        "/demo/" + "a" * 300,
    ],
)
async def test_only_the_shops_files_are_served(shop: Running, http: ClientSession, path: str) -> None:
    from yarl import URL

    async with http.get(URL(shop.base + path, encoded=True)) as answer:
        assert answer.status == 404
        assert "secret" not in await answer.text()


async def test_assets_are_served(shop: Running, http: ClientSession) -> None:
    async with http.get(f"{shop.base}/demo/assets/shop.css") as answer:
        assert (answer.status, answer.content_type) == (200, "text/css")


async def test_an_unbuilt_widget_says_so(
    start_gateway: StartGateway, http: ClientSession, tmp_path: Path
) -> None:
    async with (
        start_gateway(web_dir=tmp_path / "nothing") as running,
        http.get(f"{running.base}/widget/kotha.js") as answer,
    ):
        assert answer.status == 404
        assert "make run" in (await answer.json())["error"]["message"]
