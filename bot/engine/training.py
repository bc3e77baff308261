"""`python -m bot.engine.training --output FILE`: train the assistant with Rasa's own trainer.

The same as `rasa train`, with the paths of this repository, a fixed file name and a clear exit code.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tarfile
import uuid
import warnings
from collections.abc import MutableMapping, Sequence
from functools import partial
from pathlib import Path

PACKING = 0  # gzip's level: numbers hardly get smaller, only later, at every start again

ROOT = Path(__file__).resolve().parents[2]
_PROCESSOR = Path("/proc/cpuinfo")  # Linux tells there what the processor can do
_WIDE_VECTORS = frozenset({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})


class TrainingFailed(Exception):
    """Rasa could not train: its log above names the file of config.yml, domain.yml or data/ to mend."""


def train(output: Path, *, root: Path = ROOT, data: Sequence[Path] = ()) -> Path:
    """Train on config.yml, domain.yml and data/ (or `data`) below `root`; return the archive, `output`."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"  # nothing about a shop's assistant leaves its machine
    multiply_with_wide_vectors(os.environ)
    gc.disable()  # millions of objects, and all of them are needed to the end: searching them took a fifth
    # Rasa expects synonyms to be mapped; here they are the names of products, learnt by the entity extractor.
    warnings.filterwarnings("ignore", message="You have defined synonyms")
    import rasa.model_training  # heavy (TensorFlow): not before it is needed

    _spare_what_nobody_reads()
    result = rasa.model_training.train(
        domain=str(root / "domain.yml"),
        config=str(root / "config.yml"),
        training_files=[str(path) for path in data or [root / "data"]],
        output=str(output.parent),
        fixed_model_name=output.name,
        # No story is glued to another: the stories here say all they mean, and training is quicker.
        core_additional_arguments={"augmentation_factor": 0},
        # Rasa's training cache does not see changes in the code that our components import.
        force_training=True,
    )
    if result.code != 0 or result.model is None:
        raise TrainingFailed(TrainingFailed.__doc__)
    return Path(result.model)


def multiply_with_wide_vectors(environment: MutableMapping[str, str], processor: Path = _PROCESSOR) -> None:
    """Let NumPy 1.23 use AVX-512 on processors newer than itself; must come before NumPy is imported.

    Its OpenBLAS knows by name which processors have it, and takes half the time on those.
    """
    if processor.exists() and set(processor.read_text().split()) >= _WIDE_VECTORS:
        environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")


def _spare_what_nobody_reads() -> None:
    """Leave out, in this process, a quarter of Rasa 3.6.21's training time.

    It takes the fingerprint of every example's text and features after each component, to find results of
    earlier trainings; `force_training` uses none of them. And it packs the model as tightly as gzip can.
    """
    from rasa.shared.nlu.training_data.training_data import TrainingData

    TrainingData.fingerprint = lambda self: uuid.uuid4().hex
    pack = tarfile.TarFile.gzopen
    tarfile.TarFile.gzopen = partial(pack, compresslevel=PACKING)  # type: ignore[method-assign]


def main() -> int:
    """Parse the command line, train, print the path of the model."""
    parser = argparse.ArgumentParser(description="Train the assistant.")
    parser.add_argument("--output", type=Path, required=True, help="path of the model archive (….tar.gz)")
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="files and folders instead of data/")
    arguments = parser.parse_args()
    output: Path = arguments.output
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        print(train(output.resolve(), data=arguments.data))  # noqa: T201  the command's result
    except TrainingFailed as failure:
        print(failure, file=sys.stderr)  # noqa: T201  the command's result
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
