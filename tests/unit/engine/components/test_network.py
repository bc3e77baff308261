"""The small network that reads the meaning where there are many examples."""

from pathlib import Path

import numpy as np
import pytest

from bot.engine.components.embeddings import SentenceEmbedder
from bot.engine.components.features import NgramFeaturizer
from bot.engine.components.intents import BlendedIntentClassifier
from bot.engine.components.nearness import IN_EVERY_MODEL
from bot.engine.components.network import NetworkFit, NetworkModel, NetworkSettings, fit_network
from tests.unit.engine.components.messages import Shelf, examples
from tests.unit.engine.components.test_meaning import ENGLISH_ENCODER, ROWS, two_clouds

SMALL = NetworkSettings(width=16, rounds=40, batch=20)


@pytest.mark.parametrize("count", [8, 200])
def test_it_separates_what_lies_apart(count: int) -> None:
    rows, labels = two_clouds(count)
    assert (fit_network(rows, labels, SMALL).scores(rows).argmax(axis=1) == labels).all()


def test_training_twice_gives_the_same_network() -> None:
    rows, labels = two_clouds(60)
    first, second = (fit_network(rows, labels, SMALL).scores(rows) for _ in range(2))
    assert np.array_equal(first, second)


def test_networks_together_score_what_they_score_on_average() -> None:
    rows, labels = two_clouds(60)
    models = [fit_network(rows[::step], labels[::step], SMALL) for step in (1, 3)]
    mean = sum(model.scores(rows) for model in models) / 2
    assert NetworkModel.together(models).scores(rows) == pytest.approx(mean, abs=1e-5)


def test_the_judged_rows_are_scored_by_a_network_that_has_not_seen_them() -> None:
    rows = np.eye(4, dtype=np.float32).repeat(10, axis=0)
    labels = np.array([0, 1, 0, 1]).repeat(10)
    fold_of = np.array([0, 1, 1, 1]).repeat(10)
    fit = NetworkFit(rows, labels, fold_of, SMALL, judged=[0])
    assert (fit.model().scores(rows).argmax(axis=1) == labels).mean() >= 0.75
    scores = fit.cross_validated_scores([0])
    assert (scores[:10].argmax(axis=1) == 1).all()  # the only class 0 it knows lies elsewhere
    assert not scores[10:].any()


def test_rows_of_every_network_are_not_judged() -> None:
    rows, labels = two_clouds(20)
    fold_of = np.array([IN_EVERY_MODEL] * 2 + [0, 1] * 9)
    assert len(NetworkFit(rows, labels, fold_of, SMALL, judged=[0]).cross_validated_scores([0])) == 18


def test_a_saved_network_scores_the_same(tmp_path: Path) -> None:
    rows, labels = two_clouds(40)
    model = fit_network(rows, labels, SMALL)
    model.save(tmp_path)
    read = NetworkModel.read(tmp_path)
    assert read is not None
    assert np.array_equal(read.scores(rows), model.scores(rows))


def test_more_examples_than_landmarks_are_read_by_a_network(tmp_path: Path) -> None:
    data = examples(*ROWS)
    for name, component, config in (
        ("words", NgramFeaturizer, {}),
        ("meaning", SentenceEmbedder, ENGLISH_ENCODER),
    ):
        shelf = Shelf(tmp_path / name, component, **config)
        shelf.create().train(data)
        shelf.load().process_training_data(data)
    shelf = Shelf(tmp_path / "intents", BlendedIntentClassifier, landmarks=4)
    shelf.create().train(data)
    shelf.load()
    assert list((tmp_path / "intents").rglob("network.npz"))
