"""`make run`, second half: bring the store up to date, start engine, actions and gateway, keep them running.

Runs with the service's interpreter, after `tools.setup` has made everything it needs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.demo.agents import describe_agents, give_passwords
from bot.errors import BadSettings
from bot.settings import Settings, load_settings
from crm_store.domain.errors import KothaStoreError
from crm_store.domain.opening_hours import shop_date
from crm_store.migrations import upgrade
from crm_store.place import read_dotenv
from crm_store.seed.demo_shop import seed_demo_shop
from crm_store.sql import open_store
from tools import messengers, model
from tools.environments import ENGINE, SERVICE
from tools.processes import Child, Program
from tools.progress import ROOT
from tools.secrets_file import FILE, load_or_make_secrets

READY_SECONDS = 120.0  # on a busy machine the engine needs a while to load its model
PROBE_SECONDS = 0.3
PRIVATE = 0o077  # the store and the logs hold personal data: files are their owner's alone
PROBE_TIMEOUT_SECONDS = 5.0
NAME_WIDTH = 8
FIRST_ENGINE_PORT = 5105
MOST_ENGINES = 4  # they take some 350 MB each; whoever has the memory names more in KOTHA_ENGINE_URLS
PORTS_FURTHER = 1000  # where a second Kotha finds room on the same machine
LAST_PORT = 65_535
# Of programs that are started one by one; here an address says where each one listens.
NOT_HEEDED = {"KOTHA_ENGINE_PORT": "KOTHA_ENGINE_URLS", "KOTHA_ACTIONS_PORT": "KOTHA_ACTIONS_URL"}
MESSENGERS = "--messengers"  # with a Telegram and a Slack of our own
COLOURS = {"engine": "36", "actions": "35", "gateway": "32", "kotha": "1"}


class CannotStart(Exception):
    """The service cannot start: the message says why and what to do."""


def say(name: str, line: str) -> None:
    """One line of the common log. The programs write the time themselves, the supervisor does not."""
    label = f"{name:<{NAME_WIDTH}}"
    if sys.stdout.isatty():
        label = f"\x1b[{COLOURS.get(name, '0')}m{label}\x1b[0m"
    print(f"{label} {line}", flush=True)


def load(*, with_messengers: bool = False) -> tuple[Settings, dict[str, str]]:
    """The settings and the environment that hands the same ones to every process."""
    given = {**dotenv_settings(), **os.environ}
    if with_messengers:
        port = given.get("KOTHA_PORT") or Settings.model_fields["port"].default
        given = {**given, **messengers.settings(f"http://127.0.0.1:{port}")}
    data_dir = Path(given.get("KOTHA_DATA_DIR") or ROOT / "var").absolute()
    secrets = _secrets(data_dir, given)
    defaults = {
        "KOTHA_DEMO": "true",
        "KOTHA_LOG_FORMAT": "console",
        "KOTHA_ENGINE_URLS": ",".join(engine_addresses(os.cpu_count() or 1)),
    }
    os.environ.update({**defaults, **given, **secrets, "KOTHA_DATA_DIR": str(data_dir)})
    try:
        settings = load_settings()
    except BadSettings as problem:
        raise CannotStart(str(problem)) from problem
    # Only this terminal is told the agents' password; no program needs it.
    for environment in (os.environ, secrets):
        environment.pop("KOTHA_DEMO_AGENT_PASSWORD", None)
    shared = {
        **secrets,
        "KOTHA_DATA_DIR": str(data_dir),
        "KOTHA_DEMO": "true" if settings.demo else "false",
        "KOTHA_DATABASE_URL": settings.store_url,
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }
    return settings, shared


def _secrets(data_dir: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The first use of the data folder: here it shows whether it can be written."""
    try:
        return load_or_make_secrets(data_dir, present=given)
    except OSError as problem:
        raise CannotStart(
            f"The data folder {data_dir} cannot be used ({problem.strerror}). Make it this account's own, "
            "make room there, or set KOTHA_DATA_DIR to another folder."
        ) from problem
    except ValueError as problem:
        raise CannotStart(
            f"{data_dir / FILE} is damaged. Bring it back from where you keep secrets, or remove it: new "
            "ones are made then."
        ) from problem


def engine_addresses(cores: int) -> list[str]:
    """An engine for each core: one turn keeps one core busy, and an engine computes one at a time."""
    return [f"http://127.0.0.1:{FIRST_ENGINE_PORT + number}" for number in range(min(cores, MOST_ENGINES))]


def dotenv_settings() -> dict[str, str]:
    """KOTHA_ settings of .env: they are the operator's word as much as the environment is."""
    return {name: value for name, value in read_dotenv(ROOT).items() if name.startswith("KOTHA_")}


def programs(settings: Settings, env: dict[str, str]) -> list[Program]:
    """What runs, in the order it is started (and, turned round, stopped)."""
    engine_env = {**env, "KOTHA_ACTIONS_URL": settings.actions_url, "TF_CPP_MIN_LOG_LEVEL": "3"}
    # A message is too small to share between threads: they would only wait for one another.
    engine_env["OMP_NUM_THREADS"] = "1"
    del engine_env["KOTHA_DATABASE_URL"]  # the engine has no business with the store
    engines = [
        Program(
            "engine" if number == 0 else f"engine{number + 1}",
            [
                str(ENGINE.python),
                "-m",
                "bot.engine.server",
                "--model",
                str(model.model_path()),
                "--port",
                str(_port(url)),
            ],
            engine_env,
            ROOT,
        )
        for number, url in enumerate(settings.engine_urls)
    ]
    actions = [
        Program(
            "actions" if number == 0 else f"actions{number + 1}",
            [str(SERVICE.python), "-m", "actions.server"],
            {**env, "KOTHA_ACTIONS_PORT": str(_port(url)), "KOTHA_ACCOUNT_URL": _account_url(settings)},
            ROOT,
        )
        for number, url in enumerate(settings.actions_urls)
    ]
    return [*engines, *actions, Program("gateway", [str(SERVICE.python), "-m", "bot"], env, ROOT)]


def _account_url(settings: Settings) -> str:
    """Where customers connect their accounts: what the operator says, else the demo shop's page."""
    own = str(settings.public_url or f"http://127.0.0.1:{settings.port}")
    return os.environ.get("KOTHA_ACCOUNT_URL") or f"{own}/demo/"


def _beside(settings: Settings, env: dict[str, str], *, with_messengers: bool) -> list[Program]:
    return messengers.programs(env, f"http://127.0.0.1:{settings.port}") if with_messengers else []


def _port(url: str) -> int:
    port = urlsplit(url).port
    if port is None:
        raise CannotStart(f"{url} names no port. Write it out, as in http://127.0.0.1:5105.")
    return port


def prepare_store(settings: Settings) -> None:
    """Migrate the database and, in the demo, fill the shop. In this process: a URL may hold a password."""
    try:
        say("store", f"the database is at revision {upgrade(settings.store_url)}")
        now = datetime.now(UTC)
        if settings.demo and asyncio.run(seed_demo_shop(settings.store_url, today=shop_date(now), now=now)):
            say("store", "the demo shop is filled: 60 customers, a year of orders, six agents")
        if settings.demo and settings.demo_agent_password:
            asyncio.run(_give_passwords(settings.store_url, settings.demo_agent_password.get_secret_value()))
    except KothaStoreError as problem:
        raise CannotStart(f"The store could not be prepared: {problem}") from problem


async def _give_passwords(store_url: str, password: str) -> None:
    store = await open_store(store_url)
    try:
        await give_passwords(store, password)
    finally:
        await store.close()


def check_ports(settings: Settings, *, with_messengers: bool = False) -> None:
    """Refuse to start on a port somebody else has; say which setting moves it."""
    if with_messengers:
        for port, whose in messengers.ports():
            if not _is_free(port):
                raise CannotStart(
                    f"Port {port} is taken, and {whose} needs it. Stop the other program first."
                )
    wanted = [
        (settings.port, "KOTHA_PORT"),
        *((_port(url), "KOTHA_ACTIONS_URL") for url in settings.actions_urls),
        *((_port(url), "KOTHA_ENGINE_URLS") for url in settings.engine_urls),
    ]
    if twice := [port for port, uses in Counter(port for port, _ in wanted).items() if uses > 1]:
        names = " and ".join(dict.fromkeys(name for port, name in wanted if port in twice))
        raise CannotStart(f"Port {twice[0]} is named twice, in {names}. Give each program a port of its own.")
    if taken := [(port, name) for port, name in wanted if not _is_free(port)]:
        ports = ", ".join(f"{port} ({name})" for port, name in taken)
        raise CannotStart(
            f"Taken by other programs, perhaps by a Kotha that runs already: port {ports}. "
            f"Stop them, or set other ports, such as {_other_ports(taken)}."
        )


def _other_ports(taken: Sequence[tuple[int, str]]) -> str:
    """Settings to copy: a port is a number in one of them and part of an address in the others."""
    moved: dict[str, list[str]] = {}
    for port, name in taken:
        other = port + PORTS_FURTHER if port + PORTS_FURTHER <= LAST_PORT else port - PORTS_FURTHER
        moved.setdefault(name, []).append(str(other) if name == "KOTHA_PORT" else f"http://127.0.0.1:{other}")
    return " ".join(f"{name}={','.join(values)}" for name, values in moved.items())


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def supervise(settings: Settings, env: dict[str, str], *, with_messengers: bool = False) -> int:
    """Run everything until Ctrl-C or SIGTERM (0) or until a program will not run any more (1)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    beside = _beside(settings, env, with_messengers=with_messengers)
    children = [Child(program, say) for program in [*beside, *programs(settings, env)]]
    running = [asyncio.create_task(child.keep_running()) for child in children]
    pages = messengers.banner() if with_messengers else []
    welcome = asyncio.create_task(_welcome(settings, pages))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*running, stopped], return_when=asyncio.FIRST_COMPLETED)
    welcome.cancel()
    say(
        "kotha",
        "stopping …"
        if stop.is_set()
        else "a program cannot run, so everything stops (its last lines say why)",
    )
    for child in reversed(children):  # the gateway first: it still needs the others to finish its turns
        await child.stop()
    await asyncio.gather(*running)
    say("kotha", "stopped")
    return 0 if stop.is_set() else 1


async def _welcome(settings: Settings, pages: list[str]) -> None:
    base = f"http://{settings.host}:{settings.port}"
    started = time.monotonic()
    while True:
        ready, why = await asyncio.to_thread(_probe, f"{base}/readyz")
        if ready:
            break
        if time.monotonic() - started > READY_SECONDS:
            say("kotha", f"still not ready after {READY_SECONDS:.0f} s: {why}")
            started = time.monotonic()
        await asyncio.sleep(PROBE_SECONDS)
    for line in await asyncio.to_thread(_banner, base, settings, pages):
        say("kotha", line)


def _probe(url: str) -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(url, timeout=PROBE_TIMEOUT_SECONDS) as answer:  # noqa: S310  our own address
            return answer.status == 200, ""
    except urllib.error.HTTPError as refused:
        return False, refused.read().decode(errors="replace")
    except OSError as unreachable:
        return False, str(unreachable)


def _banner(base: str, settings: Settings, pages: list[str]) -> list[str]:
    lines = [
        "",
        f"Kotha is ready.  Health: {base}/readyz   API: {base}/api/openapi.json   Metrics: {base}/metrics",
        f"Agents' console: {base}/console/",
    ]
    if settings.demo:
        with urllib.request.urlopen(f"{base}/demo/api/personas", timeout=PROBE_TIMEOUT_SECONDS) as answer:  # noqa: S310
            personas = json.load(answer)["personas"]
        lines += [f"Demo shop:       {base}/demo/", "Demo log-ins (choose one on the page, no password):"]
        lines += [f"  {persona['ref']:<8} {persona['name']}: {persona['story']}" for persona in personas]
        lines += _agents(settings)
    else:
        lines += ["Is everything set up? `make doctor` says what a shop still needs."]
    return [*lines, *pages, "Ctrl-C stops everything."]


def _agents(settings: Settings) -> list[str]:
    """How to log in at the agents' console: said on the terminal of whoever runs the demo, nowhere else."""
    if settings.demo_agent_password is None:
        return []
    password = settings.demo_agent_password.get_secret_value()
    return [
        f"Agents' log-ins (password of all: {password}):",
        *(f"  {line}" for line in describe_agents()),
    ]


def main(arguments: Sequence[str] = ()) -> int:
    """Prepare, start, supervise."""
    os.umask(PRIVATE)
    if unknown := set(arguments) - {MESSENGERS}:
        print(f"Unknown: {' '.join(sorted(unknown))}. There is {MESSENGERS}.", file=sys.stderr)
        return 2
    with_messengers = MESSENGERS in arguments
    try:
        settings, env = load(with_messengers=with_messengers)
        for name, instead in NOT_HEEDED.items():
            if name in os.environ:
                say("kotha", f"{name} is not heeded here: set {instead}")
        check_ports(settings, with_messengers=with_messengers)
        prepare_store(settings)
    except CannotStart as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return asyncio.run(supervise(settings, env, with_messengers=with_messengers))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
