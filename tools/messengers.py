"""`make run ARGS=--messengers`: a Telegram and a Slack of our own beside the service, to chat with it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.slack import __main__ as slack
from tests.fakes.telegram import __main__ as telegram
from tools.environments import SERVICE
from tools.processes import Program
from tools.progress import ROOT

SLACK_ROUTES = "/api/slack"
PAGE = "http://127.0.0.1:{port}/fake"


def settings(gateway: str) -> dict[str, str]:
    """Kotha's settings for both; `gateway` is where Slack delivers to."""
    workspace = slack.read_arguments(["--webhook", gateway + SLACK_ROUTES])
    # Telegram is polled: so the page also works when only one of the two can reach the other.
    return {
        **telegram.kotha_settings(telegram.read_arguments([])),
        **slack.kotha_settings(slack.build(workspace), workspace),
    }


def programs(env: Mapping[str, str], gateway: str) -> list[Program]:
    """The two programs; they keep everything in memory and forget it with Ctrl-C."""
    python = str(SERVICE.python)
    return [
        Program("telegram", [python, "-m", "tests.fakes.telegram"], env, ROOT),
        Program("slack", [python, "-m", "tests.fakes.slack", "--webhook", gateway + SLACK_ROUTES], env, ROOT),
    ]


def ports() -> list[tuple[int, str]]:
    """The ports of the two pages, and whose they are."""
    return [(telegram.PORT, "the fake Telegram"), (slack.PORT, "the fake Slack")]


def banner() -> list[str]:
    """Where to chat."""
    return [
        f"Telegram:        {PAGE.format(port=telegram.PORT)}   (a stand-in on this machine)",
        f"Slack:           {PAGE.format(port=slack.PORT)}   (a stand-in on this machine)",
    ]
