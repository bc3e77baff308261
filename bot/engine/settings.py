"""The engine's settings: the only reader of the environment in bot.engine (it cannot import bot.settings)."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_PORT = 5105
DEFAULT_ACTIONS_URL = "http://127.0.0.1:5055/webhook"
DEFAULT_MODEL_DIR = "models"
LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingMissing(Exception):
    """A setting without a default is not there; the message names it and says how to make one."""


@dataclass(frozen=True)
class EngineSettings:
    """What one engine process is started with."""

    model: Path  # an archive, or a folder whose newest archive is meant
    port: int
    secret: str = field(repr=False)
    actions_urls: tuple[str, ...]  # the full addresses of the webhooks
    actions_secret: str = field(repr=False)
    log_format: str = "json"  # json | console
    log_level: str = "info"


def read_settings(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
) -> EngineSettings:
    """Flags win over the environment; secrets come from the environment only: `ps` shows flags."""
    given = _parser(environment).parse_args(arguments)
    return EngineSettings(
        model=Path(given.model),
        port=given.port,
        secret=_secret(environment, "KOTHA_ENGINE_SECRET"),
        actions_urls=webhook_urls(given.actions_url),
        actions_secret=_secret(environment, "KOTHA_ACTIONS_SECRET"),
        log_format=given.log_format,
        log_level=given.log_level,
    )


def webhook_urls(urls: str) -> tuple[str, ...]:
    """Each action server's webhook; several are separated by commas."""
    return tuple(webhook_url(url.strip()) for url in urls.split(",") if url.strip())


def webhook_url(url: str) -> str:
    """The action server's webhook, whether the setting names it or only the server."""
    bare = url.rstrip("/")
    return bare if bare.endswith("/webhook") else f"{bare}/webhook"


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.engine.server", description=__doc__)
    model = environment.get("KOTHA_MODEL_DIR", DEFAULT_MODEL_DIR)
    parser.add_argument(
        "--model", default=model, help="model archive, or a folder with archives [KOTHA_MODEL_DIR]"
    )
    port = environment.get("KOTHA_ENGINE_PORT", str(DEFAULT_PORT))
    parser.add_argument("--port", type=int, default=port, help="port on 127.0.0.1 [KOTHA_ENGINE_PORT]")
    actions = environment.get("KOTHA_ACTIONS_URL", DEFAULT_ACTIONS_URL)
    parser.add_argument("--actions-url", default=actions, help="by commas [KOTHA_ACTIONS_URL]")
    log_format = environment.get("KOTHA_LOG_FORMAT", "json")
    parser.add_argument(
        "--log-format", choices=["json", "console"], default=log_format, help="[KOTHA_LOG_FORMAT]"
    )
    log_level = environment.get("KOTHA_LOG_LEVEL", "info")
    parser.add_argument("--log-level", choices=LOG_LEVELS, default=log_level, help="[KOTHA_LOG_LEVEL]")
    return parser


def _secret(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingMissing(
            f"{name} is not set: put a random text there, the same for both sides (openssl rand -hex 32)"
        )
    return value
