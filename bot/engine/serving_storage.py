"""Reads a model for serving only."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata


class ServingModelStorage(LocalModelStorage):
    """Rasa's storage without the training graph.

    Replaces `LocalModelStorage._load_metadata` of Rasa 3.6.21, which imports the class of every node of the
    graph the model was trained with; one of them, a validator of training data, imports TensorFlow.
    """

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        serialized = json.loads((directory / MODEL_ARCHIVE_METADATA_FILE).read_text(encoding="utf-8"))
        return ModelMetadata.from_dict({**serialized, "train_schema": {"nodes": {}}})
