"""Imports Rasa's dialogue code without TensorFlow (docs/decisions/engine-without-tensorflow.md).

`rasa.core.processor` imports TensorFlow only because two helper modules that it never calls when serving
(`rasa.utils.tensorflow.callback` and `.data_generator`) inherit from two of its classes. While those two are
imported, and only then, `tensorflow` is a placeholder: its attributes may be named and inherited from, and
nothing else. Afterwards the placeholder is gone, and `import tensorflow` gives the real one again.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

NEEDING_ONLY_NAMES = ("rasa.utils.tensorflow.callback", "rasa.utils.tensorflow.data_generator")


class TensorFlowLeftOut(RuntimeError):
    """Code that computes with TensorFlow was reached in a process that left it out; see model_file.py."""


class _Placeholder(type):
    """A class standing for something of TensorFlow: it can be inherited from and named, not called."""

    def __getattr__(cls, name: str) -> _Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Placeholder(name, (), {})

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise TensorFlowLeftOut(f"{cls.__name__}: {TensorFlowLeftOut.__doc__}")


class _PlaceholderModule(ModuleType):
    def __getattr__(self, name: str) -> _Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Placeholder(name, (), {})


class _PlaceholderFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "tensorflow":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _PlaceholderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: a placeholder is empty."""


def leave_out_tensorflow() -> None:
    """Import the two modules over the placeholder, once; what is imported later finds them there.

    Does nothing when the real TensorFlow (or Rasa's use of it) is already loaded.
    """
    if "tensorflow" in sys.modules or NEEDING_ONLY_NAMES[0] in sys.modules:
        return
    with _placeholder():
        for name in NEEDING_ONLY_NAMES:
            importlib.import_module(name)


@contextmanager
def _placeholder() -> Iterator[None]:
    finder = _PlaceholderFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == "tensorflow"]:
            del sys.modules[name]
