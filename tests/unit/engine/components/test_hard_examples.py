"""Which examples the encoders read in training, and what the classifier makes of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.embeddings import SentenceEmbedder
from bot.engine.components.features import NgramFeaturizer
from bot.engine.components.hard_examples import JUDGES, SETTLED, WORD_SCORES, HardExampleMiner, margins
from bot.engine.components.intents import BlendedIntentClassifier
from bot.engine.components.network import NetworkSettings, fit_network
from bot.engine.components.rows import dense_row
from tests.unit.engine.components.messages import Shelf, examples, tokenised
from tests.unit.engine.components.test_meaning import ENGLISH_ENCODER, ROWS

MOST, DRAWN = 6, 3


@pytest.fixture
def data(tmp_path: Path) -> TrainingData:
    """Examples with the features of their words."""
    rows = examples(*ROWS)
    shelf = Shelf(tmp_path / "words", NgramFeaturizer)
    shelf.create().train(rows)
    shelf.load().process_training_data(rows)
    return rows


def mined(data: TrainingData, **config: Any) -> TrainingData:
    """The examples after the miner."""
    miner = HardExampleMiner({**HardExampleMiner.get_default_config(), **config})
    return miner.process_training_data(data)


def test_a_margin_is_what_the_right_label_is_ahead_of_the_best_other_one() -> None:
    scores = np.array([[3.0, 1.0, 2.0], [0.0, 0.5, 2.0]])
    assert margins(scores, np.array([0, 1])) == pytest.approx([1.0, -1.5])


def test_few_examples_are_all_read(data: TrainingData) -> None:
    mined(data, most=len(ROWS))
    assert not any(example.get(SETTLED) or example.get(JUDGES) for example in data.intent_examples)


def test_of_many_the_hardest_are_read_and_some_drawn_by_lot(data: TrainingData) -> None:
    mined(data, most=MOST, judges=DRAWN)
    read = [example for example in data.intent_examples if example.get(WORD_SCORES) is not None]
    settled = [example for example in data.intent_examples if example.get(SETTLED)]
    assert sum(bool(example.get(JUDGES)) for example in read) == DRAWN
    assert MOST <= len(read) <= MOST + DRAWN
    assert len(read) + len(settled) == len(ROWS)
    assert {len(example.get(WORD_SCORES)) for example in read} == {3}


def test_examples_that_differ_from_all_others_are_hard() -> None:
    same = [(f"where is my order {word}", "track_order", "en") for word in ("please", "now", "bhai", "then")]
    other = [(f"good morning {word}", "greet", "en") for word in ("please", "now", "bhai", "then")]
    strange = [("vanished package", "track_order", "en"), ("top of the day", "greet", "en")]
    data = examples(*same, *other, *strange)
    featurizer = NgramFeaturizerInMemory()
    featurizer.features_of(data)
    mined(data, most=2, judges=0)
    read = {example.get("text") for example in data.intent_examples if not example.get(SETTLED)}
    assert read == {"vanished package", "top of the day"}


def test_the_only_example_of_an_intent_is_read() -> None:
    rows = examples(*ROWS, ("i moved to sylhet", "change_shipping_address", "en"))
    NgramFeaturizerInMemory().features_of(rows)
    mined(rows, most=MOST, judges=0)
    alone = [each for each in rows.intent_examples if each.get("intent") == "change_shipping_address"]
    assert [each.get(SETTLED) for each in alone] == [None]


def test_every_intent_keeps_an_example_that_does_not_judge(data: TrainingData) -> None:
    mined(data, most=MOST, judges=len(ROWS))
    teachers = {each.get("intent") for each in data.intent_examples if not each.get(JUDGES)}
    assert teachers == {intent for _, intent, _ in ROWS}


class NgramFeaturizerInMemory:
    """Rows that hold a one for each word."""

    def features_of(self, data: TrainingData) -> None:
        from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
        from rasa.shared.nlu.training_data.features import Features
        from scipy.sparse import csr_matrix

        words = sorted({word for example in data.intent_examples for word in example.get(TEXT).split()})
        for example in data.intent_examples:
            row = np.array([[float(word in example.get(TEXT).split()) for word in words]])
            example.add_features(Features(csr_matrix(row), FEATURE_TYPE_SENTENCE, TEXT, "words"))


def test_the_encoder_reads_what_was_chosen_and_the_classifier_learns_of_it(
    data: TrainingData, tmp_path: Path
) -> None:
    mined(data, most=MOST, judges=DRAWN)
    meaning = Shelf(tmp_path / "meaning", SentenceEmbedder, **ENGLISH_ENCODER)
    meaning.create().train(data)
    meaning.load().process_training_data(data)
    for example in data.intent_examples:
        assert (dense_row(example) is None) is bool(example.get(SETTLED))
    shelf = Shelf(tmp_path / "intents", BlendedIntentClassifier)
    shelf.create().train(data)
    message = tokenised("where is my order")
    for component in (Shelf(tmp_path / "words", NgramFeaturizer).load(), meaning.load(), shelf.load()):
        component.process([message])
    assert message.get("intent")["name"] == "track_order"
    assert list((tmp_path / "intents").rglob("network.npz"))


def test_a_network_learns_what_to_add_to_what_is_known() -> None:
    rows = np.eye(2, dtype=np.float32).repeat(50, axis=0)
    labels = np.array([0, 1]).repeat(50)
    settings = NetworkSettings(width=16, rounds=40, batch=20, trust=5.0)
    alone = fit_network(rows, labels, settings).scores(rows)
    sure = np.eye(2, dtype=np.float32)[labels] * 3
    beside = fit_network(rows, labels, settings, known=sure).scores(rows)
    ahead = [np.abs(scores[:, 0] - scores[:, 1]).mean() for scores in (alone, beside)]
    assert ahead[1] < ahead[0] / 2  # little is left to say


def test_messages_pass_unchanged() -> None:
    message = tokenised("where is my order")
    before = dict(message.data)
    assert HardExampleMiner(HardExampleMiner.get_default_config()).process([message]) == [message]
    assert message.data == before
