"""The published description fits the routes that are served."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession
from openapi_spec_validator import validate

from bot.app import Gateway, build_gateway
from bot.settings import load_settings
from bot.static import OPENAPI
from crm_store.sql import open_store

CONTRACT = Path(__file__).parents[3] / "docs" / "contracts" / "web-channel.md"
PAGES = {"/", "/demo", "/demo/", "/demo/{path}"}  # for people, not for programs


@pytest.fixture
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(OPENAPI.read_bytes())
    return loaded


@pytest.fixture
async def gateway() -> Gateway:
    settings = load_settings(engine_secret="e" * 32, demo=True, identity_keys={"k1": "k" * 32})
    async with ClientSession() as session:
        return build_gateway(settings, await open_store("sqlite:///nowhere.sqlite3"), session)


def test_it_is_valid_openapi(description: dict[str, Any]) -> None:
    validate(description)


async def test_every_route_is_described_and_every_description_served(
    description: dict[str, Any], gateway: Gateway
) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in gateway.app.router.routes()
        if route.resource
        and route.method not in ("HEAD", "OPTIONS")
        # The agents' console describes itself (tests/unit/console).
        and not route.resource.canonical.startswith(("/api/console", "/console"))
    }
    described = {
        (method.upper(), path)
        for path, operations in description["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert {(method, path) for method, path in served if path not in PAGES} == described


def test_every_refusal_code_is_described(description: dict[str, Any]) -> None:
    import re
    from pathlib import Path

    import bot

    folder = Path(str(bot.__file__)).parent
    folders = ("", "channels/web/", "demo/", "documents/")
    sources = [source for name in folders for source in folder.glob(f"{name}*.py")]
    codes = {
        code
        for source in sources
        for code in re.findall(r'Refusal\(\s*"([a-z_]+)"', source.read_text(encoding="utf-8"))
    }
    error = description["components"]["schemas"]["Error"]["properties"]["error"]["properties"]
    listed = set(re.findall(r"[a-z_]+", error["code"]["description"]))
    # `hello_expected` and `unknown_type` exist on the socket only.
    assert codes - {"hello_expected", "unknown_type"} <= listed
    assert len(codes) > 10


def test_the_contract_names_every_error_code_of_the_description(description: dict[str, Any]) -> None:
    code = description["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]
    described = set(re.findall(r"[a-z]+_[a-z_]+|unavailable|internal", code["description"]))
    missing = {name for name in described if f"`{name}`" not in CONTRACT.read_text()}
    assert missing == set()
