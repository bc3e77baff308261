"""The real processes on free ports with a fresh store, and a wire wherever a connection can be broken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.faults.nodes import Node
from tests.faults.stores import FaultyStore
from tests.faults.wires import Wire
from tests.fixtures.demo_shop import DemoShop
from tests.fixtures.service import free_port
from tools.environments import ENGINE, SERVICE
from tools.model import model_path
from tools.processes import Program
from tools.progress import ROOT

READY_SECONDS = 180.0  # on a crowded machine two engines need a while
POLL_SECONDS = 0.2
# The harness writes faster than any person: the limits that protect a shop are out of the way.
LIMITS_OFF = {
    "KOTHA_MESSAGES_PER_MINUTE": "1000000",
    "KOTHA_MESSAGES_BURST": "1000000",
    "KOTHA_MESSAGES_WAITING": "1000",
    "KOTHA_ADDRESS_PER_MINUTE": "1000000",
    "KOTHA_ADDRESS_BURST": "1000000",
    "KOTHA_ADDRESS_SOCKETS": "1000000",
}


class NeverReady(Exception):
    """The service did not become ready: look at the logs in its folder."""


@dataclass
class Deployment(DemoShop):
    """Gateways, engines and an action server on one store."""

    folder: Path
    store: FaultyStore
    chance: random.Random
    gateway_count: int = 1
    engine_count: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    wires: dict[str, Wire] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def gateways(self) -> list[str]:
        """The addresses customers reach, each through a wire."""
        return [wire.base for name, wire in self.wires.items() if name.startswith("gateway")]

    async def lay_wires(self) -> None:
        """Know all addresses before anything runs: platforms are told them."""
        names = [f"gateway{number + 1}" for number in range(self.gateway_count)]
        names += [f"engine{number + 1}" for number in range(self.engine_count)]
        for name in [*names, "actions"]:
            self.wires[name] = Wire(name, free_port(), self.chance)
            await self.wires[name].start()
            self._stack.push_async_callback(self.wires[name].close)

    async def start(self) -> None:
        """Make the store, start everything, wait until it is ready."""
        url = await self._stack.enter_async_context(self.store.opened(self.wires, self.chance))
        await self.fill(url)
        for program in self._programs(url):
            node = Node(program, self.folder / f"{program.name}.log")
            self.nodes[program.name] = node
            node.start()
            self._stack.push_async_callback(node.stop)
        await self._wait_ready()

    async def stop(self) -> None:
        """Everything ends; the folder stays."""
        await self._stack.aclose()

    def _programs(self, url: str) -> list[Program]:
        env = self._environment(url)
        engines = [name for name in self.wires if name.startswith("engine")]
        gateways = [name for name in self.wires if name.startswith("gateway")]
        return [
            *(self._engine(name, env) for name in engines),
            self._actions(env),
            *(self._gateway(name, env) for name in gateways),
        ]

    def _environment(self, url: str) -> dict[str, str]:
        return {
            **self.program_secrets,
            **LIMITS_OFF,
            "KOTHA_DATA_DIR": str(self.folder),
            "KOTHA_DATABASE_URL": url,
            "KOTHA_DEMO": "true",
            "KOTHA_DOTENV": "",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def _engine(self, name: str, env: Mapping[str, str]) -> Program:
        own = {name: value for name, value in env.items() if name != "KOTHA_DATABASE_URL"}
        own |= {
            "KOTHA_ACTIONS_URL": self.wires["actions"].base,
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        where = ["--model", str(model_path()), "--port", str(self.wires[name].target)]
        return Program(name, [str(ENGINE.python), "-m", "bot.engine.server", *where], own, ROOT)

    def _actions(self, env: Mapping[str, str]) -> Program:
        own = {**env, "KOTHA_ACTIONS_PORT": str(self.wires["actions"].target)}
        return Program("actions", [str(SERVICE.python), "-m", "actions.server"], own, ROOT)

    def _gateway(self, name: str, env: Mapping[str, str]) -> Program:
        wire = self.wires[name]
        engines = [wire.base for each, wire in self.wires.items() if each.startswith("engine")]
        own = {
            **env,
            "KOTHA_PORT": str(wire.target),
            "KOTHA_PUBLIC_URL": wire.base,
            "KOTHA_ENGINE_URLS": ",".join(engines),
            "KOTHA_ACTIONS_URL": f"http://127.0.0.1:{self.wires['actions'].target}",
        }
        return Program(name, [str(SERVICE.python), "-m", "bot"], own, ROOT)

    async def _wait_ready(self) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
                for base in self.gateways:
                    while not await _is_ready(http, base):  # noqa: ASYNC110  it asks each time
                        await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise NeverReady(f"the service was not ready in {READY_SECONDS:.0f} s: {self.folder}") from None


async def _is_ready(http: aiohttp.ClientSession, base: str) -> bool:
    try:
        async with http.get(f"{base}/readyz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
