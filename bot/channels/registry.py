"""Which channels this service speaks: those that are configured, each imported only then.

An SDK costs memory and time (aiogram some 160 MB and 2 s): nobody pays for a channel they do not use.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import cast

import structlog

from bot.channels.port import BuildChannel, Channel, ChannelParts
from bot.errors import BadSettings
from bot.settings import Settings

log = structlog.get_logger()


def build_channels(parts: ChannelParts) -> tuple[Channel, ...]:
    """The configured channels, built; BadSettings when a module of KOTHA_EXTRA_CHANNELS is none."""
    return tuple(_load(module)(parts) for module in _modules(parts.settings))


def _modules(settings: Settings) -> Iterator[str]:
    if settings.telegram_bots:
        yield "bot.channels.telegram.wiring"
    if settings.slack_bot_tokens:
        yield "bot.channels.slack.wiring"
    if settings.smtp_host:
        yield "bot.channels.mail.wiring"
    yield from settings.extra_channels


def _load(module: str) -> BuildChannel:
    try:
        found = import_module(module)
        return cast(BuildChannel, found.build)
    except (ImportError, AttributeError) as error:
        raise BadSettings(
            f"{module} is no channel: a module with `build(parts)` is needed ({error})"
        ) from None
