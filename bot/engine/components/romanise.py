"""Bengali letters to Latin as customers romanise them, and one spelling for the many they use.

`romanise` follows pronunciation, not a standard: কোথায় -> kothay, করতে -> korte. `fold` maps the
spellings people choose freely (bhanga, vanga, vhanga; kothay, kothai, kotay) to one form, so that both
scripts share their n-grams. `skeleton` drops the vowels as SMS writing does (amar, amr; order, অর্ডার).
"""

from __future__ import annotations

import re
from functools import lru_cache

_CACHED_WORDS = 20_000  # about the working vocabulary of a shop's customers; a few MB

_CONSONANTS = {
    "ক": "k", "খ": "kh", "গ": "g", "ঘ": "gh", "ঙ": "ng", "চ": "ch", "ছ": "chh", "জ": "j", "ঝ": "jh", "ঞ": "n",
    "ট": "t", "ঠ": "th", "ড": "d", "ঢ": "dh", "ণ": "n", "ত": "t", "থ": "th", "দ": "d", "ধ": "dh", "ন": "n",
    "প": "p", "ফ": "f", "ব": "b", "ভ": "bh", "ম": "m", "য": "j", "র": "r", "ল": "l", "শ": "sh", "ষ": "sh",
    "স": "s", "হ": "h", "\u09dc": "r", "\u09dd": "rh", "\u09df": "y",  # composed, as normalise() leaves them
}  # fmt: skip
_VOWELS = {
    "অ": "o", "আ": "a", "ই": "i", "ঈ": "i", "উ": "u", "ঊ": "u", "ঋ": "ri", "এ": "e", "ঐ": "oi",
    "ও": "o", "ঔ": "ou",
}  # fmt: skip
_VOWEL_SIGNS = {
    "া": "a", "ি": "i", "ী": "i", "ু": "u", "ূ": "u", "ৃ": "ri", "ে": "e", "ৈ": "oi",
    "ো": "o", "ৌ": "ou", "ৗ": "ou",
}  # fmt: skip
_OTHER_SIGNS = {"ং": "ng", "ঃ": "", "ঁ": "", "ৎ": "t", "\u09bc": ""}
_HASANTA = "্"
_ANY_BENGALI = re.compile("[\u0980-\u09ff]")
_PRONOUNCED_BA = frozenset(
    "মরলবদ"
)  # after these a joined ব is heard; elsewhere it only doubles the consonant

_FOLDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"'", ""),
        (r"x", "ks"),
        (r"q", "k"),
        (r"tch|c+h+", "č"),  # held apart until c itself is settled
        (r"ck", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"ph", "f"),
        (r"[sz]?sh|ss|sc", "s"),
        (r"z|jh", "j"),
        (r"bh|vh|v|w", "b"),
        (r"([kgtdp])h", r"\1"),
        (r"rh", "r"),
        (r"oo|ou", "u"),
        (r"ee|ii|ea", "i"),
        (r"(?<=[bcdfghjklmnprst])ya", "a"),  # byak, back
        (r"(?<=[aeou])(?:y|e)\b", "i"),  # kothay, kothae, kothai
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=[^aeiou])o$", ""),  # korbo, করব
        (r"č", "c"),
    )
)
_INNER_VOWELS = re.compile(r"(?<=.)[aeiouy]+")


@lru_cache(maxsize=_CACHED_WORDS)
def romanise(word: str) -> str:
    """Bengali letters of one normalised word by sound; everything else unchanged."""
    if not _ANY_BENGALI.search(word):
        return word
    sounds: list[str] = []
    for index, letter in enumerate(word):
        if letter in _CONSONANTS:
            sounds.extend(_consonant(word, index, sounds))
        elif letter == _HASANTA:
            continue
        else:
            sounds.append(_VOWELS.get(letter) or _VOWEL_SIGNS.get(letter) or _OTHER_SIGNS.get(letter, letter))
    return "".join(sounds)


def _consonant(word: str, index: int, before: list[str]) -> list[str]:
    sound = (
        _joined(word, index, before) if index and word[index - 1] == _HASANTA else _CONSONANTS[word[index]]
    )
    return [sound, "o"] if _has_inherent_vowel(word, index, before) else [sound]


def _joined(word: str, index: int, before: list[str]) -> str:
    """The sound of a consonant written below another one (ya-phala and ba-phala are seldom heard as such)."""
    letter = word[index]
    if letter == "য":
        return "y" if index == 2 else before[-1]
    if letter == "ব" and word[index - 2] not in _PRONOUNCED_BA:
        return "" if index == 2 else before[-1]
    return _CONSONANTS[letter]


def _has_inherent_vowel(word: str, index: int, before: list[str]) -> bool:
    following = word[index + 1 : index + 3]
    if not following or following[0] == _HASANTA or following[0] in _VOWEL_SIGNS:
        return False
    if following[0] not in _CONSONANTS:
        return following[0] in _OTHER_SIGNS or following[0] in _VOWELS  # বই is boi
    spoken_before = bool(before) and before[-1][-1:] in ("a", "e", "i", "o", "u")
    return not (spoken_before and following[1:] in _VOWEL_SIGNS)  # করতে is korte, not korote


@lru_cache(maxsize=_CACHED_WORDS)
def fold(word: str) -> str:
    """One spelling for a word in either script: bhanga, vanga and ভাঙা agree."""
    folded = romanise(word)
    for pattern, replacement in _FOLDS:
        folded = pattern.sub(replacement, folded)
    return folded


@lru_cache(maxsize=_CACHED_WORDS)
def skeleton(word: str) -> str:
    """The folded word without its inner vowels: amar, amr and আমার agree."""
    return _INNER_VOWELS.sub("", fold(word))
