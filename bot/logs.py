"""Structured logs: ids, kinds and numbers, never what people wrote (CH7)."""

import logging
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from aiohttp import BadContentDispositionHeader, BadContentDispositionParam
from aiohttp.http_exceptions import HttpProcessingError
from structlog.typing import Processor

FRAMES_SHOWN = 8  # the innermost frames say where; more only makes the line long


def configure_logs(*, log_format: str, level: str) -> None:
    """Send structlog and the standard library's warnings to stdout in one format."""
    for_people = log_format == "console"
    renderer: Any = structlog.processors.JSONRenderer()
    if for_people:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), pad_event_to=0)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if for_people else "iso", utc=not for_people),
        without_exception_text,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("aiohttp.server").addFilter(is_not_a_malformed_request)
    # These quote the header, and with it what the customer called their file.
    for quoting in (BadContentDispositionHeader, BadContentDispositionParam):
        warnings.simplefilter("ignore", quoting)


def is_not_a_malformed_request(record: logging.LogRecord) -> bool:
    """Bytes that are no HTTP are answered with 400; a line for each would let anybody fill the log."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


def without_exception_text(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its type and where it came from.

    Its text is left out: a database driver's message quotes the row, which is what the customer wrote.
    """
    exc_info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if exc_info is True else exc_info
    error = error[1] if isinstance(error, tuple) else error
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = [
            f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES_SHOWN:]
        ]
    return event
