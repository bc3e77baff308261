"""A Telegram and a Slack of our own beside the service: Kotha is given settings that fit them."""

import json

import pytest

from bot.settings import load_settings
from tools import messengers, supervisor

GATEWAY = "http://127.0.0.1:8080"


def test_the_settings_are_ones_kotha_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTHA_ENGINE_SECRET", "x" * 32)
    for name, value in messengers.settings(GATEWAY).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.telegram_mode == "polling"
    assert list(settings.telegram_bots) == ["kotha_bot"]
    [token] = settings.slack_bot_tokens.values()
    assert token.get_secret_value().startswith("xoxb-")


def test_both_programs_know_where_kotha_is() -> None:
    telegram, slack = messengers.programs({}, GATEWAY)
    assert telegram.command[2] == "tests.fakes.telegram"
    assert slack.command[-1] == f"{GATEWAY}/api/slack"


def test_the_tokens_are_those_of_the_programs() -> None:
    """The programs make theirs themselves: two starts have to agree."""
    one, other = messengers.settings(GATEWAY), messengers.settings(GATEWAY)
    assert json.loads(one["KOTHA_SLACK_BOT_TOKENS"]) == json.loads(other["KOTHA_SLACK_BOT_TOKENS"])


def test_an_argument_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert supervisor.main(["--mesengers"]) == 2
    assert "--messengers" in capsys.readouterr().err
