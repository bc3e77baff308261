"""Makes one graph for ONNX Runtime of an encoder's weights, with 8-bit matrices.

The graph takes a batch of texts of equal length as table rows with their positions added, and gives the mean
over the tokens after each wanted layer. Texts of one length need no padding and no mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from bot.engine.components.encoders.encoder import INPUT
from bot.engine.components.encoders.quantising import quantised
from bot.engine.components.encoders.weights import Dense, Layer, Norm, Weights

_OPERATORS, _EXTENSIONS, _FORMAT = 18, 1, 9  # versions that ONNX Runtime 1.23 and newer read
_RUNTIME = "com.microsoft"  # ONNX Runtime's own fused operators


def build_graph(weights: Weights, layers: Sequence[int]) -> bytes:
    """The graph whose outputs are the means after `layers` (counted from 1), in that order."""
    builder = _Builder(weights.heads, weights.epsilon)
    rows = builder.normalise(INPUT, weights.norm, "start")
    outputs: dict[int, str] = {}
    for number, layer in enumerate(weights.layers[: max(layers)], start=1):
        rows = builder.layer(rows, layer, f"layer{number}")
        if number in layers:
            outputs[number] = builder.mean(rows, f"mean{number}")
    return builder.model([outputs[number] for number in layers], weights.words.shape[1]).SerializeToString()


class _Builder:
    """Collects operators and constants; each method answers the name of what it computes."""

    def __init__(self, heads: int, epsilon: float) -> None:
        self._heads, self._epsilon = heads, epsilon
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
        over_tokens = self._constant(np.array([1], dtype=np.int64), f"{name}.axis")
        return self._add("ReduceMean", [rows, over_tokens], name, keepdims=0)

    def model(self, outputs: list[str], width: int) -> ModelProto:
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["texts", "tokens", width])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", width]) for name in outputs],
            self._constants,
        )
        versions = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_RUNTIME, _EXTENSIONS)]
        return helper.make_model(graph, opset_imports=versions, ir_version=_FORMAT)

    def _attention(self, rows: str, dense: Dense, name: str) -> str:
        together = self._multiply(rows, dense, f"{name}.attention")
        sizes = self._constant(np.array([dense.bias.size // 3] * 3, dtype=np.int64), f"{name}.thirds")
        parts = [f"{name}.{part}" for part in ("queries", "keys", "values")]
        self._nodes.append(helper.make_node("Split", [together, sizes], parts, axis=-1))
        bias = self._constant(dense.bias, f"{name}.attention.bias")
        return self._own("MultiHeadAttention", [*parts, bias], f"{name}.heads", num_heads=self._heads)

    def _multiply(self, rows: str, dense: Dense, name: str) -> str:
        matrix, scales = quantised(dense.matrix, axis=0)
        inputs = [
            rows,
            self._constant(matrix, f"{name}.matrix"),
            self._constant(scales, f"{name}.scales"),
        ]
        return self._own("DynamicQuantizeMatMul", inputs, name)

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
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
