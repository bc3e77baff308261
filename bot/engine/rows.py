"""Rows to measure understanding with: JSON lines of `text` and `intent`, optionally `lang` and `entities`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNTOLD = "unknown"  # the group of rows that do not say their language

Json = Any  # what JSON can hold


class BadRows(Exception):
    """The file's rows cannot be measured: mend the lines the message names."""


@dataclass(frozen=True)
class Entity:
    """An entity and where it stands; a value of None means that only the place is known."""

    name: str
    start: int
    end: int
    value: Json


@dataclass(frozen=True)
class Row:
    """One message and what it means. `entities` is None when the row does not tell them."""

    text: str
    intent: str
    lang: str = UNTOLD
    entities: tuple[Entity, ...] | None = None
    line: int = 0


def read_rows(path: Path) -> list[Row]:
    """The rows of a file; BadRows names the first line that is none."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    rows = [_read_row(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows:
        raise BadRows(f"{path}: no rows")
    return rows


def check_intents(rows: Iterable[Row], known: Collection[str]) -> None:
    """BadRows when a row has an intent that the model does not know."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.intent not in known:
            lines.setdefault(row.intent, []).append(row.line)
    if lines:
        named = "; ".join(f"{intent} ({_lines(numbers)})" for intent, numbers in sorted(lines.items()))
        raise BadRows(f"The model knows no such intents: {named}. It knows: {', '.join(sorted(known))}")


def _lines(numbers: Sequence[int]) -> str:
    first = ", ".join(map(str, numbers[:3]))
    return f"line{'s' if len(numbers) > 1 else ''} {first}{' …' if len(numbers) > 3 else ''}"


def _read_row(line: str, path: Path, number: int) -> Row:
    place = f"{path}:{number}"
    try:
        content = json.loads(line)
    except ValueError as error:
        raise BadRows(f"{place}: not JSON ({error})") from error
    told = content if isinstance(content, dict) else {}
    if not all(isinstance(told.get(key), str) and told[key].strip() for key in ("text", "intent")):
        raise BadRows(f'{place}: a row is an object with the texts "text" and "intent"')
    entities = told.get("entities")
    return Row(
        told["text"],
        told["intent"],
        str(told.get("lang") or UNTOLD),
        None if entities is None else tuple(_read_entity(entity, place) for entity in entities),
        number,
    )


def _read_entity(told: Json, place: str) -> Entity:
    try:
        return Entity(str(told["entity"]), int(told["start"]), int(told["end"]), told.get("value"))
    except (KeyError, TypeError, ValueError) as error:
        raise BadRows(f'{place}: an entity is {{"entity", "start", "end"}}, with "value" if known') from error
