"""The console's built pages under /console: hashed assets for ever, the page itself never from a cache."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.channels.web.refusals import Refusal

PREFIX: Final = "/console"
ASSETS: Final = "assets"  # Vite puts the hash of each file's content into its name there
YEAR_SECONDS: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class ConsoleFiles:
    """Files of `web/console/dist`, looked up at each request so that a rebuild needs no restart."""

    dist: Path

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get(PREFIX, self.redirect)
        app.router.add_get(f"{PREFIX}/{{path:.*}}", self.serve)

    async def redirect(self, _request: web.Request) -> web.Response:
        """Its addresses stand under the slash."""
        return web.Response(status=308, headers={"Location": f"{PREFIX}/"})

    async def serve(self, request: web.Request) -> web.FileResponse:
        """A file; or the page, which knows its own addresses (`/console/conversations/…`)."""
        name = request.match_info["path"]
        path = await asyncio.to_thread(self._find, name)
        is_asset = name.startswith(f"{ASSETS}/")
        if path is None and not is_asset:
            path = await asyncio.to_thread(self._find, "index.html")
        if path is None:
            raise _no_file()
        kept = f"public, max-age={YEAR_SECONDS}, immutable" if is_asset else "no-cache"
        return web.FileResponse(path, headers={"Cache-Control": kept})

    def _find(self, name: str) -> Path | None:
        if not name or "\0" in name:
            return None
        try:
            dist = self.dist.resolve()
            path = (dist / name).resolve()
            return path if path.is_relative_to(dist) and path.is_file() else None
        except OSError:  # a name no file can have
            return None


def _no_file() -> Refusal:
    return Refusal("not_found", "No such file. `make run` builds the web parts.", status=404)
