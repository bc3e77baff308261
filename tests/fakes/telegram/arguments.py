"""The parameters of a call, however they were sent: query, JSON, form or multipart."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.ledger import Json
from tests.fakes.telegram.errors import bad_request

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Bots may upload 50 MB; the whole body is a little larger.
MOST_BODY_BYTES = 52 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime_type: str
    content: bytes


@dataclass
class Arguments:
    """Typed access; a wrong type is refused as the Bot API does."""

    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text; Telegram wants clean UTF-8."""
        value = self.values.get(name)
        if value is None:
            return default
        text = str(value)
        if LONE_SURROGATE.search(text):
            raise bad_request("strings must be encoded in UTF-8")
        return text

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes"}

    def json(self, name: str) -> Any:
        """An object or array, sent as such or as its text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | str | None:
        """A file sent with the call, or the id or address that stands in its place."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name) or (str(value) if value else None)


async def read_arguments(request: web.Request) -> Arguments:
    """The parameters of this request; the body wins over the query."""
    arguments = Arguments(dict(request.query))
    if request.content_type == "application/json":
        arguments.values |= await _read_json(request)
    elif request.content_type.startswith("multipart/"):
        await _read_parts(request, arguments)
    elif request.can_read_body:
        arguments.values |= dict(await request.post())
    return arguments


async def _read_json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return body


async def _read_parts(request: web.Request, arguments: Arguments) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=False))
        if part.filename is None:
            arguments.values[part.name] = content.decode("utf-8", "surrogateescape")
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            arguments.uploads[part.name] = Upload(part.filename, kind, content)
