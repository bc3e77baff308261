"""From a model archive to an engine that is ready: imports, loading, warming up."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.engine.errors import ModelUnusable
from bot.engine.left_out import leave_out_what_never_answers
from bot.engine.metrics import Metrics
from bot.engine.model_file import UnpackedModel, find_model, fingerprint, needs_tensorflow, unpacked
from bot.engine.settings import EngineSettings

if TYPE_CHECKING:
    from bot.engine.action_server import ActionServer
    from bot.engine.turn import TurnEngine

YOUNG_OBJECTS = 20_000  # of a few turns; Python's own 700 makes a collection run several times in each
RASA_VERSION = "3.6.21"
# Two sentences per script: the first parse of each fills caches and imports what components import late. The
# second ones say nothing clear, so that the encoders are asked, too.
WARM_UP_TEXTS = (
    "where is my order KT-10234?",
    "আমার অর্ডার কোথায়?",
    "amar order ta kothay",
    "well, the other thing, as it was with the one before",
    "ওই যে আগেরটার মতো আরেকটা ব্যাপার",
    "oi je ager tar moto arekta bepar",
)


@dataclass(frozen=True)
class LoadedEngine:
    """What serves turns, and what it was made from."""

    turns: TurnEngine
    server: ActionServer
    model: str
    fingerprint: str


def load_engine(settings: EngineSettings, metrics: Metrics) -> LoadedEngine:
    """Load the model and warm up; seconds of work for a thread. ModelUnusable: it cannot be served."""
    archive = find_model(settings.model)
    with unpacked(archive) as model:
        if not needs_tensorflow(model.modules()):
            leave_out_what_never_answers()
        turns, server = _load(archive, model, settings, metrics)
    _spare_collector()
    return LoadedEngine(turns, server, archive.name, fingerprint(archive))


def _load(
    archive: Path, model: UnpackedModel, settings: EngineSettings, metrics: Metrics
) -> tuple[TurnEngine, ActionServer]:
    from bot.engine.action_server import ActionServer
    from bot.engine.look_back import look_back_of
    from bot.engine.processor import TurnProcessor
    from bot.engine.turn import TurnEngine

    _check_rasa()
    server = ActionServer(settings.actions_urls, settings.actions_secret)
    try:
        processor = TurnProcessor(model.folder, server)
        turns = TurnEngine(processor, look_back_of(processor.graph_runner), metrics)
        for text in WARM_UP_TEXTS:
            turns.warm_up(text)
    except Exception as error:
        # Any failure of any component while loading means the same: this archive cannot be served.
        raise ModelUnusable(
            f"{archive}: the model cannot be loaded ({type(error).__name__}: {error});"
            " train it again with `make train`"
        ) from error
    return turns, server


def _spare_collector() -> None:
    """Let the garbage collector pass over what was loaded; walking it again and again costs every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _check_rasa() -> None:
    import rasa

    if rasa.__version__ != RASA_VERSION:
        raise ModelUnusable(
            f"Rasa {rasa.__version__} is installed, but bot.engine overrides private parts of exactly"
            f" {RASA_VERSION}; install requirements/engine.txt, or go through bot/engine for the new version"
        )
