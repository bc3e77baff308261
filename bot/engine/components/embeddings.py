"""The dense features of a message: what a pretrained sentence encoder makes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS, TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.encoders.encoder import Encoder
from bot.engine.components.glosses import Glosses
from bot.engine.components.hard_examples import SETTLED
from bot.engine.components.language import BENGALI, LANGUAGE, ROMANISED
from bot.engine.components.normaliser import normalised_text
from bot.engine.components.respelling import Respelling, in_bengali_script
from bot.engine.components.rows import wait_to_be_asked
from bot.engine.components.tags import language_of_example

_TEXTS_FOR_CENTRE = 600  # the middle of so many moves no more; encoding is what training spends its time on
_CENTRE_FILE, _SETTINGS_FILE = "centre.npz", "embedder.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbedder(GraphComponent):
    """Adds one dense sentence feature per message: the encoder's layers, centred, side by side.

    To examples at once; to incoming messages when `rows.read_meanings` asks for it, as our classifier does.
    The examples' intents get one, too, made of the intent's name: a first example that costs nothing.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """It respells the tokens of a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder`: a name of `encoders.catalogue`; `weights`: of its layers.

        `bengali`: whether the encoder reads Bengali script. One that does is given
        romanised Bengali in it; one that does not is given both in English, word by word.
        """
        return {"encoder": "e5", "weights": [1.0, 1.0, 1.0, 1.0], "bengali": True}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        trained: tuple[Encoder, np.ndarray, Respelling] | None = None,
    ) -> None:
        """An embedder that is untrained unless it is given what training left."""
        self._config = config
        self._origin = config.get(FEATURIZER_CLASS_ALIAS) or name
        self._model_storage = model_storage
        self._resource = resource
        self._encoder: Encoder | None = None
        self._centre, self._respelling = np.zeros(0), Respelling({})
        self._glosses = None if config["bengali"] else Glosses.listed()
        if trained:
            self._encoder, self._centre, self._respelling = trained

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedder:
        """An untrained embedder."""
        return cls(config, execution_context.node_name or cls.__name__, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEmbedder:
        """The embedder as trained."""
        with model_storage.read_from(resource) as folder:
            trained = _read(folder)
        return cls(config, execution_context.node_name or cls.__name__, model_storage, resource, trained)

    def train(self, training_data: TrainingData) -> Resource:
        """Fetches the encoder, and learns the middle of the examples and how Bengali words are written."""
        from bot.engine.components.encoders.catalogue import make  # only training reads the packages

        examples = _with_text(training_data)
        if self._config["bengali"]:
            self._respelling = Respelling.of(token for example in examples for token in _words(example))
        some = _sample([example for example in examples if example.get(INTENT)])
        texts = [text for example in some if (text := self._text(example))]
        self._encoder = make(self._config["encoder"], texts)
        self._centre = _unit(self._encoder.encode_many(texts)).mean(axis=1)
        with self._model_storage.write_to(self._resource) as folder:
            self._save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Waits: most messages are understood by their words, and encoding is what understanding costs."""
        wait_to_be_asked(self, messages)
        return messages

    def read(self, messages: Sequence[Message]) -> None:
        """Adds the features to messages, all encoded together."""
        texts = [self._text(message) for message in messages]
        readable = [text for text in texts if text]
        rows = iter(self._rows(self._trained().encode(readable)) if readable else ())
        nothing = np.zeros(self._centre.size, dtype=np.float32)
        for message, text in zip(messages, texts, strict=True):
            self._add(message, TEXT, next(rows) if text else nothing)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the features to the examples that words do not settle, and to the intents of all."""
        everything = _with_text(training_data)
        examples = [example for example in everything if not example.get(SETTLED)]
        texts = [self._text(example) for example in examples]
        embedded = self._embed([text for text in texts if text])
        rows = iter(embedded)
        nothing = np.zeros(embedded.shape[1], dtype=np.float32)
        for example, text in zip(examples, texts, strict=True):
            self._add(example, TEXT, next(rows) if text else nothing)
        self._add_to_intents([example for example in everything if example.get(INTENT)])
        return training_data

    def _add_to_intents(self, examples: list[Message]) -> None:
        intents = sorted({example.get(INTENT) for example in examples})
        rows = dict(zip(intents, self._embed([_spoken(intent) for intent in intents]), strict=True))
        for example in examples:
            self._add(example, INTENT, rows[example.get(INTENT)])

    def _embed(self, texts: list[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self._centre.size), dtype=np.float32)
        return self._rows(self._trained().encode_many(texts))

    def _rows(self, means: np.ndarray) -> np.ndarray:
        """Each layer centred, to its weight, side by side."""
        centred = _unit(_unit(means) - self._centre[:, None])
        weights = np.array(self._config["weights"], dtype=np.float32)
        weighted: np.ndarray = centred * weights[:, None, None]
        return weighted.transpose(1, 0, 2).reshape(means.shape[1], -1)

    def _text(self, message: Message) -> str:
        """What the encoder is asked about; "" when it cannot read the message."""
        text = normalised_text(message).text.strip()
        language = message.get(LANGUAGE) or language_of_example(message)
        if self._glosses is None:
            return self._respelling.in_bengali(_words(message)) if language == ROMANISED else text
        bengali = language in (BENGALI, ROMANISED) or in_bengali_script(text)
        return self._glosses.in_english(_words(message)) if bengali else text

    def _trained(self) -> Encoder:
        if self._encoder is None:
            raise RuntimeError("The embedder is not trained; train the model again.")
        return self._encoder

    def _add(self, message: Message, attribute: str, row: np.ndarray) -> None:
        features = row.astype(np.float32).reshape(1, -1)
        message.add_features(Features(features, FEATURE_TYPE_SENTENCE, attribute, self._origin))

    def _save(self, folder: Path) -> None:
        self._trained().save(folder)
        np.savez(folder / _CENTRE_FILE, centre=self._centre)
        content = json.dumps(self._respelling.words, ensure_ascii=False)
        (folder / _SETTINGS_FILE).write_text(content, encoding="utf-8")


def _read(folder: Path) -> tuple[Encoder, np.ndarray, Respelling]:
    with np.load(folder / _CENTRE_FILE, allow_pickle=False) as arrays:
        centre = arrays["centre"]
    words = json.loads((folder / _SETTINGS_FILE).read_text(encoding="utf-8"))
    return Encoder.read(folder), centre, Respelling(words)


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.einsum("...i,...i->...", rows, rows))
    return np.asarray(rows / np.maximum(lengths, 1e-9)[..., None])


def _words(message: Message) -> list[str]:
    return [token.text for token in message.get(TOKENS_NAMES[TEXT]) or []]


def _sample(examples: Sequence[Message]) -> Sequence[Message]:
    """Enough examples to know their middle."""
    return examples[:: max(1, len(examples) // _TEXTS_FOR_CENTRE)]


def _spoken(intent: str) -> str:
    return intent.replace("_", " ").lower()


def _with_text(training_data: TrainingData) -> Sequence[Message]:
    return [example for example in training_data.training_examples if example.get(TEXT)]
