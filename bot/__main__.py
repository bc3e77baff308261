"""`python -m bot` starts the gateway."""

import asyncio
import gc
import sys

import uvloop

from bot.app import serve
from bot.errors import BadSettings
from bot.logs import configure_logs
from bot.settings import load_settings
from crm_store.domain.errors import SchemaUnfit, StoreUnavailable

EXIT_BAD_SETTINGS = 2
EXIT_CANNOT_LISTEN = 1
EXIT_NO_STORE = 1  # a folder may be mounted late: starting again can help
EXIT_UNFIT_SCHEMA = 3
YOUNG_OBJECTS = 20_000  # Python's own 700 makes a collection run several times in each turn


def main() -> int:
    """Read the settings and serve; the exit code."""
    try:
        settings = load_settings()
    except BadSettings as problem:
        sys.stderr.write(f"kotha: {problem}\n")
        return EXIT_BAD_SETTINGS
    configure_logs(log_format=settings.log_format, level=settings.log_level)
    gc.freeze()  # the collector passes over what was imported
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except SchemaUnfit as problem:
        sys.stderr.write(f"kotha: {problem}\n")
        return EXIT_UNFIT_SCHEMA
    except StoreUnavailable as problem:  # one that is only away is waited for: this one can never be there
        sys.stderr.write(f"kotha: the store cannot be opened: {problem}\n")
        return EXIT_NO_STORE
    except OSError as problem:
        sys.stderr.write(f"kotha: cannot listen on {settings.host}:{settings.port}: {problem.strerror}\n")
        return EXIT_CANNOT_LISTEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
