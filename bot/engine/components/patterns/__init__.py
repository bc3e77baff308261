"""Pattern data of the entity extractor, one YAML file per entity, and how to read it."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml  # type: ignore[import-untyped]  # no stubs in the engine's environment

from bot.engine.components.text import composed

# Every scalar is text, so that the words "no" and "on" stay words; in C it reads ten times as fast.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_patterns(name: str) -> dict[str, Any]:
    """The content of `<name>.yml` in this folder."""
    written = resources.files(__package__).joinpath(f"{name}.yml").read_text(encoding="utf-8")
    text = composed(written)  # the patterns meet normalised text, where these letters are single
    content = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  builds nothing but text, lists and mappings
    if not isinstance(content, dict):
        raise TypeError(f"patterns/{name}.yml must hold a mapping at its top level")
    return content
