"""The first component: puts the cleaned text beside the original one."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.text import NormalisedText, normalise

NORMALISED = "normalised_text"
"""Message property that holds the `NormalisedText`; never part of the parse data."""


# Registered as a featurizer because only tokenizers and featurizers also run over the training data.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Gives every message its `NormalisedText`; the text that is shown and stored stays as it was written."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Normaliser:
        """A normaliser has neither settings nor anything to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalises incoming messages."""
        for message in messages:
            normalised_text(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalises the examples."""
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data


def normalised_text(message: Message) -> NormalisedText:
    """The message's normalised text, made now if no `Normaliser` has seen the message."""
    known = message.get(NORMALISED)
    if isinstance(known, NormalisedText):
        return known
    made = normalise(message.get(TEXT) or "")
    message.set(NORMALISED, made)
    return made
