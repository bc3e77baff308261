"""The model archive: which one is meant, its fingerprint, and what its graph is made of."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.engine.errors import ModelUnusable

FINGERPRINT_DIGITS = 12
METADATA_FILE = "metadata.json"  # where Rasa puts it
_BLOCK_BYTES = 1 << 20

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
        for block in iter(lambda: file.read(_BLOCK_BYTES), b""):
            digest.update(block)
    return digest.hexdigest()[:FINGERPRINT_DIGITS]


@dataclass(frozen=True)
class UnpackedModel:
    """A model's files; `folder` bears the archive's name."""

    folder: Path
    metadata: dict[str, Any]

    def modules(self) -> frozenset[str]:
        """The modules of every class in the graph that answers, read without importing any of them."""
        nodes = self.metadata["predict_schema"]["nodes"].values()
        return frozenset(node["uses"].rpartition(".")[0] for node in nodes)


@contextmanager
def unpacked(archive: Path) -> Iterator[UnpackedModel]:
    """The archive's files for as long as it takes to load them; what is mapped into memory outlasts them."""
    with TemporaryDirectory(prefix="kotha-model-") as place:
        folder = Path(place, archive.name)
        try:
            _unpack(archive, folder)
            model = UnpackedModel(folder, json.loads((folder / METADATA_FILE).read_bytes()))
            model.modules()
        except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, LookupError, TypeError) as error:
            raise ModelUnusable(
                f"{archive}: not a Rasa model archive ({type(error).__name__});"
                " train it again with `make train`"
            ) from error
        yield model


def _unpack(archive: Path, folder: Path) -> None:
    """Write the archive's folders and regular files below `folder`, in one pass over it.

    Rasa 3.6.21 goes over it twice, once to look for files that would land elsewhere.
    """
    with tarfile.open(archive, "r|gz", bufsize=_BLOCK_BYTES) as tar:
        for member in tar:
            target = folder / member.name
            if ".." in target.parts or Path(member.name).is_absolute():
                raise ValueError(member.name)
            if member.isdir():  # a component that had nothing to learn leaves an empty one
                target.mkdir(parents=True, exist_ok=True)
            elif member.isfile():
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(tar, member, target)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    content = tar.extractfile(member)
    if content is not None:
        with target.open("wb") as file:
            shutil.copyfileobj(content, file, _BLOCK_BYTES)


def needs_tensorflow(modules: frozenset[str]) -> bool:
    """True when a component of the model computes with TensorFlow; foreign ones are given it unasked."""
    known = ("rasa.", "bot.engine.", "tests.")
    return bool(modules & TENSORFLOW_MODULES) or any(not module.startswith(known) for module in modules)
