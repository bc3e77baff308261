"""The real service, once for the whole run; skipped with the reason when a part of it could not be had."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.fixtures.service import Service, missing_parts

MUCH_ROOM = 50  # conversations of one agent at a time


def give_agents_room(service: Service) -> None:
    """Tests leave their agent a conversation or two: in a long run there would be no room for the next."""
    with closing(sqlite3.connect(service.data_dir / "kotha.sqlite3", timeout=10)) as store:
        store.execute("UPDATE agents SET max_load = ?", (MUCH_ROOM,))
        store.commit()


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """Engine, actions and gateway under the supervisor, with the demo shop."""
    if missing := missing_parts():
        pytest.skip(f"the service lacks {missing}: run `make test KIND=e2e`")
    with Service() as running:
        give_agents_room(running)
        yield running
