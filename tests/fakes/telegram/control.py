"""What people and tests use under /fake: the page, what stands in the chats, and deeds as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram


def control_routes(telegram: FakeTelegram) -> list[web.RouteDef]:
    """The routes."""
    return []
