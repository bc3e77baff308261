"""Fixtures of the engine's tests."""

from tests.unit.engine.tiny import (
    action_server,
    client,
    engine,
    loaded,
    metrics,
    model,
    quiet_rasa,
    settings,
    talk,
)

__all__ = [
    "action_server",
    "client",
    "engine",
    "loaded",
    "metrics",
    "model",
    "quiet_rasa",
    "settings",
    "talk",
]
