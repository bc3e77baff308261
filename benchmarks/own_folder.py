"""A folder for a benchmark's stores and logs: a million customers are gigabytes nobody looks at again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_folder(*, keep: bool = False) -> Iterator[Path]:
    """Removed at the end and when it is stopped; kept where asked for, and where something failed."""
    folder = Path(tempfile.mkdtemp(prefix="kotha-bench-"))
    try:
        yield folder
    except Exception:
        print(f"logs and stores are kept: {folder}")
        raise
    except BaseException:  # stopped by whoever started it
        _end(folder, keep=keep)
        raise
    _end(folder, keep=keep)


def _end(folder: Path, *, keep: bool) -> None:
    if keep:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
