"""The real service, once for the whole run; skipped with the reason when a part of it could not be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.service import Service, missing_parts


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """Engine, actions and gateway under the supervisor, with the demo shop."""
    if missing := missing_parts():
        pytest.skip(f"the service lacks {missing}: run `make test KIND=e2e`")
    with Service() as running:
        yield running
