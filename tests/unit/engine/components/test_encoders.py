"""The encoders: their packages, their tokenizers, and the graph made of them."""

from pathlib import Path

import numpy as np
import pytest

from bot.engine.components.encoders import catalogue
from bot.engine.components.encoders.encoder import Encoder, make_encoder
from bot.engine.components.encoders.errors import EncoderMissing, EncoderUnknown
from bot.engine.components.encoders.quantising import quantised
from bot.engine.components.encoders.rounding import input_ranges
from bot.engine.components.encoders.transformer import build_graph
from bot.engine.components.encoders.unigrams import FIRST, LAST, UNKNOWN, Unigrams
from bot.engine.components.encoders.weights import Dense, Layer, Norm, Weights, package_folder
from bot.engine.components.encoders.wordpieces import WordPieces

WIDTH, HEADS = 32, 4


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def tiny_weights(words: int, layers: int = 2) -> Weights:
    numbers = np.random.default_rng(3)

    def array(*shape: int) -> np.ndarray:
        return numbers.normal(0, 0.2, shape).astype(np.float32)

    def norm() -> Norm:
        return Norm(1 + array(WIDTH), array(WIDTH))

    def layer() -> Layer:
        return Layer(
            attention=Dense(array(WIDTH, 3 * WIDTH), array(3 * WIDTH)),
            attended=Dense(array(WIDTH, WIDTH), array(WIDTH)),
            attended_norm=norm(),
            widened=Dense(array(WIDTH, 4 * WIDTH), array(4 * WIDTH)),
            narrowed=Dense(array(4 * WIDTH, WIDTH), array(WIDTH)),
            narrowed_norm=norm(),
        )

    rows, positions = array(words, WIDTH), array(80, WIDTH)
    return Weights(HEADS, 1e-12, rows, positions, norm(), tuple(layer() for _ in range(layers)))


def tiny_tokenizer() -> Unigrams:
    pieces = ["\u2581", "\u2581order", "\u2581koi", "or", "der", "k", "o", "i", "\u2581que", "r", "y", ":"]
    return Unigrams(pieces, [-1.0 * (4 - len(piece) / 3) for piece in pieces], -20.0)


def made_of(weights: Weights) -> Encoder:
    tokenizer = tiny_tokenizer()
    ranges = input_ranges(weights, tokenizer, ["order koi", "koi", "order order"])
    return make_encoder(build_graph(weights, (2, 1), ranges), tokenizer, weights.words, weights.positions)


@pytest.fixture
def tiny_encoder() -> Encoder:
    return made_of(tiny_weights(15))


def by_hand(weights: Weights, numbers: list[int]) -> list[np.ndarray]:
    """The same computation in plain NumPy, without whole numbers: the mean after each layer."""

    def normalise(rows: np.ndarray, norm: Norm) -> np.ndarray:
        middle, spread = rows.mean(-1, keepdims=True), rows.var(-1, keepdims=True)
        return np.asarray((rows - middle) / np.sqrt(spread + weights.epsilon) * norm.scale + norm.shift)

    def attend(rows: np.ndarray, dense: Dense) -> np.ndarray:
        parts = np.split(rows @ dense.matrix + dense.bias, 3, axis=-1)
        queries, keys, values = (part.reshape(len(rows), HEADS, -1).transpose(1, 0, 2) for part in parts)
        near = np.exp(queries @ keys.transpose(0, 2, 1) / np.sqrt(WIDTH / HEADS))
        heads = near / near.sum(-1, keepdims=True) @ values
        return np.asarray(heads.transpose(1, 0, 2).reshape(len(rows), -1))

    from scipy.special import erf

    rows = normalise(weights.words[numbers] + weights.positions[: len(numbers)], weights.norm)
    means = []
    for layer in weights.layers:
        attended = attend(rows, layer.attention) @ layer.attended.matrix + layer.attended.bias
        rows = normalise(rows + attended, layer.attended_norm)
        wide = rows @ layer.widened.matrix + layer.widened.bias
        wide = wide * (1 + erf(wide / np.sqrt(2))) / 2
        rows = normalise(rows + wide @ layer.narrowed.matrix + layer.narrowed.bias, layer.narrowed_norm)
        means.append(rows.mean(0))
    return means


def test_the_graph_computes_what_a_transformer_computes() -> None:
    weights = tiny_weights(15)
    first, second = by_hand(weights, tiny_tokenizer().tokens("order koi", 64))
    after_two, after_one = made_of(weights).encode(["order koi"])
    assert likeness(after_two[0], second) > 0.99
    assert likeness(after_one[0], first) > 0.99


def test_many_texts_come_back_in_their_order(tiny_encoder: Encoder) -> None:
    texts = ["order koi", "koi", "order", "koi koi koi", "koi"]
    together = tiny_encoder.encode_many(texts)
    for number, text in enumerate(texts):
        assert likeness(tiny_encoder.encode([text])[0, 0], together[0, number]) > 0.9999


def test_company_changes_nothing(tiny_encoder: Encoder) -> None:
    company = [f"order {'koi ' * count}" for count in range(60)]  # more than are encoded at once
    among_others = tiny_encoder.encode([*company, "koi order", *company])[:, len(company)]
    # What differs is how sums are rounded.
    assert np.allclose(tiny_encoder.encode(["koi order"])[:, 0], among_others, atol=0.02)


def test_a_stored_encoder_is_the_same(tiny_encoder: Encoder, tmp_path: Path) -> None:
    tiny_encoder.save(tmp_path)
    stored = Encoder.read(tmp_path)
    assert np.array_equal(tiny_encoder.encode(["order koi"]), stored.encode(["order koi"]))


def test_a_long_story_is_cut(tiny_encoder: Encoder) -> None:
    assert np.isfinite(tiny_encoder.encode(["order koi " * 1000])).all()


def test_unigrams_take_the_likeliest_pieces() -> None:
    pieces = ["\u2581order", "\u2581or", "der", "\u2581", "que", "ry", ":"]
    tokenizer = Unigrams(pieces, [-1.0, -2.0, -2.0, -3.0, -4.0, -4.0, -4.0], -20.0)
    tokens = tokenizer.tokens("order", 64)
    assert (tokens[0], tokens[-1], tokens[-2]) == (FIRST, LAST, 3)
    assert UNKNOWN in tokenizer.tokens("仮", 64)
    assert len(tokenizer.tokens("order " * 100, 10)) == 10


def test_word_pieces_take_the_longest_known_beginning() -> None:
    tokenizer = WordPieces(["[UNK]", "[CLS]", "[SEP]", "refund", "##s", "re", "?"])
    assert tokenizer.tokens("Refunds?", 64) == [1, 3, 4, 6, 2]
    assert tokenizer.tokens("xyz", 64) == [1, 0, 2]


def test_whole_numbers_keep_each_line_within_half_a_unit() -> None:
    matrix = np.random.default_rng(1).normal(0, 1, (6, 9)).astype(np.float32)
    numbers, scales = quantised(matrix, axis=1)
    assert np.abs(numbers * scales[:, None] - matrix).max() <= scales.max() / 2 + 1e-6


@pytest.mark.parametrize(
    ("name", "near", "one", "far"),
    [
        ("minilm", "where is my parcel", "track my package", "what a lovely song"),
        ("e5", "আমার অর্ডার কোথায়", "where is my order", "আমি গান শুনতে ভালোবাসি"),
    ],
)
def test_what_means_the_same_is_nearer(name: str, near: str, one: str, far: str) -> None:
    last, *_ = catalogue.make(name, [one, near, far]).encode_many([one, near, far])
    assert likeness(last[0], last[1]) > likeness(last[0], last[2]) + 0.02


def test_an_unknown_encoder_is_named() -> None:
    with pytest.raises(EncoderUnknown, match="e5, minilm"):
        catalogue.make("elmo", [])


def test_a_missing_package_is_named() -> None:
    with pytest.raises(EncoderMissing, match="no_such_package"):
        package_folder("no_such_package")
