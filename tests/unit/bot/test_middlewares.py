"""Failures become answers; what is no failure of ours is not logged as one."""

from unittest.mock import Mock

import pytest
from aiohttp import ClientConnectionResetError, web
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from bot.metrics import Metrics
from bot.middlewares import make_errors_middleware


async def status_when_broken(error: Exception, *, closing: bool) -> int:
    """The answer to a request whose handler raised this."""
    transport = Mock(is_closing=Mock(return_value=closing))
    request = make_mocked_request("GET", "/socket", transport=transport)

    async def handler(_request: web.Request) -> web.StreamResponse:
        raise error

    errors = make_errors_middleware(Metrics())
    answer: web.StreamResponse = await errors(request, handler)
    return answer.status


async def test_a_client_that_hangs_up_before_its_answer_is_no_defect() -> None:
    with capture_logs() as logs:
        assert await status_when_broken(ClientConnectionResetError("closing"), closing=True) == 499
    assert logs == []


@pytest.mark.parametrize("error", [ClientConnectionResetError("theirs"), ConnectionResetError("ours")])
async def test_another_connection_that_broke_is_a_defect(error: Exception) -> None:
    with capture_logs() as logs:
        assert await status_when_broken(error, closing=False) == 500
    assert [line["event"] for line in logs] == ["request.defect"]
