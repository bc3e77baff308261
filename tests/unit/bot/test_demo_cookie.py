import pytest

from bot.demo.cookie import SESSION_SECONDS, cookie_key, persona_of, sign_persona

KEY = cookie_key("k" * 32)
NOW = 1_795_000_000.0


def test_a_signed_persona_comes_back_until_it_is_too_old() -> None:
    value = sign_persona("rahima", key=KEY, now=NOW)
    assert persona_of(value, key=KEY, now=NOW + SESSION_SECONDS - 1) == "rahima"
    assert persona_of(value, key=KEY, now=NOW + SESSION_SECONDS) is None


def test_another_key_or_another_persona_is_nobody() -> None:
    value = sign_persona("rahima", key=KEY, now=NOW)
    assert persona_of(value, key=cookie_key("x" * 32), now=NOW) is None
    payload, _, signature = value.partition(".")
    assert persona_of(f"{payload}x.{signature}", key=KEY, now=NOW) is None
    assert persona_of(f"{payload}.{signature[:-1]}", key=KEY, now=NOW) is None


@pytest.mark.parametrize("value", ["", ".", "a.b", "ট.ট", "\ud800.\ud800", "x" * 5000])
def test_rubbish_is_nobody(value: str) -> None:
    assert persona_of(value, key=KEY, now=NOW) is None


def test_a_cookie_key_is_not_the_identity_key() -> None:
    assert cookie_key("k" * 32) != b"k" * 32
