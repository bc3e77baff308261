"""Makes one graph for ONNX Runtime of an encoder's weights, with 8-bit matrices.

The graph takes several texts as one row of tokens, one text behind the other, so that the matrices, which do
not fit into the processor's caches, are fetched once for all of them. An added mask keeps texts from looking
at one another. The steps in which a matrix's inputs are rounded are fixed when the graph is made, by what
inputs some texts give: a text's vectors must not depend on which texts it came with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from bot.engine.components.encoders.encoder import MASK, ROWS, SHARES
from bot.engine.components.encoders.quantising import quantised
from bot.engine.components.encoders.weights import Dense, Layer, Norm, Weights

Range = tuple[float, float]
_OPERATORS, _EXTENSIONS, _FORMAT = 18, 1, 9  # versions that ONNX Runtime 1.23 and newer read
_RUNTIME = "com.microsoft"  # ONNX Runtime's own fused operators
_STEPS = 255  # of a matrix's inputs, as bytes
_SMALLEST_RANGE = 1e-6  # inputs that are all zero have no range of their own


def build_graph(weights: Weights, layers: Sequence[int], ranges: Mapping[str, Range]) -> bytes:
    """The graph whose output are the means after `layers` (counted from 1), in that order.

    `ranges` are those of the matrices' inputs, by the names `build_measuring_graph` gives them.
    """
    return _build(_Builder(weights.heads, weights.epsilon, ranges), weights, layers)


def build_measuring_graph(weights: Weights) -> tuple[bytes, list[str]]:
    """A graph that rounds nothing, whose outputs are the least and the greatest input of each matrix."""
    builder = _Measuring(weights.heads, weights.epsilon, {})
    return _build(builder, weights, [len(weights.layers)]), builder.measured


def _build(builder: _Builder, weights: Weights, layers: Sequence[int]) -> bytes:
    rows = builder.normalise(ROWS, weights.norm, "start")
    means: dict[int, str] = {}
    for number, layer in enumerate(weights.layers[: max(layers)], start=1):
        rows = builder.layer(rows, layer, f"layer{number}")
        if number in layers:
            means[number] = builder.mean(rows, f"mean{number}")
    return builder.model([means[number] for number in layers], weights.words.shape[1]).SerializeToString()


class _Builder:
    """Collects operators and constants; each method answers the name of what it computes."""

    def __init__(self, heads: int, epsilon: float, ranges: Mapping[str, Range]) -> None:
        self._heads, self._epsilon, self._ranges = heads, epsilon, ranges
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def normalise(self, rows: str, norm: Norm, name: str) -> str:
        inputs = [
            rows,
            self._constant(norm.scale, f"{name}.scale"),
            self._constant(norm.shift, f"{name}.shift"),
        ]
        return self._add("LayerNormalization", inputs, name, axis=-1, epsilon=self._epsilon)

    def layer(self, rows: str, layer: Layer, name: str) -> str:
        attended = self._multiply(
            self._attention(rows, layer.attention, name), layer.attended, f"{name}.attended"
        )
        rows = self._join(attended, rows, layer.attended.bias, layer.attended_norm, f"{name}.middle")
        wide = self._multiply(rows, layer.widened, f"{name}.wide")
        wide = self._own(
            "BiasGelu", [wide, self._constant(layer.widened.bias, f"{name}.wide.bias")], f"{name}.gelu"
        )
        narrow = self._multiply(wide, layer.narrowed, f"{name}.narrow")
        return self._join(narrow, rows, layer.narrowed.bias, layer.narrowed_norm, f"{name}.end")

    def mean(self, rows: str, name: str) -> str:
        return self._add("MatMul", [SHARES, rows], name)

    def model(self, means: list[str], width: int) -> ModelProto:
        self._add("Concat", means, "means", axis=0)
        inputs = {
            ROWS: [1, "tokens", width],
            MASK: [1, 1, "tokens", "tokens"],
            SHARES: [1, "texts", "tokens"],
        }
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [_described(name, shape) for name, shape in inputs.items()],
            self._outputs([len(means), "texts", width]),
            self._constants,
        )
        versions = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_RUNTIME, _EXTENSIONS)]
        return helper.make_model(graph, opset_imports=versions, ir_version=_FORMAT)

    def _outputs(self, means: list[Any]) -> list[Any]:
        return [_described("means", means)]

    def _attention(self, rows: str, dense: Dense, name: str) -> str:
        together = self._multiply(rows, dense, f"{name}.attention")
        sizes = self._constant(np.array([dense.bias.size // 3] * 3, dtype=np.int64), f"{name}.thirds")
        parts = [f"{name}.{part}" for part in ("queries", "keys", "values")]
        self._nodes.append(helper.make_node("Split", [together, sizes], parts, axis=-1))
        bias = self._constant(dense.bias, f"{name}.attention.bias")
        inputs = [*parts, bias, "", MASK]
        return self._own("MultiHeadAttention", inputs, f"{name}.heads", num_heads=self._heads)

    def _multiply(self, rows: str, dense: Dense, name: str) -> str:
        matrix, scales = quantised(dense.matrix, axis=0)
        step, zero = _rounding(*self._ranges[name])
        constants = {"step": step, "zero": zero, "matrix": matrix, "scales": scales}
        of = {key: self._constant(value, f"{name}.{key}") for key, value in constants.items()}
        rounded = self._add("QuantizeLinear", [rows, of["step"], of["zero"]], f"{name}.rounded")
        inputs = [rounded, of["matrix"], of["step"], of["scales"], of["zero"]]
        return self._own("MatMulIntegerToFloat", inputs, name)

    def _join(self, rows: str, before: str, bias: np.ndarray, norm: Norm, name: str) -> str:
        constants = {"scale": norm.scale, "shift": norm.shift, "bias": bias}
        inputs = [rows, before, *(self._constant(value, f"{name}.{key}") for key, value in constants.items())]
        return self._own("SkipLayerNormalization", inputs, name, epsilon=self._epsilon)

    def _own(self, operator: str, inputs: list[str], name: str, **settings: Any) -> str:
        return self._add(operator, inputs, name, domain=_RUNTIME, **settings)

    def _add(self, operator: str, inputs: list[str], name: str, **settings: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [name], **settings))
        return name

    def _constant(self, values: np.ndarray, name: str) -> str:
        self._constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name


class _Measuring(_Builder):
    """The same with 32 bits, which tells what goes into each matrix."""

    def __init__(self, heads: int, epsilon: float, ranges: Mapping[str, Range]) -> None:
        super().__init__(heads, epsilon, ranges)
        self.measured: list[str] = []

    def _multiply(self, rows: str, dense: Dense, name: str) -> str:
        ends = [
            self._add(operator, [rows], f"{name}.{operator}", keepdims=0)
            for operator in ("ReduceMin", "ReduceMax")
        ]
        self._add("Concat", [self._flat(end) for end in ends], f"{name}.range", axis=0)
        self.measured.append(name)
        return self._add("MatMul", [rows, self._constant(dense.matrix, f"{name}.matrix")], name)

    def _flat(self, number: str) -> str:
        return self._add(
            "Reshape", [number, self._constant(np.array([1]), f"{number}.shape")], f"{number}.flat"
        )

    def _outputs(self, means: list[Any]) -> list[Any]:
        return [_described(f"{name}.range", [2]) for name in self.measured]


def _described(name: str, shape: list[Any]) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _rounding(least: float, greatest: float) -> tuple[np.ndarray, np.ndarray]:
    """The step between two bytes, and the byte that stands for zero."""
    least, greatest = min(least, 0.0), max(greatest, 0.0)
    step = max(greatest - least, _SMALLEST_RANGE) / _STEPS
    return np.array(step, dtype=np.float32), np.array(round(-least / step), dtype=np.uint8)
