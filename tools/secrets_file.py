"""Secrets where none are set: made once, kept in the data directory, readable by their owner only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE = "secrets.json"
SECRET_BYTES = 32
PRIVATE = 0o600
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def load_or_make_secrets(data_dir: Path, *, present: Mapping[str, str]) -> dict[str, str]:
    """The secrets by the names of their settings: what `present` sets wins, the rest is made and kept."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / FILE
    kept = kept_secrets(data_dir)
    wanted = {name: kept.get(name) or make() for name, make in MAKERS.items()}
    if wanted != kept:
        draft = file.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
        with os.fdopen(descriptor, "w") as output:
            json.dump(wanted, output, indent=1)
        draft.replace(file)
    return {name: present.get(name) or value for name, value in wanted.items()}


def kept_secrets(data_dir: Path) -> dict[str, str]:
    """Those that were made before; empty when none were."""
    file = data_dir / FILE
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _password() -> str:
    """For people to type: 80 random bits in four groups."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _identity_keys() -> str:
    return json.dumps({"k1": _secret()})


MAKERS = {
    "KOTHA_ENGINE_SECRET": _secret,
    "KOTHA_ACTIONS_SECRET": _secret,
    "KOTHA_IDENTITY_KEYS": _identity_keys,
    "KOTHA_DEMO_AGENT_PASSWORD": _password,
}
