"""The Rasa SDK's own action server (its Sanic app, its webhook) over Kotha's actions.

`python -m rasa_sdk --actions actions` cannot be used as it is: it makes each action without arguments, and
ours are given their store. Everything between the socket and the action is the SDK's.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.registry import build_actions
from crm_store.sql import open_store


def main() -> None:
    """Serve on loopback until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    executor = ActionExecutor()
    app = create_app(executor)

    async def register(_: Sanic) -> None:
        store = await open_store(options.database)
        for action in build_actions(store, lambda: datetime.now(UTC)):
            executor.register_action(action)

    app.register_listener(register, "before_server_start")
    app.run(host="127.0.0.1", port=options.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
