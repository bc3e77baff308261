"""spaCy tokens over the normalised text, for Bengali, English and mixtures of both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import nullcontext
from functools import cache
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.tokenizer import Tokenizer as RasaTokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language
from spacy.tokenizer import Tokenizer as SpacyTokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from bot.engine.components.normaliser import normalised_text
from bot.engine.components.text import NormalisedText, normalise

# Letters with the signs that belong to them, spelt out because \w of `re` leaves out Bengali vowel signs.
_LETTER = "a-z\u00e0-\u024f\u0980-\u09e5\u09f0-\u09fe"
_BENGALI = re.compile("[\u0980-\u09e3]")
_CHANGES_OF_SCRIPT = (
    r"(?<=[a-z0-9])(?=[\u0980-\u09e3])",
    r"(?<=[\u0980-\u09e3])(?=[a-z0-9])",
    r"(?<=[0-9])(?=[a-z])",
)
_INFIXES = (
    r"[.,!?;:/\\|+=~*&()\[\]{}<>\"_]+",
    rf"(?<=[{_LETTER}])-(?=[{_LETTER}0-9])",
    rf"(?<=[0-9])-(?=[{_LETTER}])",
    rf"(?<=[{_LETTER}])#",
    r"[\U0001F300-\U0001FAFF\u2600-\u27BF]",
)
_EDGES = (r"[^\sa-z0-9\u00e0-\u024f\u0980-\u09e5\u09f0-\u09fe]",)
_KEPT_STRINGS = 20_000  # some 10 MB, and more words than customers commonly write
FROM, TO = "from", "to"
"""Keys of `Token.data`: the token's place in the normalised text (`start`/`end` count in the original)."""


class Words:
    """Splits normalised text into words and punctuation."""

    def __init__(self) -> None:
        """Builds both spaCy tokenizers (no model is loaded, they are rules)."""
        self._bengali = _blank_pipeline("bn")
        self._latin = _blank_pipeline("en")

    def tokens(self, normalised: NormalisedText) -> list[Token]:
        """Words of the normalised text with their offsets in the original."""
        nlp = self._bengali if _BENGALI.search(normalised.text) else self._latin
        # spaCy keeps every string it ever saw, which makes the common ones quick; once it has enough, the
        # zone lets this message's new ones go again.
        with nullcontext() if len(nlp.vocab.strings) < _KEPT_STRINGS else nlp.vocab.memory_zone():
            words = [
                (token.text, token.idx) for token in nlp.tokenizer(normalised.text) if not token.is_space
            ]
        return [_token(word, index, normalised) for word, index in words]

    def split(self, text: str) -> list[str]:
        """The words of a text that is not a message, such as a listed phrase."""
        return [token.text for token in self.tokens(normalise(text))]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Tokenizer(RasaTokenizer):
    """Splits with spaCy's blank `bn` pipeline where there is Bengali script, its blank `en` one elsewhere."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings Rasa's base class reads; intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["spacy"]

    def __init__(self, config: dict[str, Any]) -> None:
        """Builds the tokenizers."""
        super().__init__(config)
        self._words = Words()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Tokenizer:
        """There is nothing to load."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Tokenises the text of incoming messages; they have no other attribute to split."""
        for message in messages:
            if message.get(TEXT) is not None:
                message.set(TOKENS_NAMES[TEXT], self.tokenize(message, TEXT))
        return messages

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute: normalised text, offsets in the original."""
        if attribute != TEXT:
            text = str(message.get(attribute))
            return list(self._convert_words_to_tokens(text.split(), text))
        return self._words.tokens(normalised_text(message))


def _token(word: str, index: int, normalised: NormalisedText) -> Token:
    start, end = normalised.span_in_original(index, index + len(word))
    return Token(word, start, end, data={FROM: index, TO: index + len(word)})


@cache
def _blank_pipeline(language: str) -> Language:
    nlp = spacy.blank(language)
    nlp.tokenizer = SpacyTokenizer(
        nlp.vocab,
        rules={},  # English exceptions would cut Banglish: "cant", "id", "ill" are no contractions there
        prefix_search=compile_prefix_regex(_EDGES).search,
        suffix_search=compile_suffix_regex(_EDGES).search,
        infix_finditer=_compile_infixes((*_INFIXES, *_CHANGES_OF_SCRIPT)),
    )
    return nlp


def _compile_infixes(patterns: Iterable[str]) -> Any:
    return compile_infix_regex(list(patterns)).finditer
