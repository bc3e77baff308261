"""Long texts in pieces a platform takes: cut at a paragraph, a line, a sentence, a word, and only then inside
one, yet never inside what people see as one sign (a conjunct, an emoji with its skin colour, a flag).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from typing import Final

from bot.channels.port import TextUnit

# The last place of the best kind is taken, unless it leaves a piece shorter than this part of the limit.
LEAST_PART: Final = 0.5
_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n")
_LINE: Final = re.compile(r"\n")
_SPACE: Final = re.compile(r"\s")
_ENDS: Final = frozenset(".!?…।")
_CLOSERS: Final = frozenset("\"'”’)]")
_JOINERS: Final = frozenset("\u200c\u200d")
_VIRAMAS: Final = frozenset("\u094d\u09cd\u0acd\u0d4d")  # they bind the next consonant to the last
_SKIN: Final = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_TAGS: Final = range(0xE0020, 0xE0080)


def split_text(text: str, limit: int, unit: TextUnit = TextUnit.CODE_POINTS) -> list[str]:
    """The text in pieces of at most `limit` units, without the white space between; none of a blank one."""
    return [*_pieces(text.strip(), limit, unit)]


def text_length(text: str, unit: TextUnit) -> int:
    """How long a platform says the text is."""
    match unit:
        case TextUnit.UTF16:
            return len(text) + sum(character > "\uffff" for character in text)
        case TextUnit.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case TextUnit.CODE_POINTS:
            return len(text)


def _pieces(text: str, limit: int, unit: TextUnit) -> Iterator[str]:
    start = 0
    while start < len(text):
        rest = text[start : start + limit + 1]  # what may stand in this piece, and what follows it
        most = _reach(rest, limit, unit)
        cut = most if start + most == len(text) else _best_cut(rest, most)
        if piece := rest[:cut].rstrip():
            yield piece
        start = _next_word(text, start + cut)


def _next_word(text: str, at: int) -> int:
    """Behind the white space that stands there."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _reach(text: str, limit: int, unit: TextUnit) -> int:
    """How many characters of it fit: one at least, or nothing would ever be sent."""
    if len(text) <= limit and text_length(text, unit) <= limit:
        return len(text)
    used = 0
    for at, character in enumerate(text):
        used += text_length(character, unit)
        if used > limit:
            return max(at, 1)
    return len(text)


def _best_cut(text: str, most: int) -> int:
    """The best place to cut at or before `most`: after a paragraph, a line, a sentence, a word."""
    for last_end in (
        partial(_last_end, _PARAGRAPH),
        partial(_last_end, _LINE),
        _sentence_end,
        partial(_last_end, _SPACE),
    ):
        cut = last_end(text, most)
        if cut > most * LEAST_PART:
            return cut
    return _whole_sign_cut(text, most)


def _last_end(kind: re.Pattern[str], text: str, most: int) -> int:
    """The end of the last such place within reach; white space that no longer fits is dropped anyway."""
    return max((found.end() for found in kind.finditer(text, 0, most + 1)), default=0)


def _sentence_end(text: str, most: int) -> int:
    """Behind the white space after the last sentence within reach.

    Read backwards, each sign twice at most: a pattern would begin anew at each of a thousand full stops.
    """
    at = most
    while at > 0:
        before = at - 1
        if text[at].isspace():
            while before > 0 and text[before] in _CLOSERS:
                before -= 1
            if text[before] in _ENDS:
                return at + 1
        at = before
    return 0


def _whole_sign_cut(text: str, most: int) -> int:
    """The last place between two signs; a sign longer than everything allowed is cut all the same."""
    return next((at for at in range(most, 0, -1) if not _inside_a_sign(text, at)), most)


def _inside_a_sign(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before in _JOINERS or after in _JOINERS or before in _VIRAMAS:
        return True
    if unicodedata.category(after).startswith("M") or ord(after) in _SKIN or ord(after) in _TAGS:
        return True
    return ord(after) in _FLAG_LETTERS and _flag_letters_before(text, at) % 2 == 1


def _flag_letters_before(text: str, at: int) -> int:
    start = at
    while start > 0 and ord(text[start - 1]) in _FLAG_LETTERS:
        start -= 1
    return at - start
