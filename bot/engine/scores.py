"""The figures of an evaluation of understanding."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.engine.components.calibration import calibration_error
from bot.engine.entity_scores import EntityScores
from bot.engine.rows import UNTOLD, Entity, Row
from bot.engine.splitting import FALLBACK

OUT_OF_SCOPE = "out_of_scope"

Json = Any  # what JSON can hold
Confusion = tuple[int, str, str, list[str]]  # how often, right intent, answered instead, examples


@dataclass(frozen=True)
class Judged:
    """A row and what was understood.

    `likeliest` leaves the fallback out of account, `likeliest_request` out_of_scope too; `answered` is what
    the dialogue got. Of several requests in one message these are the first one's.
    """

    row: Row
    likeliest: str
    likeliest_request: str
    answered: str
    confidence: float
    language: str
    entities: tuple[Entity, ...]
    requests: int
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the right one."""
        return self.likeliest == self.row.intent

    @property
    def rejected(self) -> bool:
        """Whether the dialogue did not take it for a request: asked again, or out of scope."""
        return self.answered in (FALLBACK, OUT_OF_SCOPE)


def summarise(judged: Sequence[Judged]) -> dict[str, Json]:
    """All figures. Shares are None where no row tells."""
    by_language: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_language[one.row.lang].append(one)
    telling = [one for one in judged if one.row.lang != UNTOLD]
    strangers = [one for one in judged if one.row.intent == OUT_OF_SCOPE]
    in_scope = [one for one in judged if one.row.intent != OUT_OF_SCOPE]
    confidences = np.array([one.confidence for one in judged])
    return {
        "n": len(judged),
        "accuracy": _share(judged, lambda one: one.right),
        "macro_f1": _macro_f1(judged),
        "by_lang": {lang: _share(ones, lambda one: one.right) for lang, ones in sorted(by_language.items())},
        "oos_recall": _share(strangers, lambda one: one.rejected),
        "in_scope_loss": _share(in_scope, _is_lost),
        "in_scope_rejected": _share(in_scope, lambda one: one.rejected),
        "ece": round(calibration_error(confidences, np.array([one.right for one in judged], dtype=float)), 4),
        "fallback": _share(judged, lambda one: one.answered == FALLBACK),
        "wrongly_sure": _share(judged, lambda one: not one.right and one.answered != FALLBACK),
        "needlessly_unsure": _share(judged, lambda one: one.right and one.answered == FALLBACK),
        "split": _share(judged, lambda one: one.requests > 1),
        "language_accuracy": {
            lang: _share(ones, lambda one: one.language == one.row.lang)
            for lang, ones in sorted(by_language.items())
            if lang != UNTOLD
        },
        "language_wrong": _share(telling, lambda one: one.language not in ("", one.row.lang)),
        **_entity_figures(judged),
        **_times(judged),
    }


def list_confusions(judged: Iterable[Judged]) -> list[Confusion]:
    """The pairs confused, the most frequent first."""
    examples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in judged:
        if not one.right:
            examples[one.row.intent, one.likeliest].append(one.row.text)
    pairs = [(len(texts), right, instead, texts) for (right, instead), texts in examples.items()]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))


def _is_lost(one: Judged) -> bool:
    """A request that would have been understood, had nothing been rejected."""
    return one.rejected and one.likeliest_request == one.row.intent


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float | None:
    return round(sum(1 for one in judged if holds(one)) / len(judged), 4) if judged else None


def _macro_f1(judged: Sequence[Judged]) -> float:
    meant = Counter(one.row.intent for one in judged)
    answered = Counter(one.likeliest for one in judged)
    right = Counter(one.row.intent for one in judged if one.right)
    return round(sum(2 * right[name] / (meant[name] + answered[name]) for name in meant) / len(meant), 4)


def _times(judged: Sequence[Judged]) -> dict[str, float]:
    times = np.array([one.milliseconds for one in judged])
    return {f"p{percent}_ms": round(float(np.percentile(times, percent)), 2) for percent in (50, 95)}


def _entity_figures(judged: Sequence[Judged]) -> dict[str, Json]:
    """F1 over the rows that tell their entities, by the rule of docs/entities.md."""
    telling = [one for one in judged if one.row.entities is not None]
    if not telling:
        return {}
    scores = EntityScores()
    for one in telling:
        scores.add([_as_found(entity) for entity in one.row.entities or ()], map(_as_found, one.entities))
    return {
        "entity_rows": len(telling),
        "entity_f1": round(scores.f1(), 4),
        "entity_f1_by_name": scores.by_entity(),
    }


def _as_found(entity: Entity) -> dict[str, Json]:
    return {"entity": entity.name, "start": entity.start, "end": entity.end, "value": entity.value}
