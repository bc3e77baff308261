"""The trained model: named by the fingerprint of its inputs, so that it is trained only when they changed."""

from __future__ import annotations

import os
from pathlib import Path

from tools.environments import ENGINE
from tools.fingerprints import fingerprint
from tools.progress import ROOT, Reporter

MODELS = ROOT / "models"
INPUTS = [
    ROOT / "config.yml",
    ROOT / "domain.yml",
    ROOT / "data",
    ROOT / "bot" / "engine" / "components",
    ENGINE.pins,
]
KEPT_MODELS = 3  # going back to an earlier branch does not train again
TRAINING_HINT = "Read the lines above: they name the file of config.yml, domain.yml or data/ that is wrong."


def model_path() -> Path:
    """Where the model of the present inputs is or will be."""
    return MODELS / f"kotha-{fingerprint(INPUTS)[:12]}.tar.gz"


def is_trained() -> bool:
    return model_path().exists()


def train(reporter: Reporter) -> None:
    """Train with the engine's interpreter; the file appears under its name only when it is complete."""
    target = model_path()
    MODELS.mkdir(exist_ok=True)
    draft = MODELS / f"draft-{os.getpid()}.tar.gz"
    try:
        reporter.run(
            [ENGINE.python, "-m", "bot.engine.training", "--output", draft],
            doing="training",
            on_failure=TRAINING_HINT,
            env={"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    _forget_old_models()


def _forget_old_models() -> None:
    models = sorted(MODELS.glob("kotha-*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in models[KEPT_MODELS:]:
        old.unlink()
