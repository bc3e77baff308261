"""The model archive: which one is meant, its fingerprint, and what its graph is made of."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from bot.engine.errors import ModelUnusable

FINGERPRINT_DIGITS = 12

# The modules of Rasa 3.6.21 that compute with TensorFlow when a model is served.
TENSORFLOW_MODULES = frozenset(
    {
        "rasa.core.policies.ted_policy",
        "rasa.core.policies.unexpected_intent_policy",
        "rasa.nlu.classifiers.diet_classifier",
        "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
        "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
        "rasa.nlu.selectors.response_selector",
    }
)


def find_model(path: Path) -> Path:
    """The archive itself, or the newest one in a folder."""
    if path.is_file():
        return path
    if not path.is_dir():
        raise ModelUnusable(
            f"{path}: no such model; train one with `make train`, or name another with --model"
        )
    archives = sorted(path.glob("*.tar.gz"), key=lambda archive: archive.stat().st_mtime)
    if not archives:
        raise ModelUnusable(
            f"{path}: there is no model archive (*.tar.gz) in this folder; train one with `make train`"
        )
    return archives[-1]


def fingerprint(archive: Path) -> str:
    """The first digits of the file's SHA-256: tells two models of one name apart."""
    digest = hashlib.sha256()
    with archive.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()[:FINGERPRINT_DIGITS]


def component_modules(archive: Path) -> frozenset[str]:
    """The modules of every class in the graph that answers, read without importing any of them."""
    try:
        nodes = _metadata(archive)["predict_schema"]["nodes"].values()
        return frozenset(node["uses"].rpartition(".")[0] for node in nodes)
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnusable(
            f"{archive}: not a Rasa model archive ({type(error).__name__}); train it again with `make train`"
        ) from error


def needs_tensorflow(modules: frozenset[str]) -> bool:
    """True when a component of the model computes with TensorFlow; foreign ones are given it unasked."""
    known = ("rasa.", "bot.engine.", "tests.")
    return bool(modules & TENSORFLOW_MODULES) or any(not module.startswith(known) for module in modules)


def _metadata(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.name.removeprefix("./") == "metadata.json":
                file = tar.extractfile(member)
                if file is not None:
                    metadata: dict[str, Any] = json.load(file)
                    return metadata
    raise KeyError("metadata.json")
