"""`make doctor`, second half: examine the service as `make run` would start it. Nothing is made or changed.

Runs with the service's interpreter.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.doctor.__main__ import main as examine
from tools import model
from tools.progress import ROOT
from tools.secrets_file import kept_secrets
from tools.supervisor import dotenv_settings, engine_addresses


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What `make run` would hand to the programs, as far as it is there already."""
    data_dir = Path(given.get("KOTHA_DATA_DIR") or ROOT / "var").absolute()
    defaults = {
        "KOTHA_DEMO": "true",
        "KOTHA_ENGINE_URLS": ",".join(engine_addresses(os.cpu_count() or 1)),
        **kept_secrets(data_dir),
    }
    return {**defaults, **given, "KOTHA_DATA_DIR": str(data_dir)}


def main(arguments: Sequence[str]) -> int:
    """The exit code of `python -m bot.doctor`."""
    os.environ.update(environment({**dotenv_settings(), **os.environ}))
    return examine(["--model", str(model.model_path()), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
