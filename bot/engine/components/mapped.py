"""Arrays of a stored model of which a message needs a few rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_array(file: Path, array: np.ndarray) -> None:
    """Writes the array so that `mapped_array` can read it."""
    np.save(file, array, allow_pickle=False)


def mapped_array(file: Path) -> np.ndarray:
    """The array in a file: pages are read when a row of them is looked at, the others take no memory.

    The file may be deleted meanwhile; its pages stay until the array is gone.
    """
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
