import json
from typing import Any

import pytest

from bot.errors import BadSettings
from bot.settings import Settings, load_settings

SECRET = "e" * 43


def make_settings(**changes: Any) -> Settings:
    return load_settings(**{"engine_secret": SECRET, **changes})


def test_defaults_listen_on_loopback_and_keep_data_in_var() -> None:
    settings = make_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.store_url == "sqlite:///var/kotha.sqlite3"
    assert settings.widgets == frozenset()


def test_missing_secret_is_one_line_that_says_what_to_set() -> None:
    with pytest.raises(BadSettings) as caught:
        load_settings()
    message = str(caught.value)
    assert "KOTHA_ENGINE_SECRET is not set" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KOTHA_PORT", "70000", "KOTHA_PORT is wrong"),
        ("KOTHA_ENGINE_URLS", "ftp://nowhere", "http://127.0.0.1:5105"),
        ("KOTHA_ENGINE_URLS", " , ", "KOTHA_ENGINE_URLS is wrong"),
        ("KOTHA_ENGINE_URLS", "http://127.0.0.1:port", "http://127.0.0.1:5105"),
        ("KOTHA_ACTIONS_URL", "http://127.0.0.1:70000", "KOTHA_ACTIONS_URL is wrong"),
        ("KOTHA_PUBLIC_URL", "https://shop.example:port", "KOTHA_PUBLIC_URL is wrong"),
        ("KOTHA_ALLOWED_ORIGINS", "not json", "KOTHA_ALLOWED_ORIGINS must be JSON. Sites that may"),
        ("KOTHA_ALLOWED_ORIGINS", '{"shop": "https://shop.example"}', "https://shop.example"),
        ("KOTHA_ALLOWED_ORIGINS", '["https://shop.example"]', "KOTHA_ALLOWED_ORIGINS is wrong. Sites"),
        ("KOTHA_ALLOWED_ORIGINS", '{"shop": ["https://shop.example/path"]}', "without a path"),
        ("KOTHA_IDENTITY_KEYS", '{"a": "short"}', "KOTHA_IDENTITY_KEYS is wrong"),
        ("KOTHA_LEASE_SECONDS", "0", "KOTHA_LEASE_SECONDS is wrong"),
        ("KOTHA_DEMO", "true", "KOTHA_IDENTITY_KEYS needs a key for the demo"),
    ],
)
def test_a_wrong_setting_names_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv("KOTHA_ENGINE_SECRET", SECRET)
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=says.replace("(", r"\(")):
        load_settings()


def test_what_follows_from_a_fault_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTHA_ENGINE_URLS", "localhost:5105")
    with pytest.raises(BadSettings) as caught:
        make_settings()
    assert str(caught.value).count("KOTHA_ENGINE_URLS") == 1


def test_at_most_two_identity_keys_are_active() -> None:
    with pytest.raises(BadSettings, match="at most 2 keys"):
        make_settings(identity_keys=dict.fromkeys("abc", "k" * 32))


def test_secrets_are_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTHA_ENGINE_SECRET", "s3cret-too-short")
    with pytest.raises(BadSettings) as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)
    assert SECRET not in repr(make_settings(identity_keys={"a": "k" * 40}))
    assert "kkk" not in repr(make_settings(identity_keys={"a": "k" * 40}))


def test_environment_is_read_with_lists_and_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTHA_ENGINE_SECRET", SECRET)
    monkeypatch.setenv("KOTHA_ENGINE_URLS", "http://127.0.0.1:5105/, http://127.0.0.1:5106")
    monkeypatch.setenv("KOTHA_ALLOWED_ORIGINS", json.dumps({"shop": ["HTTPS://Shop.Example:443"]}))
    settings = load_settings()
    assert settings.engine_urls == ("http://127.0.0.1:5105", "http://127.0.0.1:5106")
    assert settings.origins_of("shop") == {"https://shop.example"}
    assert settings.widgets == {"shop"}


def test_dot_env_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    Path(".env").write_text(f"KOTHA_ENGINE_SECRET={SECRET}\nKOTHA_PORT=9999\nOTHER=1\n")
    assert load_settings().port == 9999


def test_demo_page_may_use_the_demo_widget_only() -> None:
    settings = make_settings(demo=True, identity_keys={"k1": "k" * 32}, allowed_origins={"shop": []})
    assert "http://localhost:8080" in settings.origins_of("demo")
    assert "http://127.0.0.1:8080" in settings.origins_of("demo")
    assert settings.origins_of("shop") == frozenset()
    assert settings.origins_of("unknown") == frozenset()
