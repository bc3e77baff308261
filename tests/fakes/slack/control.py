"""What people and tests use under /fake: the page, what stands in the channels, and deeds as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack


def control_routes(slack: FakeSlack) -> list[web.RouteDef]:
    """The routes."""
    return []
