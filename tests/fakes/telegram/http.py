"""The addresses of the Bot API: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.ledger import Call, Json
from tests.fakes.telegram.arguments import MOST_BODY_BYTES, Arguments, read_arguments
from tests.fakes.telegram.control import control_routes
from tests.fakes.telegram.errors import ApiError, too_many

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram


def application(telegram: FakeTelegram) -> web.Application:
    """The whole server: the Bot API, the files, and what people and tests use under /fake."""
    app = web.Application(client_max_size=MOST_BODY_BYTES)
    door = _Door(telegram)
    app.router.add_route("*", "/bot{token}/{method}", door.call)
    app.router.add_get("/file/bot{token}/{path:.+}", door.download)
    app.add_routes(control_routes(telegram))
    return app


def rate_limited(retry_after: int) -> web.Response:
    """A 429 that a fault asked for."""
    return _answer(too_many(retry_after).as_json())


def broken(status: int) -> web.Response:
    """What the servers in front of the real one answer when it is down."""
    return _answer(ApiError(status, HTTPStatus(status).phrase).as_json())


class _Door:
    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    async def call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        at = self._telegram.clock.now()
        executed: list[tuple[Arguments, Json]] = []

        async def answer() -> web.StreamResponse:
            arguments, body = await self._run(request, method)
            executed.append((arguments, body))
            return _answer(body)

        response = await self._telegram.faults.around(request, method, answer)
        arguments, body = executed[0] if executed else (Arguments(), None)
        place = str(arguments.values["chat_id"]) if "chat_id" in arguments.values else None
        self._telegram.ledger.calls.append(
            Call(at, method, place, arguments.values, response.status, body, executed=bool(executed))
        )
        self._telegram.touch()
        return response

    async def download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self._telegram.token:
            return _answer(ApiError(401, "Unauthorized").as_json())
        for file in self._telegram.world.files.values():
            if file.path == request.match_info["path"]:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _answer(ApiError(404, "Not Found").as_json())

    async def _run(self, request: web.Request, method: str) -> tuple[Arguments, Json]:
        arguments = Arguments()
        try:
            if request.match_info["token"] != self._telegram.token:
                raise ApiError(401, "Unauthorized")
            arguments = await read_arguments(request)
            return arguments, await self._telegram.execute(method, arguments)
        except ApiError as refused:
            return arguments, refused.as_json()


def _answer(body: Json) -> web.Response:
    status = 200 if body["ok"] else body["error_code"]
    headers = {}
    if "retry_after" in body.get("parameters", {}):
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
