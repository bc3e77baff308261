"""The words themselves: complete in three scripts, filled the same way, and every button leads somewhere."""

import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.labels import LABELS, LANGUAGES
from tests.unit.actions.acting import RESPONSES

ROOT = Path(__file__).resolve().parents[3]
BENGALI = re.compile("[\u0980-\u09ff]")
LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
# Rasa fills payloads too: with single braces it takes the entities for a placeholder and logs all slots.
PAYLOAD = re.compile(r'^/([a-z_]+)(\{\{"([a-z_]+)": "[^"]+"\}\})?$')
# What stays Latin in Bengali text: the number's form and the name of a language in itself.
MAY_BE_LATIN = {"English"}

Variation = dict[str, Any]


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


DOMAIN = _load(ROOT / "domain.yml")
SPEAKING = [*(ROOT / "actions").glob("*.py"), ROOT / "bot/engine/agenda.py"]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SPEAKING)
RULES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data" / "rules").glob("*.yml"))


def _language(variation: Variation) -> str:
    conditions = variation.get("condition")
    return str(conditions[0]["value"]) if conditions else "en"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _texts(variation: Variation) -> Iterator[str]:
    yield variation["text"]
    yield from (button["title"] for button in variation.get("buttons", []))


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_response_has_each_language_once(name: str) -> None:
    assert sorted(map(_language, RESPONSES[name])) == sorted(LANGUAGES)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_variations_are_filled_with_the_same_placeholders(name: str) -> None:
    first, *others = (_placeholders(variation["text"]) for variation in RESPONSES[name])
    assert all(other == first for other in others)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_each_variation_is_in_its_script(name: str) -> None:
    for variation in RESPONSES[name]:
        for text in _texts(variation):
            written = set(LATIN_WORD.findall(re.sub(r"\{[a-z_]+\}", "", text))) - MAY_BE_LATIN
            if _language(variation) == "bn":
                assert not written, f"{written} in {text}"
            else:
                assert not BENGALI.search(text), text


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_variations_have_the_same_buttons_and_their_intents_exist(name: str) -> None:
    payloads = [[b["payload"] for b in variation.get("buttons", [])] for variation in RESPONSES[name]]
    assert all(others == payloads[0] for others in payloads)
    for payload in payloads[0]:
        match = PAYLOAD.match(payload)
        assert match, payload
        assert match[1] in DOMAIN["intents"], payload
        assert match[1] not in ("affirm", "deny") or match[3] == "confirms", "a bare yes fits any question"


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_bengali_text_ends_its_sentences_with_a_danda(name: str) -> None:
    bengali = next(v["text"] for v in RESPONSES[name] if _language(v) == "bn")
    assert not re.search(r"[\u0980-\u09ff]\.(\s|$)", bengali), bengali


def test_bengali_letters_are_composed_as_the_normaliser_composes_them() -> None:
    # য় can be one sign or two; searching, comparing and drawing want one way throughout.
    split = re.compile("[\u09a1\u09a2\u09af]\u09bc")
    composed = re.compile("[\u09dc\u09dd\u09df]")
    spellings = [bool(split.search(t)) for vs in RESPONSES.values() for v in vs for t in _texts(v)]
    assert not (any(spellings) and any(composed.search(v["text"]) for vs in RESPONSES.values() for v in vs))


def test_every_response_is_used() -> None:
    stems = set(re.findall(r'"(utter_[a-z_]+?)_?\{', CODE)) | set(re.findall(r"\bf\"(utter_[a-z_]+)", CODE))
    asked_by_forms = {name for name in RESPONSES if name.startswith("utter_ask_")}
    unused = [
        name
        for name in RESPONSES
        if not re.search(rf"\b{name}\b", CODE + RULES)
        and not any(name.startswith(stem) for stem in stems)
        and name not in asked_by_forms
    ]
    assert unused == []


def test_every_response_the_actions_choose_exists() -> None:
    chosen = set(re.findall(r'"(utter_[a-z_]+)"', CODE))
    assert chosen - set(RESPONSES) == set()


def _paths(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        flat |= (
            _paths(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": str(value)}
        )
    return flat


LABEL_FILES = {language: _paths(_load(LABELS / f"{language}.yml")) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_have_the_same_keys_in_every_language(language: str) -> None:
    assert set(LABEL_FILES[language]) == set(LABEL_FILES["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_in_their_script(language: str) -> None:
    for path, text in LABEL_FILES[language].items():
        words = re.sub(r"\{[a-z_0-9]+\}", "", text)
        assert not (BENGALI.search(words) if language != "bn" else LATIN_WORD.search(words)), (path, text)


@pytest.mark.parametrize("language", ["en", "bn"])
def test_agents_read_every_reason_in_words(language: str) -> None:
    """`because.<fact>` in the console's catalogues is a sentence for each `utter_why_<fact>`."""
    catalogue = json.loads((ROOT / f"web/console/src/i18n/{language}.json").read_text(encoding="utf-8"))
    explained = set(re.findall(r'explain\(\s*"utter_why_(\w+)"', CODE))
    assert len(explained) > 15
    assert sorted(fact for fact in explained if f"because.{fact}" not in catalogue) == []
