"""Serves the pages of the fakes: plain files, no build, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

SHARED = Path(__file__).parent / "web"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' http: https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page_routes(folder: Path) -> list[web.RouteDef]:
    """The page at /fake and the files it needs; `/` leads there."""
    files = {
        file.name: file for place in (SHARED, folder) for file in place.iterdir() if file.suffix in KINDS
    }

    async def home(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/fake?{request.query_string}" if request.query_string else "/fake")

    async def serve(request: web.Request) -> web.Response:
        file = files.get(request.match_info.get("name", "index.html"))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(
            text=file.read_text(encoding="utf-8"), content_type=KINDS[file.suffix], headers=HEADERS
        )

    return [
        web.get("/", home),
        web.get("/fake", serve),
        web.get("/fake/page/{name}", serve),
    ]


def refuse_foreign(request: web.Request) -> None:
    """Only the page itself may do things: no other site in the same browser (a JSON body, an own Origin)."""
    origin = request.headers.get("Origin")
    if request.content_type != "application/json" or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="Send JSON from the fake's own page.")
