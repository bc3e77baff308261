"""Is a request Slack's own (SL1, SL2)? Answered over the raw bytes, before anything is parsed.

slack_sdk's verifier does the same sum, yet raises on headers and bodies that are no text; here every request
gets a verdict. A test holds that both agree wherever the SDK has one.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

TIMESTAMP_HEADER: Final = "X-Slack-Request-Timestamp"
SIGNATURE_HEADER: Final = "X-Slack-Signature"
VERSION: Final = "v0"
# A stolen request is worth nothing after that, and clocks differ by less (SL2).
SKEW_SECONDS: Final = 300
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, *, now: float) -> bool:
    """Whether these bytes come from Slack, and from now."""
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    given = headers.get(SIGNATURE_HEADER, "")
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > SKEW_SECONDS:
        return False
    # As bytes: comparing texts in constant time is only possible while they are ASCII.
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), given.encode("utf-8", "replace"))


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """What Slack writes into the signature header."""
    signed = b"%b:%b:%b" % (VERSION.encode(), timestamp.encode(), body)
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
