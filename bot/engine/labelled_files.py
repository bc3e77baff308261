"""Labelled texts of any data set: CSV files with the columns `text` and `label`, optionally `lang`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.engine.rows import UNTOLD, BadRows, Row

_NEEDED = ("text", "label")
_LONGEST_FIELD = 1 << 20  # characters; Python's own limit stops at stories the engine still reads


def read_labelled(paths: Sequence[Path]) -> list[Row]:
    """The rows of all files; BadRows names the first line that is none."""
    csv.field_size_limit(_LONGEST_FIELD)
    rows = [row for path in paths for row in _rows_of(path)]
    if not rows:
        raise BadRows(f"{', '.join(map(str, paths))}: no rows")
    return rows


def check_labels(rows: Iterable[Row], trained: Iterable[str], out_of_scope: str) -> None:
    """BadRows when a row has a label that no training row has, and that is not the one for out of scope."""
    known = {*trained, out_of_scope}
    for row in rows:
        if row.intent not in known:
            raise BadRows(f"line {row.line}: no training row has the label {row.intent!r}")


def _rows_of(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in _NEEDED if column not in (reader.fieldnames or ())]
        if missing:
            raise BadRows(f"{path}:1: no column {' or '.join(missing)}; the first line names the columns")
        try:
            for content in reader:
                yield _row(content, f"{path}:{reader.line_num}", reader.line_num)
        except csv.Error as error:
            raise BadRows(f"{path}:{reader.line_num}: {error}") from error


def _row(content: dict[str | None, str | None], place: str, line: int) -> Row:
    text, label = ((content.get(column) or "").strip() for column in _NEEDED)
    if not text or not label or None in content:
        raise BadRows(f"{place}: a row has a text and a label, and no more fields than the first line")
    return Row(text, label, content.get("lang") or UNTOLD, line=line)
