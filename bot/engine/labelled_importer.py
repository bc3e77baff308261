"""Gives Rasa's training graph labelled texts that are in no file of Rasa's format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.tags import LANGUAGE_KEY, LANGUAGES
from bot.engine.rows import Row


class LabelledImporter(TrainingDataImporter):
    """Examples without any dialogue; the settings are those of a config.yml."""

    def __init__(self, rows: Sequence[Row], config: Path) -> None:
        """The rows are taken as they are: brackets in a text are no entity marks."""
        self._rows, self._config = rows, config

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The rows as examples, tagged with their language where they tell it."""
        return TrainingData([_example(row) for row in self._rows])

    def get_config(self) -> dict[str, Any]:
        """What the file says."""
        config: dict[str, Any] = rasa.shared.utils.io.read_model_configuration(str(self._config))
        return config

    def get_config_file_for_auto_config(self) -> str | None:
        """None: nothing is to be completed."""
        return None

    def get_domain(self) -> Domain:
        """An empty one."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """None."""
        return StoryGraph([])


def _example(row: Row) -> Message:
    metadata = {LANGUAGE_KEY: row.lang} if row.lang in LANGUAGES else None
    return Message.build(row.text, row.intent, example_metadata=metadata)
