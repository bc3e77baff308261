"""Which part of an account a message is about, and the new name, address or number in it."""

import re
from typing import Final

from actions.choices import choose_by_position
from actions.turn import Turn
from crm_store.domain.accounts import AccountDetail, check_detail
from crm_store.domain.blanks import single_blanks
from crm_store.domain.errors import UnusableDetail

# In the order the question shows them, for "the second one".
DETAILS: Final = (AccountDetail.NAME, AccountDetail.EMAIL, AccountDetail.PHONE)

# More words are a sentence about something else than one's name.
MAX_WORDS_OF_NAME: Final = 4

_WORDS: Final = {
    AccountDetail.NAME: re.compile(
        r"\b(?:sur|nick|last|first|full)?names?\b|\bna+m(?:er|ta|ti|e)?\b|\bdaknam|\bspel(?:t|ling|ling of)\b"
        r"|নাম(?!্ব)|পদবি|বানান"
    ),
    AccountDetail.EMAIL: re.compile(r"\be-?mails?\b|\bg?mail\b|\byahoo\b|\bhotmail\b|মেইল|মেল"),
    AccountDetail.PHONE: re.compile(
        r"\b(?:tele)?(?:ph|f)one?s?\b|\bmobiles?\b|\bcell\b|\bnum(?:ber|bers)?\b|\bnm?br\b|\bn[ao]mbo?a?r\b"
        r"|\bsim\b|\bwhatsapp\b|ফোন|মোবাইল|নাম্বার|নম্বর|নাম্বর|সিম"
    ),
}
_ELSEWHERE: Final = re.compile(
    r"\b(?:birth\w*|dob|born|age|gender|photo|picture|pic|avatar|jonmo\w*|boyos|chobi)\b|জন্ম|বয়স|লিঙ্গ|ছবি"
)
_WANTS_VIEW: Final = re.compile(
    r"\b(?:what|which|show|view|see|display)\b.{0,200}"
    r"\b(?:stored|saved|details|data|info\w*|on file|account|profile|have)\b"
    r"|\bki ki (?:info|tottho|data)|\b(?:dekhan|dekhao|dekhte)\b"
    r"|কী কী তথ্য|কি কি তথ্য|দেখান|দেখাও|দেখতে|কোন (?:ইমেইল|নম্বর|নাম)|\bkon (?:e?mail|number|nam)\b"
)
# What comes before a name when it is given in a sentence, and what cannot be one.
_NAMED: Final = re.compile(
    r"(?:\bcall(?:ed)? me|\bbe called|\bmy (?:new |real |full )?name (?:is|should be|must be)"
    r"|\bname (?:to|as)|\bput (?:the name|it) (?:in|as))\s+(?P<name>[^\n,.;:!?।]{2,})",
    re.IGNORECASE,
)
_CORRECTED: Final = re.compile(
    r"(?:\bit'?s|\bit is|\bshould be|\bamar na+m|আমার নাম)\s+(?P<name>[^\n,.;:!?।]{2,40}?)"
    r"(?:\s*,?\s*\bnot\s+\S+|\s*,\s*\S+\s+(?:na|noy|না|নয়)(?!\w))",
    re.IGNORECASE,
)
_AFTER_NAME: Final = re.compile(
    r"\s+(?:please|pls|plz|now|instead|from now on|from now|in future|not|rather|koren|korun|den|din|hobe|hbe"
    r"|করুন|করেন|দিন|দেন|হবে|রাখুন)\b.*$|\s+(?:করুন|করেন|দিন|দেন|হবে|রাখুন).*$",
    re.IGNORECASE,
)
_NOT_A_NAME: Final = re.compile(
    r"\b(?:spel\w*|wrong|mis\w+|not|incorrect|written|still|missing|change\w*|correct\w*|update\w*|on|in|my|the"
    r"|vul|bhul|thik|bodl\w*|edit)\b|ভুল|ঠিক|বদল|পরিবর্তন",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\+?\d[\d\s().-]{5,}\d")


def read_detail(turn: Turn) -> AccountDetail | None:
    """The one part the message is about: a button's, a value's, or the only one that is named."""
    clicked = turn.entity("account_detail")
    if clicked in {detail.value for detail in AccountDetail}:
        return AccountDetail(str(clicked))
    if _find_email(turn):
        return AccountDetail.EMAIL
    if _find_phone(turn):
        return AccountDetail.PHONE
    named = [detail for detail, words in _WORDS.items() if words.search(turn.text.casefold())]
    if named or is_about_other_details(turn.text):
        return named[0] if len(named) == 1 else None
    return AccountDetail.NAME if _find_name(turn.text) else None


def pick_detail(turn: Turn) -> AccountDetail | None:
    """ "The second one", when the parts were just offered."""
    for option in turn.entities("option"):
        picked = choose_by_position(option, [detail.value for detail in DETAILS], None)
        return AccountDetail(picked) if picked else None
    return None


def read_value(turn: Turn, detail: AccountDetail) -> str | None:
    """The new value in a sentence; a name only when it is clearly given."""
    if detail is AccountDetail.EMAIL:
        return _find_email(turn)
    return _find_phone(turn) if detail is AccountDetail.PHONE else _find_name(turn.text)


def read_bare_name(text: str) -> str | None:
    """The message as the answer to "what is the name to be?"."""
    given = _find_name(text)
    if given or len(text.split()) > MAX_WORDS_OF_NAME:
        return given
    return _usable(AccountDetail.NAME, text)


def is_about_other_details(text: str) -> bool:
    """Whether it is about something an account may hold elsewhere: birthday, picture, gender."""
    return bool(_ELSEWHERE.search(text.casefold()))


def wants_to_see(turn: Turn) -> bool:
    """Whether the customer only wants to know what is stored."""
    return turn.entity("account_detail") == "all" or bool(_WANTS_VIEW.search(turn.text.casefold()))


def _find_email(turn: Turn) -> str | None:
    for word in [*turn.entities("email"), *turn.text.split()]:
        if "@" in word and (address := _usable(AccountDetail.EMAIL, word)):
            return address
    return None


def _find_phone(turn: Turn) -> str | None:
    runs = [found[0] for found in _DIGITS.finditer(turn.text)]
    numbers = (_usable(AccountDetail.PHONE, written) for written in [*turn.entities("phone"), *runs])
    return next((number for number in numbers if number), None)


def _find_name(text: str) -> str | None:
    said = single_blanks(text)
    found = _CORRECTED.search(said) or _NAMED.search(said)
    if found is None:
        return None
    name = _AFTER_NAME.sub("", found["name"])
    if len(name.split()) > MAX_WORDS_OF_NAME or _NOT_A_NAME.search(name):
        return None
    return _usable(AccountDetail.NAME, name)


def _usable(detail: AccountDetail, written: str) -> str | None:
    try:
        return check_detail(detail, written)
    except UnusableDetail:
        return None
