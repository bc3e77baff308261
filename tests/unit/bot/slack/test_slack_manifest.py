"""The app manifest names what the code needs, and nothing the page about Slack does not explain."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from aiohttp import web

from bot.channels.slack.routes import SlackRoutes

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    text = (ROOT / "bot/channels/slack/manifest.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_its_addresses_are_the_routes(manifest: dict[str, Any]) -> None:
    app = web.Application()
    SlackRoutes.__new__(SlackRoutes).add_to(app)
    routes = {resource.canonical for resource in app.router.resources()}
    settings = manifest["settings"]
    named = {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        manifest["features"]["slash_commands"][0]["url"],
    }
    assert {urlsplit(address).path for address in named} == routes


def test_every_scope_is_explained(manifest: dict[str, Any]) -> None:
    page = (ROOT / "docs/slack.md").read_text(encoding="utf-8")
    table = page.split("## Scopes")[1].split("## ")[0]
    for scope in manifest["oauth_config"]["scopes"]["bot"]:
        assert f"`{scope}`" in table, scope


def test_customers_may_write_to_the_bot(manifest: dict[str, Any]) -> None:
    home = manifest["features"]["app_home"]
    assert home["messages_tab_enabled"] and not home["messages_tab_read_only_enabled"]
