"""Matrices as whole numbers."""

from __future__ import annotations

import numpy as np

_LARGEST = 127.0
_SMALLEST_SCALE = 1e-8  # a line of zeros has no scale of its own


def quantised(matrix: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers from -127 to 127, and what one unit of each line along `axis` is worth."""
    scales = np.maximum(np.abs(matrix).max(axis=axis), _SMALLEST_SCALE) / _LARGEST
    return np.round(matrix / np.expand_dims(scales, axis)).astype(np.int8), scales.astype(np.float32)
