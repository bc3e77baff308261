"""Reads the training data so that each example remembers the language its file is tagged with.

`data/nlu/orders.bn-Latn.yml` holds romanised Bengali: what precedes the extension is the tag.
Rasa's own importer forgets file names when it merges the files; this one writes the tag into the example's
metadata, where it stays whatever files `rasa train --data` is given.
An example's own metadata (`language: en`) wins.
"""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.tags import LANGUAGE_KEY, LANGUAGES, language_of_example

_MANY_BYTES = 500_000  # fewer are read before another process has begun


class TaggedImporter(RasaFileImporter):
    """Rasa's file importer, plus the language tag of each file's examples; config.yml names it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Rasa's; `rasa data validate` is spared a remark that says nothing here.

        Nearly all responses are chosen by actions, never by a story. That each of them is used is held by
        tests/unit/actions/test_responses.py.
        """
        super().__init__(*args, **kwargs)
        warnings.filterwarnings("ignore", r"The utterance 'utter_\w+' is not used in any story or rule")

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All NLU examples, tagged. `language`, Rasa's single training language, has no meaning here."""
        return TrainingData().merge(*self._parts)

    @cached_property
    def _parts(self) -> list[TrainingData]:
        """Each file's examples. Rasa 3.6.21 asks twice, once without naming the language."""
        return load_files([Path(file) for file in self._nlu_files])


class Example(Message):
    """A training example that is never copied and cheap to compare.

    Rasa 3.6.21 merges the training data half a dozen times, and each time copies every example to its depths
    and hashes a JSON text of it. Nothing looks at the data of before a merge again.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        return self

    def __hash__(self) -> int:
        """Equal examples have equal texts; Rasa's own comparison does the rest."""
        return hash(self.data.get(TEXT))


def load_files(paths: Sequence[Path]) -> list[TrainingData]:
    """Each file's examples, tagged; many are read on all cores.

    Raises what Rasa raises for a file that it cannot read.
    """
    if sum(path.stat().st_size for path in paths) < _MANY_BYTES:
        return [_load_tagged(path) for path in paths]
    with multiprocessing.get_context("fork").Pool() as pool:
        loaded = pool.map(_load_tagged_or_nothing, paths, chunksize=1)
    return [data or _load_tagged(path) for data, path in zip(loaded, paths, strict=True)]


def language_of_file(path: Path) -> str | None:
    """The tag in `<topic>.<tag>.yml`, None where there is none."""
    tag = Path(path.stem).suffix.lstrip(".")
    return tag if tag in LANGUAGES else None


def _load_tagged_or_nothing(path: Path) -> TrainingData | None:
    """Nothing where the file is wrong: an error of Rasa's does not survive the way out of a process."""
    try:
        return _load_tagged(path)
    except Exception:  # noqa: BLE001  whatever it is, it comes again when the file is read here
        return None


def _load_tagged(path: Path) -> TrainingData:
    data = loading.load_data(str(path))
    tag = language_of_file(path)
    data.training_examples = [Example(message.data) for message in data.training_examples]
    for example in data.training_examples if tag else ():
        if language_of_example(example) is None:
            example.set(METADATA, _with_tag(example.get(METADATA) or {}, str(tag)))
    return data


def _with_tag(metadata: dict[str, object], tag: str) -> dict[str, object]:
    of_example = metadata.get(METADATA_EXAMPLE)
    tagged = {**of_example, LANGUAGE_KEY: tag} if isinstance(of_example, dict) else {LANGUAGE_KEY: tag}
    return {**metadata, METADATA_EXAMPLE: tagged}
