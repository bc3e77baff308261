"""The published description, made of the very table the routes are registered from."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from bot.console.bodies import Nothing
from bot.console.permissions import BY_ROLE, BY_SCOPE, Permission
from bot.console.principals import COOKIE, CSRF_HEADER
from bot.console.routing import PREFIX, Route
from bot.console.shapes import ErrorObject

REF: Final = "#/components/schemas/{model}"
_PATH_NAME: Final = re.compile(r"\{(\w+)\}")
ABOUT: Final = (
    "Everything the agents' console does. A browser logs in and sends the header "
    f"`{CSRF_HEADER}` with every change; a program sends an API token as `Authorization: Bearer kotha_…`. "
    "UTF-8 JSON, times RFC 3339 in UTC, money in integer minor units. The frames of the socket are described "
    "in docs/contracts/console.md; they carry the same objects."
)


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes."""
    schemas = _Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, schemas)
    error = schemas.of(ErrorObject)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kotha agents' console",
            "version": "1.0.0",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": ABOUT,
        },
        "servers": [{"url": "/", "description": "This gateway"}],
        "tags": [{"name": name} for name in sorted({_tag(route) for route in routes})],
        "paths": paths,
        "components": {
            "schemas": schemas.collected,
            "responses": {
                "Refused": {
                    "description": "A refusal: `code` for programs, `message` for people",
                    "content": {"application/json": {"schema": error}},
                }
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


class _Schemas:
    """Collects the schemas that are referred to."""

    def __init__(self) -> None:
        self.collected: dict[str, Any] = {}

    def of(self, kind: Any, *, of_query: bool = False) -> dict[str, Any]:
        """The schema of a type, or a reference to it."""
        schema = dict(_schema_of(kind))
        self.collected.update(schema.pop("$defs", {}))
        if of_query or "$ref" in schema or not schema.get("title"):
            return schema
        self.collected[schema["title"]] = schema
        return {"$ref": REF.format(model=schema["title"])}


@cache
def _schema_of(kind: Any) -> dict[str, Any]:
    return TypeAdapter(kind).json_schema(ref_template=REF)


_UPLOAD: Final = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}


def _operation(route: Route, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "tags": [_tag(route)],
        "operationId": operation_id(route),
        "summary": route.summary,
        "description": _who(route),
        "security": _security(route),
        "parameters": [*_path_parameters(route), *_query_parameters(route, schemas)],
        "responses": _responses(route, schemas),
        "x-permission": route.needs.value,
    }
    if route.is_change and route.file:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD}}}
    elif route.is_change and route.takes is not Nothing:
        content = {"application/json": {"schema": schemas.of(route.takes)}}
        needed = any(field.is_required() for field in route.takes.model_fields.values())
        operation["requestBody"] = {"required": needed, "content": content}
    return operation


def operation_id(route: Route) -> str:
    """A name for programs, such as `post_conversations_claim`; also the kind in the audit log."""
    words = [word for word in re.split(r"[^a-z]+", _PATH_NAME.sub("", route.path)) if word]
    ends_with_id = route.path.endswith("}")
    return "_".join([route.method.lower(), *words, *(["one"] if ends_with_id else [])])


def _tag(route: Route) -> str:
    return route.path.strip("/").split("/")[0]


def _who(route: Route) -> str:
    if route.needs is Permission.PUBLIC:
        return "Open to everybody."
    roles = [role for role, permissions in BY_ROLE.items() if route.needs in permissions]
    scopes = [str(scope) for scope, permissions in BY_SCOPE.items() if route.needs in permissions]
    by_token = f"tokens with {' or '.join(scopes)}" if scopes else "no tokens"
    return f"Needs `{route.needs}`: roles {', '.join(roles)}; {by_token}."


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.needs is Permission.PUBLIC:
        return []
    by_token = any(route.needs in permissions for permissions in BY_SCOPE.values())
    schemes: list[dict[str, list[str]]] = [{"session": []}]
    return [*schemes, {"token": []}] if by_token else schemes


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_NAME.findall(route.path)
    ]


def _query_parameters(route: Route, schemas: _Schemas) -> list[dict[str, Any]]:
    if route.is_change or not issubclass(route.takes, BaseModel):
        return []
    schema = schemas.of(route.takes, of_query=True)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _plain(wanted)}
        for name, wanted in schema.get("properties", {}).items()
    ]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: what may be left out is just not required."""
    arms = [arm for arm in schema.get("anyOf", []) if arm.get("type") != "null"]
    if len(arms) == 1:
        return dict(arms[0])
    return {key: value for key, value in schema.items() if key != "title"}


def _responses(route: Route, schemas: _Schemas) -> dict[str, Any]:
    refused = {"$ref": "#/components/responses/Refused"}
    responses: dict[str, Any] = {}
    for status in (route.status, *route.also):
        responses[str(status)] = _good(route, status, schemas)
    codes = ", ".join(("bad_frame", *route.refuses))
    responses["default"] = refused
    responses["4XX"] = {
        "description": f"Refused; among others: {codes}",
        "content": {"application/json": {"schema": schemas.of(ErrorObject)}},
    }
    return responses


def _good(route: Route, status: int, schemas: _Schemas) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done" if route.is_change else "What was asked for"}
    if route.file and not route.is_change:
        good["content"] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if route.gives is not None and status not in (101, 204):
        good["content"] = {"application/json": {"schema": schemas.of(route.gives)}}
    return good
