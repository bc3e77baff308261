"""The demo shop's pages and its small backend, which vouches for its customers as a real shop's would."""

import time
from collections.abc import Mapping
from typing import Any

import jwt
from aiohttp import web

from bot.channels.web.refusals import Refusal, origin_not_allowed
from bot.channels.web.routes import json_answer, read_object
from bot.demo.cookie import COOKIE, SESSION_SECONDS, cookie_key, persona_of, sign_persona
from bot.settings import DEMO_WIDGET, Settings
from bot.static import BuiltFiles
from crm_store.domain.catalogue import Product
from crm_store.domain.customers import Persona
from crm_store.seed.personas import list_personas
from crm_store.use_cases.catalogue import list_products
from crm_store.use_cases.unit_of_work import Store

IDENTITY_SECONDS = 300  # asked for again whenever the widget needs one
PRODUCTS_SHOWN = 60
PAGE_HEADERS = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}


class DemoShop:
    """Handlers of the demo shop."""

    def __init__(self, store: Store, settings: Settings, keys: Mapping[str, str], files: BuiltFiles) -> None:
        self._store = store
        self._settings = settings
        self._files = files
        self._kid, self._key = next(iter(keys.items()))
        self._cookie_key = cookie_key(self._key)

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/", self.to_page)
        app.router.add_get("/demo", self.to_page)
        app.router.add_get("/demo/", self.page)
        app.router.add_get("/demo/api/products", self.products)
        app.router.add_get("/demo/api/personas", self.personas)
        app.router.add_get("/demo/api/identity", self.identity)
        app.router.add_post("/demo/api/login", self.log_in)
        app.router.add_post("/demo/api/logout", self.log_out)
        app.router.add_get("/demo/{path:.+}", self.asset)

    async def to_page(self, _request: web.Request) -> web.Response:
        """The shop stands at /demo/."""
        raise web.HTTPFound("/demo/")

    async def page(self, _request: web.Request) -> web.FileResponse:
        """The shop's page."""
        return await self._files.file("demo/index.html", PAGE_HEADERS)

    async def asset(self, request: web.Request) -> web.FileResponse:
        """Scripts, styles and pictures of the page."""
        return await self._files.file(f"demo/{request.match_info['path']}", {"Cache-Control": "no-cache"})

    async def products(self, _request: web.Request) -> web.Response:
        """What the shop sells; money in minor units."""
        products = await list_products(self._store, limit=PRODUCTS_SHOWN)
        return json_answer({"products": [_product(product) for product in products]})

    async def personas(self, _request: web.Request) -> web.Response:
        """Who one can log in as."""
        return json_answer({"personas": [_persona(persona) for persona in await list_personas(self._store)]})

    async def log_in(self, request: web.Request) -> web.Response:
        """Log in as a persona: there is no password in a demo."""
        self._check_same_site(request)
        ref = (await read_object(request)).get("persona")
        persona = next((one for one in await list_personas(self._store) if one.ref == ref), None)
        if persona is None:
            raise Refusal("unknown_persona", "Choose a `ref` of GET /demo/api/personas.", status=404)
        response = json_answer({"persona": _persona(persona)})
        cookie = sign_persona(persona.ref, key=self._cookie_key, now=time.time())
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=SESSION_SECONDS,
            path="/demo",
            httponly=True,
            samesite="Strict",
            secure=(self._settings.public_url or "").startswith("https:"),
        )
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        """Forget the persona."""
        self._check_same_site(request)
        response = json_answer({"ok": True})
        response.del_cookie(COOKIE, path="/demo")
        return response

    async def identity(self, request: web.Request) -> web.Response:
        """A fresh signed identity for the widget, as the backend of any shop makes it."""
        now = time.time()
        ref = persona_of(request.cookies.get(COOKIE, ""), key=self._cookie_key, now=now)
        if ref is None:
            raise Refusal("not_logged_in", "Log in with POST /demo/api/login first.", status=401)
        claims = {"sub": ref, "aud": DEMO_WIDGET, "iat": int(now), "exp": int(now) + IDENTITY_SECONDS}
        return json_answer(
            {"jwt": jwt.encode(claims, self._key, algorithm="HS256", headers={"kid": self._kid})}
        )

    def _check_same_site(self, request: web.Request) -> None:
        """Browsers name the Origin on every POST, so another site cannot log a visitor in or out."""
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._settings.own_origins:
            raise origin_not_allowed()


def _product(product: Product) -> dict[str, Any]:
    return {
        "id": str(product.id),
        "name": product.name,
        "name_bn": product.name_bn,
        "category": product.category,
        "category_bn": product.category_bn,
        "price": product.price,
        "currency": product.currency,
        "stock": product.stock,
    }


def _persona(persona: Persona) -> dict[str, str]:
    return {
        "ref": persona.ref,
        "name": persona.name,
        "name_bn": persona.name_bn,
        "story": persona.story,
        "story_bn": persona.story_bn,
    }
