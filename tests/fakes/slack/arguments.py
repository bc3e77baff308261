"""The parameters of a Web API call: query, form or JSON, the token in the header or among them."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.fakes.ledger import Json
from tests.fakes.slack.errors import SlackError


class Arguments:
    """Typed access to what was sent."""

    def __init__(self, values: Json | None = None) -> None:
        self.values: Json = values or {}

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """A text that must be there."""
        if not self.text(name):
            raise SlackError("invalid_arguments", messages=[f"[ERROR] missing required field: {name}"])
        return self.text(name)

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", messages=[f"[ERROR] {name} must be a number"]) from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in {"true", "1"}

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """An object or array, sent as such or as its text."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None


async def read_arguments(request: web.Request) -> Arguments:
    """The parameters of this request; what is not JSON although it says so is refused."""
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        values |= body
    elif request.can_read_body:
        values |= dict(await request.post())
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        values["token"] = token.strip()
    return Arguments(values)
