"""Rasa's own check of the assistant's data."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.unit.engine.tiny import ROOT

REMARK = re.compile(r"UserWarning: .*|\bERROR\b.*|\bWARNING\b +rasa\..*")
SECONDS = 570  # half a minute of work, on a machine that may have other things to do


@pytest.mark.timeout(600)
def test_rasa_data_validate_has_nothing_to_remark() -> None:
    command = [sys.executable, "-m", "rasa", "data", "validate"]
    command += ["--domain", "domain.yml", "--config", "config.yml", "--data", "data"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert REMARK.findall(done.stdout + done.stderr) == []
    assert done.returncode == 0
    assert "No story structure conflicts found" in done.stdout + done.stderr
