"""Bengali words in Latin letters, roughly as customers type them: for comparing, never for showing."""

from typing import Final


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_INHERENT: Final = "o"
_VIRAMA: Final = "\u09cd"
_CONSONANTS: Final = _pairs(
    "ক k খ kh গ g ঘ gh ঙ ng চ ch ছ ch জ j ঝ jh ঞ n ট t ঠ th ড d ঢ dh ণ n ত t থ th দ d ধ dh ন n"
    " প p ফ f ব b ভ bh ম m য j র r ল l শ sh ষ sh স s হ h ৎ t \u09dc r \u09dd r \u09df y"
)
_VOWELS: Final = _pairs("অ o আ a ই i ঈ i উ u ঊ u ঋ ri এ e ঐ oi ও o ঔ ou")
_SIGNS: Final = _pairs("া a ি i ী i ু u ূ u ৃ ri ে e ৈ oi ো o ৌ ou")
_MARKS: Final = {"ং": "ng", "ঃ": "", "ঁ": ""}
_COMPOSED: Final = {"ড়": "\u09dc", "ঢ়": "\u09dd", "য়": "\u09df"}


def romanise(text: str, *, inherent: str = _INHERENT) -> str:
    """ "জুতা" is "juta", "চাদর" is "chador"; what is not Bengali stays.

    `inherent` is what stands for the vowel that is heard between consonants and not written.
    """
    for pair, single in _COMPOSED.items():
        text = text.replace(pair, single)
    written: list[str] = []
    for position, char in enumerate(text):
        following = text[position + 1 : position + 2]
        if char in _CONSONANTS:
            written.append(_CONSONANTS[char])
            if following in _CONSONANTS:
                written.append(inherent)
        elif char != _VIRAMA:
            written.append(_VOWELS.get(char) or _SIGNS.get(char) or _MARKS.get(char, char))
    return "".join(written)
