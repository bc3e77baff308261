"""Reads a model for serving only."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_COMPONENTS_DIR,
    MODEL_ARCHIVE_METADATA_FILE,
    LocalModelStorage,
)
from rasa.engine.storage.storage import ModelMetadata


class ServingModelStorage(LocalModelStorage):
    """Rasa's storage over an unpacked model, without the training graph.

    Rasa 3.6.21 imports the class of every node of the graph the model was trained with; one of them, a
    validator of training data, imports TensorFlow.
    """

    def __init__(self, storage_path: Path, metadata: ModelMetadata) -> None:
        super().__init__(storage_path)
        self.metadata = metadata

    @classmethod
    def of(cls, folder: Path) -> ServingModelStorage:
        """The storage of the model whose archive was unpacked into `folder`."""
        serialized = json.loads((folder / MODEL_ARCHIVE_METADATA_FILE).read_text(encoding="utf-8"))
        metadata = ModelMetadata.from_dict({**serialized, "train_schema": {"nodes": {}}})
        return cls(folder / MODEL_ARCHIVE_COMPONENTS_DIR, metadata)
