"""The development set of entities, and an extractor that knows the demo shop's products."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rasa.shared.nlu.training_data import loading

from bot.engine.components.entities import PatternEntityExtractor
from tests.unit.engine.components.messages import Shelf, tokenised

ROOT = Path(__file__).resolve().parents[4]
PRODUCT_NAMES = ROOT / "data" / "nlu" / "product_names.yml"
DEVELOPMENT_SET = ROOT / "tests" / "nlu" / "entities_dev.jsonl"
WEDNESDAY = "2026-11-25"


def trained_extractor(folder: Path) -> PatternEntityExtractor:
    """As a serving process loads it after training on the products' names."""
    shelf = Shelf(folder, PatternEntityExtractor)
    shelf.create().train(loading.load_data(str(PRODUCT_NAMES)))
    extractor: PatternEntityExtractor = shelf.load()
    return extractor


def development_rows() -> list[dict[str, Any]]:
    """Rows of docs/entities.md's form."""
    lines = DEVELOPMENT_SET.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def entities_of(
    extractor: PatternEntityExtractor,
    text: str,
    day: str = WEDNESDAY,
    *,
    intent: str | None = None,
    **asked: str,
) -> list[dict[str, Any]]:
    """What the extractor finds in a message of that meaning, written on `day` (in a form that asked)."""
    message = tokenised(text, metadata={"day": day, **asked})
    if intent is not None:
        message.set("intent", {"name": intent, "confidence": 1.0})
    extractor.process([message])
    found: list[dict[str, Any]] = message.get("entities")
    return found
