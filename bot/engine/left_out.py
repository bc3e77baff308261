"""Imports Rasa's dialogue code without what never answers (docs/decisions/engine-without-tensorflow.md).

`rasa.core.processor` imports TensorFlow, a dozen clients of chat platforms, brokers and databases, plotting
and testing; spaCy its command line. None of it is called when a model is served; modules only inherit from
its classes or name them. While they are imported, and only then, each of these is a placeholder: its
attributes may be named and inherited from, and nothing else. Afterwards the placeholders are gone, and
importing one of these modules gives the real one again.
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

LEFT_OUT = (
    "tensorflow",
    *("aiogram", "jwt", "questionary", "sanic", "slack_sdk", "socketio", "webexteamssdk"),  # Rasa's channels
    *("google.auth", "mattermostwrapper", "rocketchat_API", "fbmessenger", "twilio"),
    *("rasa.core.lock_store", "rasa.core.tracker_store"),  # an engine keeps nothing
    *("apscheduler", "dask"),  # reminders; Rasa's own way of running a graph, see graph_runner.py
    *("matplotlib", "rasa.core.test", "sklearn"),  # measuring and training
    "spacy.cli",
)
"""Modules; all below one is left out, too."""

_ABSENT = ("h5py",)  # imported by spaCy's thinc where it is there, never used; takes a quarter of a second
_IMPORTED_WITHOUT = (
    "rasa.utils.tensorflow.callback",
    "rasa.utils.tensorflow.data_generator",
    "rasa.utils.tensorflow.model_data",
    "rasa.core.processor",
    "rasa.core.policies.rule_policy",
    "spacy",
)


class LeftOut(RuntimeError):
    """Code that needs a module that serving leaves out was reached; take it off the list in left_out.py."""


class _Placeholder(type):
    """A class standing for something of such a module: it can be inherited from and named, not called."""

    def __getattr__(cls, name: str) -> _Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Placeholder(name, (), {})

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise LeftOut(f"{cls.__name__}: {LeftOut.__doc__}")


class _PlaceholderModule(ModuleType):
    def __getattr__(self, name: str) -> _Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Placeholder(name, (), {})


class _PlaceholderFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname in _ABSENT:
            raise ModuleNotFoundError(fullname, name=fullname)
        if not _is_left_out(fullname):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _PlaceholderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: a placeholder is empty."""


def leave_out_what_never_answers() -> None:
    """Import Rasa and spaCy over the placeholders, once; what is imported later finds them there.

    Does nothing when the real TensorFlow (or Rasa's use of it) is already loaded.
    """
    if "tensorflow" in sys.modules or _IMPORTED_WITHOUT[0] in sys.modules:
        return
    with _placeholders():
        for name in _IMPORTED_WITHOUT:
            importlib.import_module(name)


@contextmanager
def _placeholders() -> Iterator[None]:
    finder = _PlaceholderFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name, module in list(sys.modules.items()):
            if isinstance(module, _PlaceholderModule):
                del sys.modules[name]


def _is_left_out(name: str) -> bool:
    return any(name == left_out or name.startswith(f"{left_out}.") for left_out in LEFT_OUT)
