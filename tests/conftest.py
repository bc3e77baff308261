"""What all kinds of tests share."""

import pytest
from hypothesis import HealthCheck, settings

# How quickly examples are made says something about the machine, not about the code.
settings.register_profile("kotha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kotha")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Writes into the report which rules a test covers; `make test` adds them up."""
    for item in items:
        rules = {str(rule) for mark in item.iter_markers("rules") for rule in mark.args}
        if rules:
            item.user_properties.append(("rules", " ".join(sorted(rules))))
