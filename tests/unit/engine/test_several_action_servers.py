"""Several action servers: the turn goes to one that is there, and whoever comes back is used again."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from bot.engine import action_server as action_server_module
from bot.engine.action_server import ActionServer
from bot.engine.errors import ActionsFailed
from tests.unit.engine.test_loopback import Server

BODY = orjson.dumps({"events": [], "responses": []})
WELL = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
NOBODY = "http://127.0.0.1:9/webhook"
TRACKER: dict[str, Any] = {"sender_id": "c1"}


async def run(servers: ActionServer, times: int = 1) -> None:
    for _ in range(times):
        await servers.run("action_track_order", TRACKER, b"{}")


async def test_actions_go_to_each_in_turn() -> None:
    async with Server(WELL) as one, Server(WELL) as other:
        servers = ActionServer([one.url, other.url], "secret")
        await run(servers, 4)
        await servers.close()
    assert (len(one.requests), len(other.requests)) == (2, 2)


async def test_the_less_busy_one_is_asked() -> None:
    async with Server(b"") as silent, Server(WELL) as well:
        servers = ActionServer([well.url, silent.url], "secret", seconds=0.5)
        stuck = asyncio.create_task(run(servers))
        await asyncio.sleep(0.05)
        await run(servers, 3)
        with pytest.raises(ActionsFailed):
            await stuck
        await servers.close()
    assert (len(silent.requests), len(well.requests)) == (1, 3)


async def test_one_that_is_not_there_costs_no_turn() -> None:
    async with Server(WELL) as well:
        servers = ActionServer([NOBODY, well.url], "secret")
        await run(servers, 4)
        await servers.close()
    assert len(well.requests) == 4


async def test_one_that_dies_in_the_middle_is_made_up_for_by_another() -> None:
    async with Server(b"HTTP/1.1 200 OK\r\nContent-Le", then_close=True) as dying, Server(WELL) as well:
        servers = ActionServer([well.url, dying.url], "secret")
        await run(servers)
        await servers.close()
    assert (len(dying.requests), len(well.requests)) == (2, 1)


async def test_one_that_hangs_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_server_module, "FIRST_REST_SECONDS", 60.0)
    async with Server(b"") as silent, Server(WELL) as well:
        servers = ActionServer([well.url, silent.url], "secret", seconds=0.2)
        with pytest.raises(ActionsFailed, match="no answer in time"):
            await run(servers)
        await run(servers, 5)
        await servers.close()
    assert (len(silent.requests), len(well.requests)) == (1, 5)


async def test_one_that_comes_back_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_server_module, "FIRST_REST_SECONDS", 0.01)
    async with Server(WELL) as well, Server(WELL) as gone:
        url = gone.url
        servers = ActionServer([well.url, url], "secret")
        gone._server.close()
        await gone._server.wait_closed()
        await run(servers, 2)
        port = int(url.rsplit(":", 1)[1].partition("/")[0])
        gone._server = await asyncio.start_server(gone._serve, "127.0.0.1", port)
        await asyncio.sleep(0.05)
        await run(servers, 4)
        await servers.close()
    assert len(gone.requests) == 2


async def test_many_that_fail_at_once_have_failed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart under load must not leave a server out for as long as one that is gone for good."""
    monkeypatch.setattr(action_server_module, "FIRST_REST_SECONDS", 0.05)
    async with Server(WELL) as well, Server(WELL) as gone:
        url = gone.url
        servers = ActionServer([well.url, url], "secret")
        gone._server.close()
        await gone._server.wait_closed()
        await asyncio.gather(*(run(servers) for _ in range(20)))
        port = int(url.rsplit(":", 1)[1].partition("/")[0])
        gone._server = await asyncio.start_server(gone._serve, "127.0.0.1", port)
        await asyncio.sleep(0.1)
        await run(servers, 4)
        await servers.close()
    assert len(gone.requests) == 2


async def test_without_any_the_turn_fails() -> None:
    servers = ActionServer([NOBODY, NOBODY], "secret")
    with pytest.raises(ActionsFailed, match="not reached"):
        await run(servers)
