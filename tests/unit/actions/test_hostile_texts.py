"""Actions read a message in a time in proportion to its length: all customers share their process."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from actions.account_words import is_about_other_details, read_bare_name, read_detail, wants_to_see
from actions.addresses import looks_like_address, read_address
from actions.change_wishes import names_a_wish
from actions.complaints import _wants_it_filed
from actions.missing_items import _EVERYTHING
from actions.typed_secrets import types_secret

LENGTH = 20_000  # five times the longest message
MOST_SECONDS = 2.0  # what they took before grew with the square or the cube of the length

PUMPS = {
    "one_word": "a",
    "blanks": " ",
    "tabs": "\t",
    "lines": "\n",
    "hyphens": "-",
    "commas": ", ",
    "digits": "0 ",
    "see": "see ",
    "put": "put ",
    "delivered": "delivered ",
    "pins": "পিন",
    "passwords": "password is ",
    "claims": "complain ",
}
FRAMES = {
    "alone": "x{}§",
    "corrected": "it is{}§",
    "corrected_name": "it is a{}§",
    "called": "call me a{}b",
    "named": "my name is{}§",
    "secret": "password{}§",
    "address": "address{}§",
    "numbered": "#{}§",
}


def turn(text: str) -> Any:
    return SimpleNamespace(
        text=text,
        intent="update_account",
        active_form=None,
        slot=lambda _name: "recover_password",
        entity=lambda _name: None,
        entities=lambda _name: [],
    )


def address(text: str) -> object:
    return read_address(text, city=None, postcode=None, phone=None)


READERS: dict[str, Callable[[str], object]] = {
    "detail": lambda text: read_detail(turn(text)),
    "bare_name": read_bare_name,
    "other_details": is_about_other_details,
    "wants_to_see": lambda text: wants_to_see(turn(text)),
    "secret": lambda text: types_secret(turn(text)),
    "address": address,
    "looks_like_address": looks_like_address,
    "wish": names_a_wish,
    "filed": lambda text: _wants_it_filed(turn(text)),
    "everything": _EVERYTHING.search,
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_no_message_is_read_for_long(read: Callable[[str], object], pump: str, frame: str) -> None:
    text = frame.format(pump * (LENGTH // len(pump)))
    began = time.process_time()
    read(text)
    assert time.process_time() - began < MOST_SECONDS
