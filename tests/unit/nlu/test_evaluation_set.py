"""The evaluation set keeps its promises: enough rows, true spans, nothing the assistant was trained on."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
ROWS: Final = ROOT / "tests" / "nlu" / "evaluation.jsonl"
LANGUAGES: Final = ("en", "bn", "bn-Latn")
# Fewer rows than this and one lucky guess moves an intent's figure by more than ten points.
LEAST_PER_INTENT: Final = 10
# Recall of what no shop answers is a figure of its own: two points a row, no coarser.
LEAST_OUT_OF_SCOPE: Final = 50
LEAST_WITH_ENTITIES: Final = 350
# `[words](entity)` and `[words]{"entity": ...}` in training files stand for the words.
ANNOTATION: Final = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]


def test_every_intent_has_enough_rows_in_every_script(rows: list[dict[str, Any]]) -> None:
    counts = Counter((row["intent"], row["lang"]) for row in rows)
    wanted = {(intent, language) for intent in _documented_intents() for language in LANGUAGES}
    assert {cell for cell in wanted if counts[cell] < LEAST_PER_INTENT} == set()
    assert min(counts["out_of_scope", language] for language in LANGUAGES) >= LEAST_OUT_OF_SCOPE


def test_every_label_is_a_documented_intent(rows: list[dict[str, Any]]) -> None:
    assert {row["intent"] for row in rows} - _documented_intents() == set()


def test_every_row_is_written_in_the_script_it_names(rows: list[dict[str, Any]]) -> None:
    strays = [row["text"] for row in rows if row["lang"] != "bn" and _has_bengali(row["text"])]
    assert strays == []
    without_bengali = [row["text"] for row in rows if row["lang"] == "bn" and not _has_bengali(row["text"])]
    assert without_bengali == []


def test_no_two_rows_say_the_same(rows: list[dict[str, Any]]) -> None:
    counts = Counter(_plain(row["text"]) or row["text"] for row in rows)
    assert [text for text, times in counts.items() if times > 1] == []


def test_entities_stand_at_their_places(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for entity in row.get("entities", []):
            words = row["text"][entity["start"] : entity["end"]]
            assert words, row
            assert words == words.strip(), row
            if entity["entity"] == "product":
                assert entity["value"] == words, row
            if entity["entity"] == "email":
                assert entity["value"] == words.lower(), row


def test_entities_of_a_row_do_not_overlap(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        ends = 0
        for entity in row.get("entities", []):
            assert entity["start"] >= ends, row
            ends = entity["end"]


def test_enough_rows_name_entities(rows: list[dict[str, Any]]) -> None:
    assert sum(bool(row.get("entities")) for row in rows) >= LEAST_WITH_ENTITIES


def test_no_row_was_trained_on(rows: list[dict[str, Any]]) -> None:
    trained = {_plain(text) for text in _training_texts()} - {""}
    seen = [row["text"] for row in rows if _plain(row["text"]) in trained]
    assert seen == [], "write other rows in their place: what was trained on measures nothing"


def _documented_intents() -> set[str]:
    """The names of docs/intents.md: the first cell of each table row, and the list of small talk."""
    page = (ROOT / "docs" / "intents.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    small_talk = page.split("(`smalltalk`)", 1)[1].split("##", 1)[0]
    return {name for text in (*cells, small_talk) for name in re.findall(r"`([a-z_]+)`", text)}


def _training_texts() -> Iterator[str]:
    for file in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield ANNOTATION.sub(r"\1", line.strip().removeprefix("- "))


def _plain(text: str) -> str:
    """Letters, their signs and digits; no case, no punctuation, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in folded)
    return " ".join(kept.split())


def _has_bengali(text: str) -> bool:
    return any("\u0980" <= character <= "\u09ff" for character in text)
