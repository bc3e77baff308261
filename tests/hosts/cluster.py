"""Two hosts with a gateway, an engine and an action server each, over one PostgreSQL, behind nginx."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg  # type: ignore[import-untyped]

from tests.contracts.postgres import SUPERUSER, private_server
from tests.faults.deployment import LIMITS_OFF, NeverReady
from tests.faults.nodes import Node
from tests.fixtures.demo_shop import DemoShop
from tests.fixtures.service import free_port
from tests.hosts.front import nginx
from tests.hosts.network import Host, Network
from tools.environments import ENGINE, SERVICE
from tools.model import model_path
from tools.processes import Program
from tools.progress import ROOT

DATABASE = "kotha_hosts"
DURABLE = ("fsync=off", "synchronous_commit=on", "full_page_writes=off", "max_connections=200")
READY_SECONDS = 240.0  # two engines that load at once on a crowded machine
POLL_SECONDS = 0.3
QUIET = {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
GATEWAY_PORT, ACTIONS_PORT, ENGINE_PORT = 8080, 5055, 5105


class HostNode(Node):
    """A program of a host."""

    async def vanish(self) -> None:
        """Killed, and not started again before `start`."""
        self._stopping = True
        self.strike(signal.SIGKILL)
        if self._keeper is not None:
            await self._keeper
        self._stopping = False


@dataclass
class Cluster(DemoShop):
    """Everything that runs."""

    folder: Path
    network: Network
    versions: dict[str, Path] = field(default_factory=dict)
    """Hosts that begin with another checkout's code; a restart brings them to this one's."""
    front_port: int = field(default_factory=free_port)
    nodes: dict[str, list[HostNode]] = field(default_factory=dict)
    url: str = ""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def front(self) -> str:
        """Where customers and agents come in."""
        return f"http://127.0.0.1:{self.front_port}"

    async def start(self) -> None:
        """Make the store, start everything, wait until both hosts are ready."""
        self.url = await self._database()
        await self.fill(self.url)
        for host in self.network.hosts:
            self.nodes[host.name] = [HostNode(one, self._log(one.name)) for one in self._programs(host)]
        addresses = [f"{host.address}:{GATEWAY_PORT}" for host in self.network.hosts]
        front = HostNode(nginx(self.folder / "nginx", self.front_port, addresses), self._log("nginx"))
        for node in (*(node for nodes in self.nodes.values() for node in nodes), front):
            node.start()
            self._stack.push_async_callback(node.stop)
        for host in self.network.hosts:
            await self.wait_ready(host)

    async def stop(self) -> None:
        """Everything ends; the folder stays."""
        await self._stack.aclose()

    async def lose(self, host: Host) -> None:
        """It is cut off, then everything on it dies."""
        host.pull()
        await asyncio.gather(*(node.vanish() for node in self.nodes[host.name]))

    async def bring_back(self, host: Host) -> None:
        """As if it had been started again."""
        host.plug()
        for node in self.nodes[host.name]:
            node.start()
        await self.wait_ready(host)

    async def restart(self, host: Host) -> None:
        """What a rollout does: everything on it is asked to stop, the gateway first, and started again."""
        for node in reversed(self.nodes[host.name]):
            await node.stop()
            node._stopping = False
        self.versions.pop(host.name, None)
        for node, program in zip(self.nodes[host.name], self._programs(host), strict=True):
            node.program = program
        await self.bring_back(host)

    async def wait_ready(self, host: Host) -> None:
        """Until this host's gateway says that it can answer customers."""
        base = f"http://{host.address}:{GATEWAY_PORT}"
        try:
            async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
                while not await _is_ready(http, base):  # noqa: ASYNC110  it asks each time
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise NeverReady(f"host {host.name} was not ready: look into {self.folder}") from None

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    async def _database(self) -> str:
        port, address = free_port(), self.network.address
        settings = (*DURABLE, f"listen_addresses={address}")
        server = self._stack.enter_context(private_server(settings, port=port))
        with (server.home / "data" / "pg_hba.conf").open("a") as allowed:
            allowed.write(f"host all all {self.network.subnet} trust\n")
        home = str(server.home)
        connection = await asyncpg.connect(host=home, port=port, user=SUPERUSER, database="postgres")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.close()
        return f"postgresql+asyncpg://{SUPERUSER}@{address}:{port}/{DATABASE}"

    def _programs(self, host: Host) -> list[Program]:
        root = self.versions.get(host.name, ROOT)
        env = {**self._environment(host), "PYTHONPATH": str(root)}
        model = os.environ.get("KOTHA_TEST_MODEL") or str(model_path())
        engine = [str(ENGINE.python), "-m", "bot.engine.server", "--model", model, "--port", str(ENGINE_PORT)]
        python = str(SERVICE.python)
        return [
            Program(f"engine-{host.name}", [*host.runs, *engine], {**env, **QUIET}, root),
            Program(f"actions-{host.name}", [*host.runs, python, "-m", "actions.server"], env, root),
            Program(f"gateway-{host.name}", [*host.runs, python, "-m", "bot"], env, root),
        ]

    def _environment(self, host: Host) -> Mapping[str, str]:
        return {
            **self.program_secrets,
            **LIMITS_OFF,
            "KOTHA_DATA_DIR": str(self.folder),
            "KOTHA_DATABASE_URL": self.url,
            "KOTHA_DEMO": "true",
            "KOTHA_HOST": host.address,
            "KOTHA_PORT": str(GATEWAY_PORT),
            "KOTHA_PUBLIC_URL": self.front,
            "KOTHA_FORWARDED_HOPS": "1",
            "KOTHA_ENGINE_URLS": f"http://127.0.0.1:{ENGINE_PORT}",
            "KOTHA_ACTIONS_URL": f"http://127.0.0.1:{ACTIONS_PORT}",
            "PYTHONUNBUFFERED": "1",
        }


async def _is_ready(http: aiohttp.ClientSession, base: str) -> bool:
    try:
        async with asyncio.timeout(3.0), http.get(f"{base}/readyz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
