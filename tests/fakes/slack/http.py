"""The addresses of Slack: the Web API, uploads, downloads, response addresses and the socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from tests.fakes.ledger import Call, Json
from tests.fakes.slack.arguments import Arguments, read_arguments
from tests.fakes.slack.asking import basic_credentials
from tests.fakes.slack.control import control_routes
from tests.fakes.slack.errors import SlackError, TooFast

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

MOST_BODY_BYTES = 64 * 1024 * 1024


def application(slack: FakeSlack) -> web.Application:
    """The whole server."""
    app = web.Application(client_max_size=MOST_BODY_BYTES)
    door = _Door(slack)
    app.router.add_route("*", "/api/{method}", door.call)
    app.router.add_post("/upload/{team}/{file}", door.upload)
    app.router.add_get("/files-pri/{file}/{name}", door.download)
    app.router.add_post("/hooks/{hook}", door.respond)
    app.router.add_get("/link", slack.sockets.connect)
    app.router.add_get("/oauth/v2/authorize", door.authorize)
    app.add_routes(control_routes(slack))
    return app


def rate_limited(retry_after: int) -> web.Response:
    """A 429 (SL8)."""
    body = json.dumps({"ok": False, "error": "ratelimited"})
    headers = {"Retry-After": str(retry_after)}
    return web.Response(status=429, text=body, headers=headers, content_type="application/json")


def broken(status: int) -> web.Response:
    """What stands in front of Slack answers when it is down."""
    return web.Response(status=status, text="<html><h1>Bad Gateway</h1></html>", content_type="text/html")


class _Door:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def call(self, request: web.Request) -> web.StreamResponse:
        method, at = request.match_info["method"], self._slack.clock.now()
        executed: list[tuple[Arguments, Json]] = []

        async def answer() -> web.StreamResponse:
            response, arguments, body = await self._run(request, method)
            executed.append((arguments, body))
            return response

        response = await self._slack.faults.around(request, method, answer)
        arguments, body = executed[0] if executed else (Arguments(), None)
        kept = {name: value for name, value in arguments.values.items() if name != "token"}
        place = arguments.text("channel") or None
        call = Call(at, method, place, kept, response.status, body, executed=bool(executed))
        self._slack.ledger.calls.append(call)
        self._slack.touch()
        return response

    async def _run(self, request: web.Request, method: str) -> tuple[web.Response, Arguments, Json]:
        arguments = Arguments()
        try:
            arguments = await read_arguments(request)
            arguments.values |= basic_credentials(request.headers.get("Authorization", ""))
            body = {"ok": True, **await self._slack.execute(method, arguments)}
        except TooFast as refused:
            return rate_limited(refused.retry_after), arguments, refused.as_json()
        except SlackError as refused:
            body = refused.as_json()
        return web.json_response(body), arguments, body

    async def upload(self, request: web.Request) -> web.Response:
        team = self._slack.teams.get(request.match_info["team"])
        file = team.files.get(request.match_info["file"]) if team else None
        if file is None or file.complete:
            raise web.HTTPNotFound
        file.content, file.mime_type = await _body(request)
        if len(file.content) != self._slack.uploads[file.id]:
            return web.Response(status=400, text="Size mismatch")
        return web.Response(text=f"OK - {len(file.content)}")

    async def download(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        for team in self._slack.teams.values():
            file = team.files.get(request.match_info["file"])
            if file is not None and team.token == token and team.installed == "yes":
                kind = file.mime_type or "application/octet-stream"
                return web.Response(body=file.content, headers={"Content-Type": kind})
        # Slack shows its log-in page, with 200, to whoever has no right to a file.
        return web.Response(text="<!DOCTYPE html><html>Sign in to Slack</html>", content_type="text/html")

    async def respond(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
            self._slack.respond(request.match_info["hook"], body)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        except SlackError as refused:
            return web.Response(status=404, text=refused.error)
        return web.Response(text="ok")

    async def authorize(self, request: web.Request) -> web.Response:
        """The page where a workspace agrees; here it always does."""
        code = self._slack.new_code(request.query.get("team"))
        target = request.query.get("redirect_uri", "")
        raise web.HTTPFound(f"{target}?code={code}&state={request.query.get('state', '')}")


async def _body(request: web.Request) -> tuple[bytes, str]:
    if not request.content_type.startswith("multipart/"):
        return await request.read(), request.content_type
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            return bytes(await part.read(decode=False)), kind
    return b"", ""
