"""Messages as they look after the tokenizer, and places for components to store themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.tags import LANGUAGE_KEY
from bot.engine.components.tokenizer import Tokenizer

_tokenizers: list[Tokenizer] = []


def tokenised(text: str, **properties: Any) -> Message:
    """An incoming message after the first two components."""
    message = Message({"text": text, **properties})
    tokenizer().process([message])
    return message


def tokenizer() -> Tokenizer:
    """One tokenizer for all tests: building spaCy's takes half a second."""
    if not _tokenizers:
        _tokenizers.append(Tokenizer(Tokenizer.get_default_config()))
    return _tokenizers[0]


def examples(*rows: tuple[str, str, str]) -> TrainingData:
    """Training data of (text, intent, language), tokenised."""
    messages = [
        Message.build(text, intent, example_metadata={LANGUAGE_KEY: lang}) for text, intent, lang in rows
    ]
    data = TrainingData(messages)
    tokenizer().process_training_data(data)
    return data


class Shelf:
    """Where one component stores what it learnt, as Rasa would call it."""

    def __init__(self, folder: Path, component: Any, **config: Any) -> None:
        self._component = component
        self._config = {**component.get_default_config(), **config}
        folder.mkdir(parents=True, exist_ok=True)
        self._storage = LocalModelStorage(folder)
        self._resource = Resource(component.__name__)
        self._context = ExecutionContext(GraphSchema({}), node_name=component.__name__)

    def create(self) -> Any:
        """The component before training."""
        return self._component.create(self._config, self._storage, self._resource, self._context)

    def load(self) -> Any:
        """The component as a serving process gets it."""
        return self._component.load(self._config, self._storage, self._resource, self._context)
