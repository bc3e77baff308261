"""A nearness model as a graph for ONNX Runtime, its landmarks in 8 bits.

The comparison of a message with every landmark reads all of them, and how long that takes is a matter of how
many bytes they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

ROWS, SCORES = "rows", "scores"
_OPERATORS, _EXTENSIONS, _FORMAT = 18, 1, 9  # versions that ONNX Runtime 1.23 and newer read
_RUNTIME = "com.microsoft"  # ONNX Runtime's own operators
_BITS, _MIDDLE, _LARGEST = 8, 128, 127
_BLOCK = 32  # numbers that share a scale
_EIGHT_BIT_INPUT = 4  # the operator's `accuracy_level` at which the message is made of whole numbers, too
_SMALLEST_SCALE = 1e-8  # a block of zeros has no scale of its own


def build_graph(landmarks: np.ndarray, votes: np.ndarray, reach: float, widths: Sequence[int]) -> bytes:
    """The graph of what `nearness.NearnessModel` with these values computes."""
    builder = _Builder()
    edges = [0, *np.cumsum(widths).tolist()]
    parts = [f"part{number}" for number in range(len(widths))]
    builder.split(ROWS, [int(width) for width in widths], parts)
    near = [
        builder.nearness(part, landmarks[:, start:end], reach)
        for part, (start, end) in zip(parts, pairwise(edges), strict=True)
    ]
    builder.add("Mean", near, "near")
    builder.add("MatMul", ["near", builder.constant(votes.astype(np.float32), "votes")], SCORES)
    return builder.model(edges[-1], votes.shape[1])


class _Builder:
    """Collects operators and constants; methods answer the name of what they compute."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def split(self, rows: str, widths: list[int], parts: list[str]) -> None:
        sizes = self.constant(np.array(widths, dtype=np.int64), "widths")
        self._nodes.append(helper.make_node("Split", [rows, sizes], parts, axis=1))

    def nearness(self, part: str, landmarks: np.ndarray, reach: float) -> str:
        alike = self._alike(part, landmarks)
        less = self.add("Sub", [alike, self.constant(np.float32(1), f"{part}.one")], f"{part}.less")
        scaled = self.add("Mul", [less, self.constant(np.float32(reach), f"{part}.reach")], f"{part}.scaled")
        return self.add("Exp", [scaled], f"{part}.near")

    def add(self, operator: str, inputs: list[str], name: str, **settings: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [name], **settings))
        return name

    def constant(self, values: Any, name: str) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def model(self, width: int, classes: int) -> bytes:
        graph = helper.make_graph(
            self._nodes,
            "nearness",
            [helper.make_tensor_value_info(ROWS, TensorProto.FLOAT, ["messages", width])],
            [helper.make_tensor_value_info(SCORES, TensorProto.FLOAT, ["messages", classes])],
            self._constants,
        )
        versions = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_RUNTIME, _EXTENSIONS)]
        return bytes(helper.make_model(graph, opset_imports=versions, ir_version=_FORMAT).SerializeToString())

    def _alike(self, part: str, landmarks: np.ndarray) -> str:
        """The scalar products of each message with each landmark."""
        count, width = landmarks.shape
        numbers, scales = _in_blocks(landmarks)
        inputs = [part, self.constant(numbers, f"{part}.numbers"), self.constant(scales, f"{part}.scales")]
        sizes = {"K": width, "N": count, "bits": _BITS, "block_size": _BLOCK}
        settings = {**sizes, "accuracy_level": _EIGHT_BIT_INPUT, "domain": _RUNTIME}
        return self.add("MatMulNBits", inputs, f"{part}.alike", **settings)


def _in_blocks(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers around `_MIDDLE`, shape (rows, blocks, `_BLOCK`), and a scale for each block."""
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % _BLOCK))).reshape(len(rows), -1, _BLOCK)
    scales = np.maximum(np.abs(padded).max(axis=-1), _SMALLEST_SCALE) / _LARGEST
    numbers = np.round(padded / scales[..., None]) + _MIDDLE
    return numbers.astype(np.uint8), scales.ravel().astype(np.float32)
