"""Built web files: the widget's one script for any site, and the demo page for our own."""

import asyncio
from pathlib import Path

from aiohttp import web

from bot.channels.web.refusals import Refusal

SCRIPT_SECONDS = 300  # a new widget reaches every site within five minutes; ETag makes asking again cheap
OPENAPI = Path(__file__).parent / "channels" / "web" / "openapi.json"


class BuiltFiles:
    """Files of `web/widget/dist`, looked up at each request so that a rebuild needs no restart."""

    def __init__(self, dist: Path) -> None:
        self._dist = dist.resolve()

    def add_to(self, app: web.Application) -> None:
        """Register the routes every installation has."""
        app.router.add_get("/widget/kotha.js", self.script)
        app.router.add_get("/api/openapi.json", self.openapi)

    async def script(self, _request: web.Request) -> web.FileResponse:
        """The widget's script, for any origin; FileResponse adds ETag and answers 304."""
        headers = {
            "Content-Type": "text/javascript; charset=utf-8",
            "Cache-Control": f"public, max-age={SCRIPT_SECONDS}",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return await self.file("kotha.js", headers)

    async def openapi(self, _request: web.Request) -> web.FileResponse:
        """The machine-readable contract."""
        return web.FileResponse(
            OPENAPI, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
        )

    async def file(self, name: str, headers: dict[str, str]) -> web.FileResponse:
        """A file below the folder; Refusal 404 for anything else."""
        path = await asyncio.to_thread(self._find, name)
        if path is None:
            raise Refusal("not_found", "No such file. `make run` builds the web parts.", status=404)
        return web.FileResponse(path, headers=headers)

    def _find(self, name: str) -> Path | None:
        if "\0" in name:
            return None
        try:
            path = (self._dist / name).resolve()
            return path if path.is_relative_to(self._dist) and path.is_file() else None
        except OSError:  # a name no file can have: too long, or a loop of links
            return None
