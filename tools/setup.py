"""The steps that make a bare clone ready, each done only when it is needed."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tools import debian, model, web
from tools.environments import ENGINE, FOLDER, SERVICE, TOOLS, UV, Environment
from tools.progress import OWN_CLONE, Reporter, StepFailed, Steps


@dataclass(frozen=True)
class Part:
    """Something the commands need: how to see that it is there, how to make it."""

    title: str
    is_ready: Callable[[], bool]
    make: Callable[[Reporter], None]


def _environment(environment: Environment) -> Part:
    return Part(
        f"Python environment '{environment.name}' ({environment.about})",
        environment.is_current,
        environment.install,
    )


def _build_web(reporter: Reporter) -> None:
    for part in web.web_parts():
        if not web.is_built(part):
            web.build(part, reporter)


def _install_web_modules(reporter: Reporter) -> None:
    for part in web.web_parts():
        web.install_modules(part, reporter)


def _programs(programs: debian.Programs) -> Part:
    return Part(programs.title, programs.are_ready, programs.install)


INSTALLER = _environment(UV)
SERVICE_PYTHON = _environment(SERVICE)
ENGINE_PYTHON = _environment(ENGINE)
TOOLS_PYTHON = _environment(TOOLS)
WEB_MODULES = Part(
    "Web packages", lambda: all(map(web.modules_are_current, web.web_parts())), _install_web_modules
)
WEB_BUILD = Part(
    "Web parts (widget, shop, console)", lambda: all(map(web.is_built, web.web_parts())), _build_web
)
MODEL = Part("Assistant's model (train)", model.is_trained, model.train)
BROWSER = _programs(debian.CHROMIUM)
POSTGRESQL = _programs(debian.POSTGRESQL)
SERVERS = _programs(debian.SERVERS)

TO_TRAIN = [INSTALLER, ENGINE_PYTHON, MODEL]
TO_RUN = [INSTALLER, SERVICE_PYTHON, ENGINE_PYTHON, WEB_BUILD, MODEL]
TO_CHECK = [INSTALLER, TOOLS_PYTHON, ENGINE_PYTHON, WEB_MODULES]


def prepare(parts: list[Part]) -> None:
    """Make every part ready, in order. Two commands at once wait for each other."""
    with _only_one_at_a_time():
        steps = Steps(len(parts))
        for part in parts:
            steps.step(part.title, needed=not part.is_ready(), work=part.make)


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    try:
        FOLDER.mkdir(exist_ok=True)
        lock = (FOLDER / ".lock").open("w")
    except OSError as problem:
        raise StepFailed(f"{FOLDER} cannot be written ({problem.strerror}). {OWN_CLONE}") from problem
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this clone: waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
