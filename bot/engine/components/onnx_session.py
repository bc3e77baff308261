"""How a graph is run by ONNX Runtime here."""

from __future__ import annotations

from pathlib import Path

import onnxruntime  # type: ignore[import-untyped]  # it ships no types


def session_of(graph: bytes | Path) -> onnxruntime.InferenceSession:
    """A session with one thread: a message is too small to share, and every process has its own core.

    Of a file nothing but what the session needs stays in memory; bytes are kept beside it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
