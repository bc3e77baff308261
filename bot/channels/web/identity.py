"""Signed identities (W4): a shop's backend vouches for its customer with a short-lived JWT."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.exceptions import InvalidSubjectError

from bot.channels.web.refusals import Refusal

MAX_LIFETIME_SECONDS = 15 * 60  # a leaked identity is worth little for long
LEEWAY_SECONDS = 30  # clocks of shops differ
MAX_JWT_BYTES = 8 * 1024
MAX_SUBJECT = 128
MAX_NAME = 200

_REASONS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ExpiredSignatureError, "`exp` is in the past"),
    (jwt.ImmatureSignatureError, "`iat` or `nbf` is in the future"),
    (jwt.InvalidAudienceError, "`aud` is not this widget's id"),
    (jwt.InvalidIssuedAtError, "`iat` is not a number"),
    (jwt.MissingRequiredClaimError, "one of `sub`, `aud`, `iat`, `exp` is missing"),
    (InvalidSubjectError, "`sub` is not a string"),
    (jwt.InvalidAlgorithmError, "`alg` is not HS256"),
    (jwt.InvalidSignatureError, "the signature is wrong"),
)


@dataclass(frozen=True, slots=True)
class SignedIdentity:
    """Who the shop says the visitor is. `name` is what the shop calls them, if it said so."""

    subject: str
    name: str | None


def check_identity(token: object, *, widget: str, keys: Mapping[str, str]) -> SignedIdentity:
    """Verify everything W4 asks for; Refusal `bad_jwt` says which check failed.

    `keys` maps `kid` to the shared secret.
    """
    if not isinstance(token, str) or len(token) > MAX_JWT_BYTES:
        raise _bad(f"`jwt` must be a compact JWT of at most {MAX_JWT_BYTES} characters")
    claims = _verified_claims(token, _key_of(token, keys), widget)
    if claims["exp"] - claims["iat"] > MAX_LIFETIME_SECONDS:
        raise _bad("`exp` is more than 15 minutes after `iat`")
    return SignedIdentity(_check_subject(claims["sub"]), _name_in(claims))


def _key_of(token: str, keys: Mapping[str, str]) -> str:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise _bad("it is not a compact JWT with a text `kid`") from None
    if not isinstance(kid, str) or kid not in keys:
        raise _bad("`kid` names no active key")
    return keys[kid]


def _verified_claims(token: str, key: str, widget: str) -> dict[str, Any]:
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=widget,
            leeway=LEEWAY_SECONDS,
            options={"require": ["sub", "aud", "iat", "exp"], "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise _bad(_reason(error)) from None
    except (ValueError, OverflowError, RecursionError):  # signed, yet full of impossible numbers or nesting
        raise _bad("a claim has an impossible value") from None
    return {**claims, "exp": float(claims["exp"]), "iat": float(claims["iat"])}


def _reason(error: jwt.PyJWTError) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "it cannot be read")


def _check_subject(subject: str) -> str:
    printable = all(unicodedata.category(character)[0] not in "CZ" for character in subject)
    if not subject or len(subject) > MAX_SUBJECT or not printable:
        raise _bad(f"`sub` must be 1 to {MAX_SUBJECT} visible characters without spaces")
    return subject


def _name_in(claims: Mapping[str, Any]) -> str | None:
    name = claims.get("name")
    usable = isinstance(name, str) and name.isprintable() and len(name.strip()) > 0 and len(name) <= MAX_NAME
    return str(name).strip() if usable else None


def _bad(reason: str) -> Refusal:
    return Refusal("bad_jwt", f"The identity is refused: {reason}.", status=401)
