"""Side (b): Kotha from socket to committed and delivered reply."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack

from benchmarks.load import Ask, Measured
from tests.fixtures.service import Service, free_port
from tests.fixtures.web_client import WebClient
from tools.supervisor import engine_addresses

ANSWER_SECONDS = 120.0
# The benchmark's customers write faster than any person: the limits that protect a shop are out of the way.
LIMITS_OFF = {
    "KOTHA_MESSAGES_PER_MINUTE": "1000000",
    "KOTHA_MESSAGES_BURST": "1000000",
    "KOTHA_ADDRESS_PER_MINUTE": "1000000",
    "KOTHA_ADDRESS_BURST": "1000000",
    "KOTHA_ADDRESS_SOCKETS": "1000000",
    "KOTHA_MESSAGES_WAITING": "1000000",
}


def engines(count: int) -> dict[str, str]:
    """So many engines on free ports."""
    return {"KOTHA_ENGINE_URLS": ",".join(f"http://127.0.0.1:{free_port()}" for _ in range(count))}


def as_many_engines_as_cores() -> dict[str, str]:
    """As `make run` starts them, on free ports."""
    return engines(len(engine_addresses(os.cpu_count() or 1)))


async def customers(service: Service, count: int, stack: AsyncExitStack) -> list[WebClient]:
    """So many different identified customers of the demo shop, each with an open socket."""
    clients = []
    for subject in service.customer_refs()[:count]:
        client = await stack.enter_async_context(WebClient(service.base))
        await client.identify(service.sign_identity(subject))
        await client.connect()
        clients.append(client)
    if len(clients) < count:
        raise RuntimeError(f"the demo shop has {len(clients)} customers, the benchmark needs {count}")
    return clients


def asker(client: WebClient) -> Ask:
    """Send one message and wait until its reply has arrived on the socket."""

    async def ask(text: str) -> None:
        await client.ask(text, seconds=ANSWER_SECONDS)

    return ask


def resident_mb(service: Service) -> float:
    """Resident memory of the engine process, MB."""
    return float(service.process_of("engine").memory_info().rss) / 1e6


def tell(load: str, side: str, cell: Measured) -> None:
    """One line for whoever watches."""
    print(f"{load:<30} {side:<6} {cell.turns_per_second:6.1f}/s p95 {cell.p95_ms:6.0f} ms", flush=True)
