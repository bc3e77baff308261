"""Results of use cases as JSON and back, so that a repeated action gets the very answer of its first run."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from crm_store.domain.conversations import JsonObject

T = TypeVar("T")


def dump_result(result: object) -> JsonObject:
    """A dataclass instance as a JSON object."""
    return cast("JsonObject", _dump(result))


def load_result(kind: type[T], recorded: JsonObject) -> T:
    """The dataclass instance that `dump_result` made `recorded` of."""
    return cast("T", _load(kind, recorded))


def _dump(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _dump(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_dump(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


_SCALARS: Final[Mapping[object, Callable[[Any], object]]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def _load(kind: Any, value: Any) -> object:
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _load(next(arm for arm in get_args(kind) if arm is not type(None)), value)
    if origin is tuple:
        return tuple(_load(get_args(kind)[0], item) for item in value)
    if kind in _SCALARS:
        return _SCALARS[kind](value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return cast("Any", kind)(**{name: _load(hints[name], item) for name, item in value.items()})
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
