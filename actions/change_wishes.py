"""Reading what a customer wants changed in an order: an article out, a number of pieces, or words."""

import re
import unicodedata
from typing import Any, Final

from actions.choices import choose_by_name
from actions.turn import Turn
from crm_store.domain.orders import Order

_LEAVES_OUT: Final = re.compile(
    r"\b(?:remove|delete|drop|take (?:[^.,]{1,30} )?(?:out|off)|leave out|without|exclude"
    r"|get rid of|bad|baad|soraiya|shoraiya"
    r"|shoriye|soriye|kete)\b|বাদ|সরান|সরিয়ে|কেটে|ডিলিট|রিমুভ",
    re.IGNORECASE,
)
_QUANTITY: Final = re.compile(r"(?<![\w-])(\d{1,3})(?![\d-])")
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "ekta": 1, "duita": 2, "duto": 2, "tinta": 3, "charta": 4, "pachta": 5,
    "একটা": 1, "দুইটা": 2, "দুটো": 2, "তিনটা": 3, "চারটা": 4, "পাঁচটা": 5,
}  # fmt: skip
# Numbers of these are no pieces, and adding or swapping needs somebody who looks at the shelves.
_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:size|colou?r|add|swap|replace|instead of (?!\d|one|two|three|four|five|six)|switch|model|inch"
    r"|litre|kg|gb|bodole|bodle|bodolay|ja(?:y|e|i)?ga(?:y|e|te)?|poriborte|jog|rong|map|x{1,3}l)\b|জায়গায়|জায়গায়|পরিবর্তে|সাইজ|রঙ|রং|যোগ|বদলে|মাপ|কেজি|লিটার|ইঞ্চি",
    re.IGNORECASE,
)
_WISHES: Final = re.compile(
    r"\b(?:only|more|less|instead|bigger|smaller|another|extra|too|also|barti|boro|choto|aro|arekta|quantity|qty)\b"
    r"|আরেকটা|আরও|বড়|ছোট|শুধু|পরিমাণ",
    re.IGNORECASE,
)
_ORDER_NUMBER: Final = re.compile(r"(?:#\s?)?\bKT[\s-]*\d{5}\b|\b\d{5}\b", re.IGNORECASE)
MIN_WORDS_OF_WISH: Final = 5


def names_a_wish(text: str) -> bool:
    """Whether a first message says already what is to be changed, not only that something is."""
    said = _plain(text)
    if _LEAVES_OUT.search(said) or _quantity(said) is not None:
        return len(said.split()) >= MIN_WORDS_OF_WISH - 1
    wishes = _SOMETHING_ELSE.search(said) or _WISHES.search(said)
    return bool(wishes) and len(said.split()) >= MIN_WORDS_OF_WISH


def read_wish(turn: Turn, order: Order) -> dict[str, Any]:
    """`{"line", "quantity", "words"}`: how many pieces of the article; None when there are only words."""
    left_out = turn.entity("order_line")
    if left_out:
        return {"line": left_out, "quantity": 0, "words": turn.text}
    text = _plain(turn.text)
    line = _line(turn, order)
    quantity = None if _SOMETHING_ELSE.search(text) else _wanted(text)
    return {"line": line, "quantity": quantity if line else None, "words": turn.text}


def _wanted(text: str) -> int | None:
    return 0 if _LEAVES_OUT.search(text) else _quantity(text)


def _quantity(text: str) -> int | None:
    """The first number of pieces: "make it two instead of three" wants two."""
    for word in re.findall(r"[^\s,.!?]+", text.casefold()):
        digits = _QUANTITY.fullmatch(word.removesuffix("ta").removesuffix("টা").removesuffix("টি"))
        if digits:
            return int(digits[1])
        if word in _NUMBERS:
            return _NUMBERS[word]
    return None


def _line(turn: Turn, order: Order) -> str | None:
    """The article that is meant; the only one needs no name."""
    if len(order.lines) == 1:
        return str(order.lines[0].id)
    names = {str(line.id): (line.product_name, line.product_name_bn) for line in order.lines}
    return choose_by_name(turn.text, names)


def _plain(text: str) -> str:
    without = _ORDER_NUMBER.sub(" ", text)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in without)


def leaves_out_an_article(turn: Turn, order: Order) -> bool:
    """Whether the message names an article of the order to be left out, not the whole conversation."""
    names = {str(line.id): (line.product_name, line.product_name_bn) for line in order.lines}
    return bool(_LEAVES_OUT.search(turn.text)) and choose_by_name(turn.text, names) is not None
