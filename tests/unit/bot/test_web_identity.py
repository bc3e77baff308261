"""W4: every check of a signed identity, each with a token that fails only that one."""

import base64
import contextlib
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.identity import check_identity
from bot.channels.web.refusals import Refusal

pytestmark = pytest.mark.rules("W4")
KEYS = {"k1": "1" * 32, "k2": "2" * 32}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    merged = {"sub": "rahima", "aud": "demo", "iat": now, "exp": now + 300, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(payload: object, *, key: str = KEYS["k1"], **header: Any) -> str:
    head = {"alg": "HS256", "typ": "JWT", "kid": "k1", **header}
    signed = f"{part(head)}.{part(payload)}"
    return f"{signed}.{part(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def reason(token: object) -> str:
    with pytest.raises(Refusal) as caught:
        check_identity(token, widget="demo", keys=KEYS)
    assert caught.value.code == "bad_jwt"
    assert caught.value.status == 401
    return caught.value.message


def test_a_good_identity_names_its_subject() -> None:
    identity = check_identity(sign(claims(name="Rahima Khatun")), widget="demo", keys=KEYS)
    assert (identity.subject, identity.name) == ("rahima", "Rahima Khatun")


def test_both_active_keys_work() -> None:
    assert (
        check_identity(sign(claims(), key=KEYS["k2"], kid="k2"), widget="demo", keys=KEYS).subject == "rahima"
    )


def test_clocks_may_differ_by_half_a_minute() -> None:
    now = int(time.time())
    for skewed in (claims(iat=now + 25, exp=now + 300), claims(iat=now - 300, exp=now - 25)):
        assert check_identity(sign(skewed), widget="demo", keys=KEYS).subject == "rahima"


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (None, "compact JWT"),
        (17, "compact JWT"),
        ("", "not a compact JWT"),
        ("a.b", "not a compact JWT"),
        ("a.b.c", "not a compact JWT"),
        ("\ud800", "not a compact JWT"),
        ("x" * 9000, "at most"),
    ],
)
def test_what_is_no_jwt_is_refused(token: object, says: str) -> None:
    assert says in reason(token)


def test_the_key_must_be_named_and_active() -> None:
    assert "`kid`" in reason(sign(claims(), kid="k3"))
    assert "`kid`" in reason(sign(claims(), kid=None))
    assert "`kid`" in reason(sign(claims(), kid=["k1"]))


def test_a_signature_of_another_key_is_refused() -> None:
    assert "signature" in reason(sign(claims(), key=KEYS["k2"]))


def test_a_changed_payload_is_refused() -> None:
    head, _, signature = sign(claims()).split(".")
    assert "signature" in reason(f"{head}.{part(claims(sub='admin'))}.{signature}")


@pytest.mark.parametrize("alg", ["none", "None", "HS384", "RS256", "hs256", ""])
def test_only_hs256_is_accepted(alg: str) -> None:
    assert "refused" in reason(sign(claims(), alg=alg))


def test_an_unsigned_token_is_refused() -> None:
    head = part({"alg": "none", "kid": "k1"})
    assert "alg" in reason(f"{head}.{part(claims())}.")


@pytest.mark.parametrize("missing", ["sub", "aud", "iat", "exp"])
def test_each_claim_is_required(missing: str) -> None:
    reason(sign(claims(**{missing: None})))


@pytest.mark.parametrize("audience", ["shop", ["demo"], ["demo", "shop"], "", 5])
def test_the_audience_is_exactly_this_widget(audience: object) -> None:
    assert "aud" in reason(sign(claims(aud=audience)))


def test_an_old_identity_is_refused() -> None:
    now = int(time.time())
    assert "`exp`" in reason(sign(claims(iat=now - 400, exp=now - 60)))


def test_an_identity_from_the_future_is_refused() -> None:
    now = int(time.time())
    assert "`iat`" in reason(sign(claims(iat=now + 120, exp=now + 300)))


def test_an_identity_lives_fifteen_minutes_at_most() -> None:
    now = int(time.time())
    longest = sign(claims(iat=now, exp=now + 900))
    assert check_identity(longest, widget="demo", keys=KEYS).subject == "rahima"
    assert "15 minutes" in reason(sign(claims(iat=now, exp=now + 901)))


@pytest.mark.parametrize(
    "bad",
    [
        {"exp": "soon"},
        {"iat": "now"},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": float("-inf")},
        {"iat": -(10**30)},
        {"exp": [1]},
        {"exp": {}},
        {"sub": 7},
        {"sub": ""},
        {"sub": "a b"},
        {"sub": "a\0b"},
        {"sub": "x" * 129},
        {"sub": "\ud800"},
    ],
)
def test_signed_nonsense_is_refused(bad: dict[str, Any]) -> None:
    reason(sign(claims(**bad)))


@pytest.mark.parametrize("payload", [b"[]", b"null", b"5", b"not json", b"[" * 5000, b"\xff"])
def test_a_signed_payload_that_is_no_object_is_refused(payload: bytes) -> None:
    reason(sign(payload))


@pytest.mark.parametrize("name", ["", "  ", 5, "x" * 201, "a\0b", None])
def test_a_name_that_is_none_is_left_out(name: object) -> None:
    assert check_identity(sign(claims(name=name)), widget="demo", keys=KEYS).name is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def taken_or_refused(token: object) -> None:
    with contextlib.suppress(Refusal):
        check_identity(token, widget="demo", keys=KEYS)


@given(anything | st.text(max_size=300) | st.lists(st.text(max_size=40), max_size=5).map(".".join))
def test_nothing_sent_as_a_jwt_breaks_the_check(token: object) -> None:
    taken_or_refused(token)


@given(
    st.dictionaries(st.sampled_from(["sub", "aud", "iat", "exp", "nbf", "name", "jti", "crit"]), anything),
    st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), anything, max_size=3),
)
def test_no_signed_claims_and_no_header_break_the_check(
    changed: dict[str, Any], header: dict[str, Any]
) -> None:
    taken_or_refused(sign({**claims(), **changed}, **header))
