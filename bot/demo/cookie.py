"""The demo shop's log-in cookie: which persona, until when, and a signature over both."""

import base64
import binascii
import hashlib
import hmac

SESSION_SECONDS = 12 * 3600  # a day of trying things out
COOKIE = "kotha_demo"


def cookie_key(identity_key: str) -> bytes:
    """A key of the cookie's own, so that no cookie can pass for an identity."""
    return hmac.digest(identity_key.encode(), b"kotha demo cookie", hashlib.sha256)


def sign_persona(ref: str, *, key: bytes, now: float) -> str:
    """The cookie's value for a persona; `now` in Unix seconds."""
    payload = base64.urlsafe_b64encode(f"{int(now) + SESSION_SECONDS}|{ref}".encode()).decode()
    return f"{payload}.{_signature(payload, key)}"


def persona_of(value: str, *, key: bytes, now: float) -> str | None:
    """The persona of a cookie; None when it is forged, damaged or too old."""
    payload, _, signature = value.partition(".")
    if not hmac.compare_digest(signature.encode(errors="replace"), _signature(payload, key).encode()):
        return None
    try:
        until, _, ref = base64.urlsafe_b64decode(payload).decode().partition("|")
        return ref if int(until) > now else None
    except (binascii.Error, ValueError):
        return None


def _signature(payload: str, key: bytes) -> str:
    return hmac.new(key, payload.encode(errors="replace"), hashlib.sha256).hexdigest()
