"""Entities on the development set: a thousand messages in three scripts (docs/entities.md)."""

import pytest

from bot.engine.entity_scores import EntityScores
from tests.unit.engine.components.rows import development_rows, entities_of, trained_extractor

LEAST_F1 = 0.95
LEAST_ROWS = 1000
ENTITIES = {
    *(
        "order_number",
        "product",
        "money",
        "date",
        "period",
        "email",
        "phone",
        "house",
        "flat",
        "road",
        "block",
    ),
    *(
        "sector",
        "area",
        "city",
        "postcode",
        "payment_method",
        "quantity",
        "return_reason",
        "option",
        "language",
    ),
}


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EntityScores]:
    extractor = trained_extractor(tmp_path_factory.mktemp("model"))
    of_language: dict[str, EntityScores] = {}
    for row in development_rows():
        counted = of_language.setdefault(row["lang"], EntityScores())
        counted.add(
            row["entities"], entities_of(extractor, row["text"], row["day"], intent=row.get("intent"))
        )
    return of_language


def together(scores: dict[str, EntityScores]) -> EntityScores:
    total = EntityScores()
    for one in scores.values():
        total.right += one.right
        total.missed += one.missed
        total.invented += one.invented
    return total


def test_the_development_set_has_every_entity_and_enough_rows() -> None:
    rows = development_rows()
    assert len(rows) >= LEAST_ROWS
    assert {entity["entity"] for row in rows for entity in row["entities"]} == ENTITIES


def test_rows_name_places_inside_their_text() -> None:
    for row in development_rows():
        for entity in row["entities"]:
            assert 0 <= entity["start"] < entity["end"] <= len(row["text"]), row["text"]


def test_every_entity_is_found_well(scores: dict[str, EntityScores]) -> None:
    figures = together(scores).by_entity()
    assert {name: f1 for name, f1 in figures.items() if f1 < LEAST_F1} == {}


@pytest.mark.parametrize("language", ["en", "bn", "bn-Latn"])
def test_every_script_is_read_well(scores: dict[str, EntityScores], language: str) -> None:
    assert scores[language].f1() >= LEAST_F1
