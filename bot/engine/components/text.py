"""Cleaned text that knows where each of its characters stood in the text the customer wrote."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex  # type: ignore[import-untyped]  # the standard re knows no grapheme clusters

_GRAPHEME = regex.compile(r"\X")
_STRETCHED_ASCII = re.compile(r"([a-z])\1\1")
_REPEATED_SIGN = re.compile("([\u0981-\u0983\u09be-\u09cc\u09d7])\\1+")
_CACHED_GRAPHEMES = 8192  # Bengali has some 3,000 in daily use; the rest is room for emoji and names

_KHANDA_TA = "\u09a4\u09cd\u200d"  # how older keyboards type the single letter below
_REPLACED_SEQUENCES = (
    (_KHANDA_TA, "\u09ce"),
    (
        "\u09af\u09bc",
        "\u09df",
    ),  # NFC takes these three apart; one letter, one code point is what n-grams need
    ("\u09a1\u09bc", "\u09dc"),
    ("\u09a2\u09bc", "\u09dd"),
    ("\u09f0", "\u09b0"),  # Assamese letters some phones offer
    ("\u09f1", "\u09ac"),
)
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xAD, 0xFEFF, 0xFE0E, 0xFE0F]
)
_SINGLE = {
    **{0x09E6 + digit: str(digit) for digit in range(10)},
    **dict.fromkeys((0x0964, 0x0965), "."),  # danda, double danda
    **dict.fromkeys((0x2018, 0x2019, 0x201B, 0x2032, 0x60, 0xB4), "'"),
    **dict.fromkeys((0x201C, 0x201D, 0x201E, 0x2033), '"'),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-"),
}


@dataclass(frozen=True)
class NormalisedText:
    """`text` as the components read it; `starts`/`ends` give each character's place in the original.

    Both are None when every character kept its place, which is the rule for plain English.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span_in_original(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty slice `text[start:end]` stands in the text the customer wrote."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def fingerprint(self) -> str:
        """What Rasa's training cache compares."""
        return self.text


def composed(text: str) -> str:
    """The text with each Bengali letter that has two spellings in the one that `normalise` gives it."""
    for sequence, replacement in _REPLACED_SEQUENCES:
        text = text.replace(sequence, replacement)
    return text


def normalise(original: str) -> NormalisedText:
    """Lower-cases Latin, composes Bengali, turns ০-৯ into 0-9, । into a full stop, drops what is invisible.

    A letter repeated for emphasis ("pleeeease") is kept twice; digits are never touched.
    """
    if original.isascii():
        lowered = original.lower()
        if not _STRETCHED_ASCII.search(lowered):
            return NormalisedText(_blank_controls(lowered))
    return _normalise_graphemes(original)


def _blank_controls(ascii_text: str) -> str:
    return (
        ascii_text if ascii_text.isprintable() else "".join(c if c.isprintable() else " " for c in ascii_text)
    )


def _normalise_graphemes(original: str) -> NormalisedText:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _GRAPHEME.finditer(original):
        piece = _normalise_grapheme(match.group())
        if not piece or _is_stretched(pieces, piece):
            if ends and piece:
                ends[-1] = match.end()  # the dropped repeat still belongs to the letter before it
            continue
        pieces.append(piece)
        starts.extend([match.start()] * len(piece))
        ends.extend([match.end()] * len(piece))
    return NormalisedText("".join(pieces), tuple(starts), tuple(ends))


def _is_stretched(pieces: list[str], piece: str) -> bool:
    return len(pieces) >= 2 and pieces[-1] == pieces[-2] == piece and piece[0].isalpha()


@lru_cache(maxsize=_CACHED_GRAPHEMES)
def _normalise_grapheme(grapheme: str) -> str:
    text = composed(unicodedata.normalize("NFKC", grapheme).lower())
    text = text.translate(_INVISIBLE).translate(_SINGLE)
    text = _REPEATED_SIGN.sub(r"\1", text)
    return "".join(
        " " if character.isspace() or unicodedata.category(character) == "Cc" else character
        for character in text
    )
