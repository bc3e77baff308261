"""Telegram's own parser is the judge of what the fake says about texts and entities."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tdjson import td_execute

from tests.fakes.telegram.errors import ApiError
from tests.fakes.telegram.text import (
    check_entities,
    find_entities,
    keep_text,
    starts_inside_a_grapheme,
    units,
)

Json = dict[str, Any]
KINDS = {"bold": "Bold", "italic": "Italic", "code": "Code", "underline": "Underline"}
NAMES = {
    "textEntityTypeBotCommand": "bot_command",
    "textEntityTypeMention": "mention",
    "textEntityTypeUrl": "url",
    "textEntityTypeEmailAddress": "email",
    "textEntityTypeHashtag": "hashtag",
}
SIGNS = "aZ 7আমিকোথায়্\u200d😀👩‍🦰🇧🇩\n*_`[]()~|مرحبا\u200fé"


def execute(request: Json) -> Json:
    """One call of Telegram's own library."""
    answer = td_execute(json.dumps(request).encode())
    assert answer is not None
    return dict(json.loads(answer))


def judged(text: str, entities: list[Json]) -> Json:
    """What the library makes of a formatted text."""
    given = [
        {
            "@type": "textEntity",
            "offset": one["offset"],
            "length": one["length"],
            "type": {"@type": f"textEntityType{KINDS[one['type']]}"},
        }
        for one in entities
    ]
    formatted = {"@type": "formattedText", "text": text, "entities": given}
    return execute({"@type": "getMarkdownText", "text": formatted})


@pytest.fixture(scope="module", autouse=True)
def quiet() -> None:
    """The library says nothing of its own."""
    execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


@pytest.mark.rules("TG10", "TG8")
@given(
    st.text(SIGNS, min_size=1, max_size=40),
    st.sampled_from(sorted(KINDS)),
    st.integers(-2, 45),
    st.integers(-1, 45),
)
def test_an_entity_is_taken_where_telegrams_own_parser_takes_it(
    text: str, kind: str, offset: int, length: int
) -> None:
    entities = [{"type": kind, "offset": offset, "length": length}]
    verdict = judged(text, entities)
    if verdict["@type"] == "error":
        with pytest.raises(ApiError) as refused:
            check_entities(text, entities)
        assert verdict["message"].split(" at ")[0].lower() in refused.value.description.lower()
    else:
        check_entities(text, entities)


@pytest.mark.parametrize(
    "text",
    [
        "/start@kotha_bot now",
        "/help",
        "write to @rahima_k or me@a.example",
        "see https://shop.example/orders?id=7 #late",
        "আমার অর্ডার https://shop.example/t/1 কোথায়",
    ],
)
def test_commands_links_and_names_are_found_where_telegram_finds_them(text: str) -> None:
    found = execute({"@type": "getTextEntities", "text": text})["entities"]
    telegrams = [(NAMES[one["type"]["@type"]], one["offset"], one["length"]) for one in found]
    assert [(one["type"], one["offset"], one["length"]) for one in find_entities(text)] == telegrams


@pytest.mark.rules("TG8")
def test_the_limit_counts_utf_16_units() -> None:
    assert units("😀") == 2
    keep_text("😀" * 2_048, None, empty="no")
    with pytest.raises(ApiError, match="message is too long"):
        keep_text("😀" * 2_049, None, empty="no")


def test_spaces_around_a_text_are_cut_and_entities_move_along() -> None:
    text, entities = keep_text(
        "  KT-1001 is late \n", [{"type": "bold", "offset": 2, "length": 7}], empty="no"
    )
    assert (text, entities) == ("KT-1001 is late", [{"type": "bold", "offset": 0, "length": 7}])


@pytest.mark.parametrize(
    ("text", "inside"), [("\u09be rest", True), ("\u200d👩", True), ("আমার", False), ("", False)]
)
def test_a_message_that_begins_inside_a_letter_is_noticed(text: str, inside: bool) -> None:
    assert starts_inside_a_grapheme(text) is inside
