"""The place of a turn in its trace (W3C Trace Context), handed on from the gateway to the action server.

The engine writes no spans: it tells its timings in the answer, and the gateway draws them.
"""

from __future__ import annotations

import re
from contextvars import ContextVar

HEADER = "traceparent"
_FORM = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_parent: ContextVar[str] = ContextVar("traceparent", default="")


def take(header: str | None) -> None:
    """Remember what the gateway sent; anything that is no traceparent is nobody's."""
    _parent.set(header if header is not None and _FORM.fullmatch(header) else "")


def line() -> bytes:
    """The header's line for a request of this turn; empty outside of a trace."""
    parent = _parent.get()
    return f"{HEADER}: {parent}\r\n".encode("ascii") if parent else b""
