"""Platforms' libraries cost memory and seconds: nobody pays for a channel they do not use."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_without_a_bot_telegrams_library_is_not_loaded() -> None:
    program = "import sys, bot.app; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_without_a_collector_opentelemetry_is_not_loaded() -> None:
    program = "import sys, bot.app; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
