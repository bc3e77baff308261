"""The words of a message as the classifiers see them: numbers replaced by what they stand for."""

from __future__ import annotations

import re

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components.normaliser import normalised_text
from bot.engine.components.numbers import Found, NumberPatterns
from bot.engine.components.tokenizer import FROM, TO

_WORDS = "classifier_words"  # kept in the message; in training they are asked for twice
_DIGITS = re.compile(r"\d+")
_LONGEST_MESSAGE = 400  # words; what a story of 4,000 characters says after that changes no intent


class ClassifierWords:
    """Turns a message's tokens into words that do not depend on which order or phone number was written."""

    def __init__(self) -> None:
        """Compiles the number patterns."""
        self._numbers = NumberPatterns()

    def of(self, message: Message) -> list[str]:
        """Words; an order number is the one word "order_number" however it was written."""
        known = message.get(_WORDS)
        if known is None:
            known = self._found(message)
            message.set(_WORDS, known)
        return list(known)

    def _found(self, message: Message) -> list[str]:
        tokens = (message.get(TOKENS_NAMES[TEXT]) or [])[:_LONGEST_MESSAGE]
        found = self._numbers.find(normalised_text(message).text)
        if not found:
            return [_without_digits(token.text) for token in tokens]
        return _replaced(tokens, found)


def _replaced(tokens: list[Token], found: list[Found]) -> list[str]:
    words: list[str] = []
    last: Found | None = None
    for token in tokens:
        number = next((one for one in found if one.start < token.get(TO) and token.get(FROM) < one.end), None)
        if number is None:
            words.append(_without_digits(token.text))
        elif number is not last:
            words.append(number.entity)
        last = number
    return words


def _without_digits(word: str) -> str:
    """Every number looks the same but for its length: 12 and 90 are 00."""
    return _DIGITS.sub(lambda match: "0" * min(len(match.group()), 5), word)
