"""When words answer alone, and that the encoders are then not asked."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components.features import NgramFeaturizer
from bot.engine.components.intents import BlendedIntentClassifier, TrainedIntents
from bot.engine.components.rows import read_meanings, wait_to_be_asked
from bot.engine.components.settling import Settling, leads
from tests.unit.engine.components.messages import Shelf, examples, tokenised
from tests.unit.engine.components.test_meaning import ROWS

RIGHT = np.zeros(400, dtype=int)


def scored(lead: float, count: int) -> np.ndarray:
    """Scores whose first intent is that far ahead."""
    return np.tile([lead, 0.0, -1.0], (count, 1))


def test_the_lead_is_how_far_the_best_is_ahead_of_the_second() -> None:
    assert leads(np.array([[3.0, 1.0, 2.5], [0.0, 0.5, 2.0]])) == pytest.approx([0.5, 1.5])


def test_the_least_lead_that_meaning_does_not_overturn_is_enough() -> None:
    by_words = np.vstack([scored(0.45, 200), scored(0.95, 200)])
    overturned = np.vstack([np.roll(scored(0.45, 200), 1, axis=1), scored(0.95, 200)])
    settling = Settling.of(by_words, overturned, RIGHT)
    assert settling is not None
    assert settling.lead == pytest.approx(0.5)
    assert settling.settled(np.vstack([scored(0.45, 1), scored(0.95, 1)])).tolist() == [False, True]
    assert Settling.read(settling.content()) == settling


def test_no_lead_is_enough_where_meaning_overturns_any() -> None:
    by_words = scored(3.0, 400)
    assert Settling.of(by_words, np.roll(by_words, 1, axis=1), RIGHT) is None
    assert Settling.read(None) is None


def test_too_few_clear_messages_settle_nothing() -> None:
    by_words = np.vstack([scored(0.1, 390), scored(2.0, 10)])
    assert Settling.of(by_words, by_words, RIGHT) is None


class Counting:
    """A reader that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def read(self, messages: Sequence[Message]) -> None:
        self.asked.append([message.get("text") for message in messages])


def test_readers_read_once_and_all_messages_together() -> None:
    messages = [tokenised("where is it"), tokenised("hello")]
    first, second = Counting(), Counting()
    for reader in (first, second):
        wait_to_be_asked(reader, messages)
    read_meanings(messages)
    read_meanings(messages)
    assert first.asked == second.asked == [["where is it", "hello"]]


def test_only_messages_that_words_do_not_settle_are_read(tmp_path: Path) -> None:
    data = examples(*ROWS)
    words = Shelf(tmp_path / "words", NgramFeaturizer)
    words.create().train(data)
    words.load().process_training_data(data)
    shelf = Shelf(tmp_path / "intents", BlendedIntentClassifier)
    shelf.create().train(data)
    trained = shelf.load()._trained
    clear, unclear = tokenised("where is my order"), tokenised("zzz")
    words.load().process([clear, unclear])
    ahead = leads(trained._word_scores([clear, unclear]))
    assert ahead[0] > ahead[1]
    meaning = EveryMessageMeans(len(trained.intents))
    settling = Settling(float(ahead.mean()), 50.0)
    careful = TrainedIntents(
        trained.intents,
        trained.margins,
        meaning,
        (*trained.sharpness, 1.0)[:2],
        settling,  # type: ignore[arg-type]
    )
    reader = Counting()
    wait_to_be_asked(reader, [clear, unclear])
    rankings = careful.rank([clear, unclear])
    assert reader.asked == [["zzz"]]
    assert rankings[0][0]["name"] == "track_order"
    assert rankings[0][0]["confidence"] > 0.99  # by the sharpness of settled messages


class EveryMessageMeans:
    """A view that is asked of nothing here: the reader above adds no features."""

    def __init__(self, intents: int) -> None:
        self._intents = intents

    def scores(self, rows: np.ndarray) -> np.ndarray:
        raise AssertionError("there are no dense features")
