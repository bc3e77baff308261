"""The one component the tiny assistant adds to Rasa's own: it names a message's language."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TinyLanguage(GraphComponent):
    """Bengali when a Bengali letter is in it, English when a lower-case Latin one is, else unknown."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TinyLanguage:
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set("language", _language(message.get("text")), add_to_output=True)
        return messages


def _language(text: str) -> str:
    if any("\u0980" <= letter <= "\u09ff" for letter in text):
        return "bn"
    return "en" if any("a" <= letter <= "z" for letter in text) else ""
