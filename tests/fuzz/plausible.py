"""Values of the shape a pydantic model wants: breaking one place of them gets past the first check."""

import random
from typing import Any, Final
from uuid import uuid4

from pydantic import BaseModel

WORDS: Final = (
    "hello",
    "ঠিক আছে",
    "KB-10001",
    "2026-11-22",
    "10:00",
    "2026-11-22T10:00:00Z",
    "rahima@shop.example",
)


def plausible(model: type[BaseModel], chance: random.Random) -> dict[str, Any]:
    """Some of the model's fields, each with a value of its type."""
    schema = model.model_json_schema()
    made = _of(schema, schema.get("$defs", {}), chance)
    return made if isinstance(made, dict) else {}


def _of(schema: dict[str, Any], defs: dict[str, Any], chance: random.Random) -> Any:
    if "$ref" in schema:
        return _of(defs[schema["$ref"].rpartition("/")[2]], defs, chance)
    for many in ("anyOf", "oneOf", "allOf"):
        if many in schema:
            return _of(chance.choice(schema[many]), defs, chance)
    if "const" in schema or "enum" in schema:
        return chance.choice(schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "object":
            return _object(schema, defs, chance)
        case "array":
            items = schema["prefixItems"] if "prefixItems" in schema else [schema.get("items", {})]
            return [_of(item, defs, chance) for item in items]
        case kind:
            return _plain(str(kind), schema, chance)


def _object(schema: dict[str, Any], defs: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    required = schema.get("required", ())
    return {
        name: _of(inner, defs, chance)
        for name, inner in schema.get("properties", {}).items()
        if name in required or chance.random() < 0.7
    }


def _plain(kind: str, schema: dict[str, Any], chance: random.Random) -> Any:
    match kind:
        case "integer" | "number":
            return chance.choice((schema.get("minimum", 0), schema.get("maximum", 5), 1))
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
    return str(uuid4()) if schema.get("format") == "uuid" else chance.choice(WORDS)
