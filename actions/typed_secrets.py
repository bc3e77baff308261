"""Passwords and one-time codes that a customer types into the chat, where they do not belong."""

import re
from typing import Final

from actions.turn import Turn

# What a password or PIN is written after, and then something that is no ordinary word.
_PASSWORD: Final = re.compile(
    r"(?:\b(?:password|passwd|passwrd|pasword|pwd|pw|pass|passcode|pin(?: code| number| no)?)\b|পাসওয়ার্ড|পিন)"
    r"(?:\s*(?:টা|টি|\bta\b|\bti\b|\bis\b|\bwas\b|\bholo\b|\bhocche\b|হলো|হচ্ছে|ছিল|\bchilo\b|\basilo\b|[:=-]))*"
    r"\s*(?P<secret>(?=\S{0,64}[\d@#$%^&*!])\S{4,})",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"(?:\b(?:otp|(?:verification|login|log-in|sms|reset|security) code|code)\b|ওটিপি|কোড)"
    r"(?:\s*(?:টা|টি|\bta\b|\bti\b|\bis\b|\bholo\b|\bhocche\b|হলো|হচ্ছে|[:=-]))*\s*\d{4,8}(?!\d)",
    re.IGNORECASE,
)
_OTHER_CODE: Final = re.compile(
    r"\b(?:promo|coupon|voucher|discount|gift|error|post|zip|product)\w*\s*(?:code|kod)|প্রোমো|কুপন|ভাউচার|পোস্ট",
    re.IGNORECASE,
)
_NOTHING_BUT_A_CODE: Final = re.compile(r"\s*\d{4,8}\s*")

# After these answers a bare number is the code that was sent.
_CODE_EXPECTED: Final = frozenset({"recover_password", "registration_problems", "create_account"})


def types_secret(turn: Turn) -> bool:
    """Whether the message holds a password or a code; it is neither used nor repeated."""
    text = turn.text
    if _PASSWORD.search(text) or (_CODE.search(text) and not _OTHER_CODE.search(text)):
        return True
    expected = turn.slot("account_help") in _CODE_EXPECTED and turn.active_form is None
    return bool(expected and _NOTHING_BUT_A_CODE.fullmatch(text))
