"""Features, the classifier and its confidences."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components import calibration
from bot.engine.components.features import NgramFeaturizer
from bot.engine.components.grams import Block
from bot.engine.components.intents import BlendedIntentClassifier
from bot.engine.components.ngrams import NgramVectoriser
from bot.engine.components.rows import sparse_row
from bot.engine.components.words import ClassifierWords
from tests.unit.engine.components.messages import Shelf, examples, tokenised

TRACK = [
    "where is my order",
    "amar order koi",
    "আমার অর্ডার কোথায়",
    "track my parcel",
    "parcel kobe asbe",
    "KT-10234 koi",
]
CANCEL = [
    "cancel my order",
    "order batil koren",
    "অর্ডার বাতিল করুন",
    "cancel it please",
    "batil korte chai",
    "cancel KT-10234",
]
GREET = ["hello there", "good morning", "আসসালামু আলাইকুম", "salam bhai", "hi", "হ্যালো"]
ROWS = [
    (text, intent, "en")
    for intent, texts in (("track_order", TRACK), ("cancel_order", CANCEL), ("greet", GREET))
    for text in texts
]


class Understanding:
    """A featurizer and a classifier trained on the same rows."""

    def __init__(self, folder: Path, rows: list[tuple[str, str, str]], **config: Any) -> None:
        data = examples(*rows)
        featurizer = Shelf(folder / "features", NgramFeaturizer)
        featurizer.create().train(data)
        self.featurizer = featurizer.load()
        self.featurizer.process_training_data(data)
        classifier = Shelf(folder / "intents", BlendedIntentClassifier, **config)
        classifier.create().train(data)
        self.classifier = classifier.load()

    def parse(self, text: str) -> dict[str, Any]:
        message = tokenised(text)
        self.featurizer.process([message])
        self.classifier.process([message])
        return message.as_dict(only_output_properties=True)


@pytest.fixture(scope="module")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    return Understanding(tmp_path_factory.mktemp("model"), ROWS)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("WHERE is my order??", "track_order"),
        ("amr ordr koi", "track_order"),
        ("আমার অর্ডার কই", "track_order"),
        ("অর্ডারটা বাতিল করেন", "cancel_order"),
        ("btil korun order", "cancel_order"),
        ("hellooooo", "greet"),
    ],
)
def test_new_words_for_known_intents(understanding: Understanding, text: str, intent: str) -> None:
    assert understanding.parse(text)["intent"]["name"] == intent


def test_every_intent_is_ranked_and_confidences_sum_to_one(understanding: Understanding) -> None:
    parsed = understanding.parse("where is my order")
    ranking = parsed["intent_ranking"]
    assert ranking[0]["name"] == parsed["intent"]["name"]
    assert {one["name"] for one in ranking} == {"track_order", "cancel_order", "greet"}
    assert sum(one["confidence"] for one in ranking) == pytest.approx(1)
    assert ranking == sorted(ranking, key=lambda one: -one["confidence"])


@pytest.mark.parametrize("text", ["", "   ", "৯৯৯৯৯৯", "仮名"])
def test_a_message_that_says_nothing_is_equally_any_intent(understanding: Understanding, text: str) -> None:
    assert understanding.parse(text)["intent"]["confidence"] == pytest.approx(1 / 3, abs=0.12)


def test_a_leading_slash_is_only_a_character(understanding: Understanding) -> None:
    slashed = understanding.parse('/greet{"order_number": "KT-10234"} where is my order')
    assert slashed["intent"]["name"] == "track_order"
    assert slashed["text"].startswith("/greet")


def test_which_order_number_it_is_changes_nothing(understanding: Understanding) -> None:
    first, second = understanding.parse("KT-10234 koi"), understanding.parse("kt 99871 koi")
    assert first["intent"] == second["intent"]


def test_numbers_become_words() -> None:
    words = ClassifierWords()
    assert words.of(tokenised("KT-১০২৩৪ 01712345678 12 days")) == ["order_number", "phone", "00", "days"]


def test_two_intents_are_enough_and_one_is_not(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row[1] != "greet"]
    assert Understanding(tmp_path / "two", rows).parse("cancel it")["intent"]["name"] == "cancel_order"
    with pytest.raises(ValueError, match="at least two intents"):
        Understanding(tmp_path / "one", [row for row in rows if row[1] != "track_order"])


def test_a_single_example_leaves_confidences_uncalibrated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        trained = Understanding(tmp_path, [*ROWS, ("bye", "goodbye", "en")])
    assert "uncalibrated" in caplog.text
    assert trained.parse("bye")["intent"]["name"] == "goodbye"


def test_training_twice_gives_the_same_model(tmp_path: Path) -> None:
    first, second = Understanding(tmp_path / "a", ROWS), Understanding(tmp_path / "b", ROWS)
    assert first.parse("cancel koren")["intent_ranking"] == second.parse("cancel koren")["intent_ranking"]


def test_a_classifier_without_features_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="NgramFeaturizer"):
        sparse_row(Message({"text": "hello"}))


def test_features_of_two_featurizers_stand_side_by_side(understanding: Understanding) -> None:
    message = tokenised("hello")
    understanding.featurizer.process([message])
    alone = sparse_row(message).shape[1]
    understanding.featurizer.process([message])
    assert sparse_row(message).shape == (1, 2 * alone)


def test_a_row_is_the_same_however_it_is_made() -> None:
    vectoriser = NgramVectoriser(
        [Block("a", "written", "word", 1, 2), Block("b", "folded", "character", 2, 4)]
    )
    messages = [["amar", "order", "koi"], ["order", "order", "batil"], []]
    vectoriser.fit(messages)
    matrix = vectoriser.transform(messages)
    for number, words in enumerate(messages):
        indices, values = vectoriser.row(words)
        dense = np.zeros(vectoriser.size, dtype=np.float32)
        dense[indices] = values
        assert np.allclose(matrix[number].toarray()[0], dense)


def test_each_block_has_the_length_of_its_weight() -> None:
    vectoriser = NgramVectoriser([Block("a", "written", "word", 1, 1, weight=0.5)])
    vectoriser.fit([["amar", "order"], ["order"]])
    assert np.linalg.norm(vectoriser.row(["amar", "order", "order"])[1]) == pytest.approx(0.5)


def test_a_stored_vectoriser_is_the_same(tmp_path: Path) -> None:
    vectoriser = NgramVectoriser(
        [Block("a", "written", "word", 1, 2), Block("b", "skeleton", "character", 2, 3)]
    )
    vectoriser.fit([["amar", "order"], ["order", "koi"]])
    vectoriser.save(tmp_path)
    stored = NgramVectoriser.read(tmp_path)
    assert stored.row(["amar", "order", "koi"]) == vectoriser.row(["amar", "order", "koi"])
    assert stored.knows("koi") and not stored.knows("kobe")


def test_sharpness_makes_confidence_match_accuracy() -> None:
    numbers = np.random.default_rng(7)
    labels = numbers.integers(0, 3, 3000)
    true = numbers.normal(0, 1, (3000, 3))
    true[np.arange(3000), labels] += 1.0  # for these scores a sharpness of 1 is right by construction
    (found,) = calibration.best_sharpness([true / 5], labels)
    assert found == pytest.approx(5, rel=0.1)
    confidences = calibration.softmax(true / 5 * found)
    right = confidences.argmax(axis=1) == labels
    assert calibration.calibration_error(confidences.max(axis=1), right) < 0.03


def test_neighbours_share_a_fold() -> None:
    folds = calibration.neighbour_folds(["a"] * 6 + ["b"] * 3, 3)
    assert folds.tolist() == [0, 0, 1, 1, 2, 2, 0, 1, 2]


def test_no_more_folds_are_judged_than_it_takes() -> None:
    fold_of = np.arange(4).repeat(calibration.ENOUGH_ROWS // 2)
    assert calibration.folds_to_judge(fold_of) == [0, 1]
    assert calibration.folds_to_judge(fold_of[::1000]) == [0, 1, 2, 3]


def test_calibration_error_of_perfect_and_of_overconfident_answers() -> None:
    sure = np.ones(10)
    assert calibration.calibration_error(sure, np.ones(10)) == 0
    assert calibration.calibration_error(sure, np.zeros(10)) == 1
