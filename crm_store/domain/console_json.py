"""The console's shapes as JSON: dataclasses field by field, times in RFC 3339 with a Z."""

from typing import Any
from uuid import UUID

import orjson


def dump_json(value: Any) -> bytes:
    """Any of the console's dataclasses, or lists and dicts of them."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> str:
    """A database driver's own kind of UUID is written like any other."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
