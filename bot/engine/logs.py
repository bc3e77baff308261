"""Structured logs on stderr: ids, reasons and times, never what a customer or the bot said."""

from __future__ import annotations

import logging
import sys
from datetime import datetime, timezone

import orjson
import structlog

# Rasa writes customers' words into its log lines at every level (parse data, slot values, failed responses).
# Python's warnings come from Rasa's dependencies, which deprecate one another at import.
MUTED = ("rasa", "py.warnings", "aiohttp.access", "asyncio", "matplotlib", "apscheduler")
OURS = "bot.engine"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's event, its extra fields, and where an exception came from (not its text)."""
        line = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_extra(record),
        }
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class ConsoleLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """`12:00:00 warning event key=value`"""
        at = datetime.fromtimestamp(record.created, timezone.utc).strftime("%H:%M:%S")
        extra = " ".join(f"{key}={value}" for key, value in _extra(record).items())
        return f"{at} {record.levelname.lower()} {record.getMessage()} {extra}".rstrip()


def configure_logs(log_format: str, level: str = "info") -> None:
    """Our own lines from this level on; from Rasa only errors, and of them only where they arose."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ConsoleLines() if log_format == "console" else JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # Set on our own logger: what Rasa imports changes the root logger's level.
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(True)
    for name in MUTED:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _extra(record: logging.LogRecord) -> dict[str, object]:
    fields = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    if record.exc_info and record.exc_info[0]:
        fields["exception"] = record.exc_info[0].__name__
        fields["traceback"] = _places(record.exc_info[2])
    return fields


def _places(traceback: object) -> list[str]:
    """File and line of each frame; an exception's text may hold a customer's words."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code  # type: ignore[attr-defined]  # a traceback, by exc_info's contract
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")  # type: ignore[attr-defined]
        traceback = traceback.tb_next  # type: ignore[attr-defined]
    return places
