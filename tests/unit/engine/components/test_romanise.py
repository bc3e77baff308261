"""Bengali letters by their sound, and one spelling for many."""

import pytest

from bot.engine.components.concepts import concept_of
from bot.engine.components.patterns import read_patterns
from bot.engine.components.romanise import fold, romanise, skeleton
from bot.engine.components.text import normalise


def clean(word: str) -> str:
    return normalise(word).text


@pytest.mark.parametrize(
    ("bengali", "latin"),
    [
        ("কোথায়", "kothay"),
        ("করতে", "korte"),
        ("আমরা", "amra"),
        ("ধন্যবাদ", "dhonnobad"),
        ("বিশ্বাস", "bishshas"),
        ("ঠিকানা", "thikana"),
        ("ঢাকায়", "dhakay"),
        ("বাংলা", "bangla"),
        ("order", "order"),
    ],
)
def test_bengali_is_romanised_by_sound(bengali: str, latin: str) -> None:
    assert romanise(clean(bengali)) == latin


@pytest.mark.parametrize(
    "spellings",
    [
        ["ভাঙা", "bhanga", "vanga", "vaanga"],
        ["কোথায়", "kothay", "kothai", "kotay", "kothaay"],
        ["সমস্যা", "somossa", "shomossha", "shomossa"],
        ["ঠিকানা", "thikana", "tikana", "thikaana"],
        ["ট্র্যাক", "track", "trak"],
        ["ব্যাক", "back", "byak"],
        ["জিনিস", "jinish", "jinis", "zinish"],
    ],
)
def test_spellings_of_one_word_fold_together(spellings: list[str]) -> None:
    assert len({fold(clean(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    "spellings", [["আমার", "amar", "amr"], ["অর্ডার", "order", "ordr"], ["ডেলিভারি", "delivery", "dlvry"]]
)
def test_sms_spelling_keeps_the_skeleton(spellings: list[str]) -> None:
    assert len({skeleton(clean(spelling)) for spelling in spellings}) == 1


def test_different_words_stay_apart() -> None:
    assert len({fold(clean(word)) for word in ["koi", "kobe", "keno", "kothay", "ki", "ke"]}) == 6


def test_a_concept_joins_languages_and_scripts() -> None:
    assert {concept_of(clean(word)) for word in ["where", "kothay", "kotay", "কোথায়", "koi"]} == {"where"}


def test_an_unlisted_word_has_no_concept() -> None:
    assert concept_of("qwrtzp") == ""


@pytest.mark.parametrize("name", ["concepts", "options", "return_reasons", "cities", "languages"])
def test_no_listed_word_mixes_scripts_inside_itself(name: str) -> None:
    for word in _leaves(read_patterns(name)):
        for part in word.split():
            has_bengali = any("\u0985" <= letter <= "\u09df" for letter in part)
            assert not (has_bengali and any("a" <= letter.lower() <= "z" for letter in part)), part


def _leaves(content: object) -> list[str]:
    if isinstance(content, dict):
        return [leaf for value in content.values() for leaf in _leaves(value)]
    if isinstance(content, list):
        return [leaf for value in content for leaf in _leaves(value)]
    return [str(content)]
