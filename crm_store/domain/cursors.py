"""Where a list goes on: the last item's sort key, opaque to whoever pages.

A key and never an offset: the thousandth page costs what the first does, and a list that moves meanwhile
neither repeats nor skips.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from crm_store.domain.errors import BadCursor

Part = str | int | datetime | UUID
_TAGS: Final[dict[type, str]] = {str: "s", int: "i", datetime: "t", UUID: "u"}


def write_cursor(listed: str, key: Sequence[Part]) -> str:
    """A cursor of the list called `listed` behind the item with this key."""
    parts = [[_tag(part), _plain(part)] for part in key]
    packed = json.dumps([listed, *parts], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(listed: str, cursor: str, shape: Sequence[type]) -> tuple[Part, ...]:
    """The key a cursor of this list was written with. Raises BadCursor."""
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        name, *parts = json.loads(packed)
        tags = [tag for tag, _ in parts]
        if name != listed or tags != [_TAGS[kind] for kind in shape]:
            raise BadCursor
        return tuple(_part(tag, plain) for tag, plain in parts)
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise BadCursor from None


def _tag(part: Part) -> str:
    """Of subclasses too: a driver's UUID is a UUID."""
    return next(tag for kind, tag in _TAGS.items() if isinstance(part, kind))


def _plain(part: Part) -> str | int:
    if isinstance(part, datetime):
        return part.isoformat()
    return part if isinstance(part, int | str) else str(part)


def _part(tag: str, plain: str | int) -> Part:
    if tag == "i":
        return _count(plain)
    if not isinstance(plain, str):
        raise BadCursor
    if tag == "t":
        return _moment(plain)
    return UUID(plain) if tag == "u" else plain


def _count(plain: str | int) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool) or abs(plain) >= 2**63:
        raise BadCursor
    return plain


def _moment(plain: str) -> datetime:
    moment = datetime.fromisoformat(plain)
    if moment.tzinfo is None:
        raise BadCursor
    return moment.astimezone(UTC)
