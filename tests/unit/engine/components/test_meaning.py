"""Dense features, the respelling before them, and the model that reads them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.engine.components.embeddings import SentenceEmbedder
from bot.engine.components.features import NgramFeaturizer
from bot.engine.components.intents import BlendedIntentClassifier
from bot.engine.components.nearness import IN_EVERY_MODEL, NearnessFit, NearnessSettings, StoredNearness
from bot.engine.components.respelling import Respelling
from bot.engine.components.rows import dense_row
from tests.unit.engine.components.messages import Shelf, examples, tokenised

ROWS = [
    ("where is my order", "track_order", "en"),
    ("has my parcel left yet", "track_order", "en"),
    ("আমার অর্ডার কোথায়", "track_order", "bn"),
    ("amar order koi", "track_order", "bn-Latn"),
    ("i want my money back", "get_refund", "en"),
    ("please refund me", "get_refund", "en"),
    ("টাকা ফেরত চাই", "get_refund", "bn"),
    ("taka ferot chai", "get_refund", "bn-Latn"),
    ("good morning", "greet", "en"),
    ("hello there", "greet", "en"),
    ("আসসালামু আলাইকুম", "greet", "bn"),
    ("salam bhai", "greet", "bn-Latn"),
]
ENGLISH_ENCODER = {"encoder": "minilm", "weights": [1.4, 1.0, 0.7], "bengali": False}


class Assistant:
    """Both kinds of features and the classifier, trained on `ROWS`."""

    def __init__(self, folder: Path) -> None:
        data = examples(*ROWS)
        shelves = [
            Shelf(folder / "words", NgramFeaturizer),
            Shelf(folder / "meaning", SentenceEmbedder, **ENGLISH_ENCODER),
            Shelf(folder / "intents", BlendedIntentClassifier),
        ]
        self.components = []
        for shelf in shelves:
            shelf.create().train(data)
            component = shelf.load()
            if hasattr(component, "process_training_data"):
                component.process_training_data(data)
            self.components.append(component)

    def parse(self, text: str) -> Any:
        message = tokenised(text)
        for component in self.components:
            component.process([message])
        return message


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("did you ship the package", "track_order"),
        ("give me back what i paid", "get_refund"),
        ("hi, nice to meet you", "greet"),
    ],
)
def test_words_nobody_wrote_are_understood_by_their_meaning(
    assistant: Assistant, text: str, intent: str
) -> None:
    assert assistant.parse(text).get("intent")["name"] == intent


def test_an_encoder_of_english_is_given_bengali_in_english(assistant: Assistant) -> None:
    bengali, english = (dense_row(assistant.parse(text)) for text in ("পণ্য কোথায়?", "item where?"))
    assert np.allclose(bengali, english)


def test_words_in_no_example_are_understood_in_bengali_script(assistant: Assistant) -> None:
    assert assistant.parse("প্যাকেট পাঠালেন কি").get("intent")["name"] == "track_order"


def test_a_message_the_encoder_cannot_read_has_no_meaning(assistant: Assistant) -> None:
    row = dense_row(assistant.parse("ভাই"))
    assert row is not None
    assert not row.any()


@pytest.mark.parametrize("text", ["", "   ", "仮名", "?" * 500, "order " * 2000])
def test_whatever_is_written_has_finite_confidences(assistant: Assistant, text: str) -> None:
    ranking = assistant.parse(text).get("intent_ranking")
    assert sum(one["confidence"] for one in ranking) == pytest.approx(1)


def test_romanised_words_are_respelt_and_others_stay() -> None:
    respelling = Respelling.of(["আমার", "আমার", "অর্ডার", "চাই", "order"])
    assert respelling.in_bengali(["amar", "ordr", "chai", "vaia", "12"]) == "আমার অর্ডার চাই vaia 12"


def two_clouds(count: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(5)
    labels = np.arange(count) % 2
    rows = numbers.normal(0, 0.3, (count, 8)) + np.where(labels, 1.0, -1.0)[:, None]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels


@pytest.mark.parametrize("widths", [(64,), (40, 24), (32, 30, 2)])
def test_stored_nearness_scores_as_the_fitted_one(widths: tuple[int, ...], tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    parts = [random.normal(size=(90, width)) for width in widths]
    rows = np.hstack([part / np.linalg.norm(part, axis=1, keepdims=True) for part in parts])
    fit = NearnessFit(
        rows.astype(np.float32), np.arange(90) % 3, np.zeros(90, int), NearnessSettings(), widths
    )
    model = fit.model()
    model.save(tmp_path)
    stored = StoredNearness.read(tmp_path)
    assert stored is not None
    assert np.abs(stored.scores(rows) - model.scores(rows)).max() < 0.02


def test_nearness_is_not_there_when_none_was_stored(tmp_path: Path) -> None:
    assert StoredNearness.read(tmp_path) is None


@pytest.mark.parametrize("landmarks", [10, 1000])
def test_nearness_separates_with_few_and_with_all_landmarks(landmarks: int) -> None:
    rows, labels = two_clouds(200)
    fit = NearnessFit(rows, labels, np.arange(200) // 50, NearnessSettings(landmarks=landmarks))
    assert (fit.model().scores(rows).argmax(axis=1) == labels).all()
    assert (fit.cross_validated_scores(range(4)).argmax(axis=1) == labels).all()


def test_rows_of_every_model_get_no_cross_validated_scores() -> None:
    rows, labels = two_clouds(20)
    fold_of = np.array([IN_EVERY_MODEL] * 2 + [0, 1] * 9)
    assert len(NearnessFit(rows, labels, fold_of, NearnessSettings()).cross_validated_scores([0, 1])) == 18


def test_a_fold_is_judged_without_its_own_votes() -> None:
    rows = np.eye(4, dtype=np.float32)
    labels = np.array([0, 1, 0, 1])
    scores = NearnessFit(rows, labels, np.arange(4), NearnessSettings()).cross_validated_scores(range(4))
    assert (
        scores.argmax(axis=1) != labels
    ).all()  # alone in its corner, each goes with the other class's majority
