"""Texts and their entities, checked as Telegram does: everything is counted in UTF-16 units (TG8, TG10)."""

from __future__ import annotations

import re
import unicodedata

from tests.fakes.ledger import Json
from tests.fakes.telegram.errors import bad_request

MOST_TEXT = 4_096
MOST_CAPTION = 1_024
MOST_ENTITIES = 100
SIMPLE_KINDS = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
    ]
)
FOUND_KINDS = frozenset(["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"])
LINKED_KINDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
# What Telegram marks by itself in what people write.
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?)|(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]+)|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31})|(?P<hashtag>(?<!\w)#\w+)"
)


def units(text: str) -> int:
    """Its length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str, *, most: int = MOST_TEXT, empty: str = "message text is empty") -> str:
    """The text as it is kept: trimmed, not empty, not too long."""
    kept = text.strip(" \n\t\r")
    if not kept and empty:
        raise bad_request(empty)
    if units(kept) > most:
        raise bad_request("message is too long" if most == MOST_TEXT else "message caption is too long")
    return kept


def check_entities(text: str, entities: list[Json]) -> list[Json]:
    """The entities that count, or the refusal Telegram's own parser gives."""
    starts = _symbol_starts(text)
    kept = [_check_entity(entity, starts) for entity in entities[:MOST_ENTITIES]]
    return sorted((one for one in kept if one is not None), key=lambda one: (one["offset"], -one["length"]))


def keep_text(
    text: str, entities: list[Json] | None, *, most: int = MOST_TEXT, empty: str
) -> tuple[str, list[Json]]:
    """Text and entities after trimming; offsets move with what was cut off in front."""
    checked = check_entities(text, entities or [])
    kept = check_text(text, most=most, empty=empty)
    cut = units(text[: len(text) - len(text.lstrip(" \n\t\r"))])
    moved = [_moved(entity, cut, units(kept)) for entity in checked]
    explicit = [entity for entity in moved if entity is not None]
    taken = [(one["offset"], one["offset"] + one["length"]) for one in explicit]
    found = [one for one in find_entities(kept) if not _overlaps(one, taken)]
    return kept, sorted([*explicit, *found], key=lambda one: (one["offset"], -one["length"]))


def find_entities(text: str) -> list[Json]:
    """Commands, links, addresses and names, as Telegram marks them in any text."""
    return [
        {"type": found.lastgroup, "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in _FOUND.finditer(text)
    ]


def _symbol_starts(text: str) -> dict[int, int]:
    """UTF-16 offset of each character (and of the end) -> its offset in bytes."""
    starts, unit, byte = {0: 0}, 0, 0
    for character in text:
        unit, byte = unit + units(character), byte + len(character.encode())
        starts[unit] = byte
    return starts


def _check_entity(entity: Json, starts: dict[int, int]) -> Json | None:
    kind = entity.get("type")
    if kind not in SIMPLE_KINDS | FOUND_KINDS | LINKED_KINDS.keys() | {"date_time"}:
        raise bad_request(f"can't parse entities: Unsupported type {kind!r}")
    needed = LINKED_KINDS.get(str(kind))
    if needed is not None and not entity.get(needed):
        raise bad_request(f"can't parse entities: Field {needed!r} is required")
    if not isinstance(entity.get("offset"), int) or not isinstance(entity.get("length"), int):
        raise bad_request("can't parse entities: offset and length must be numbers")
    if entity["offset"] < 0:
        raise bad_request(f"receive an entity with incorrect offset {entity['offset']}")
    if entity["length"] < 0:
        raise bad_request(f"receive an entity with incorrect length {entity['length']}")
    if entity["length"] == 0:
        return None
    _check_place(entity["offset"], entity["length"], starts)
    return None if kind in FOUND_KINDS else entity


def _check_place(offset: int, length: int, starts: dict[int, int]) -> None:
    end = max(starts)
    if offset > end:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset not in starts:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if offset + length > end:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {offset + length}"
        )
    if offset + length not in starts:
        raise bad_request(f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol")


def _moved(entity: Json, cut: int, end: int) -> Json | None:
    start = max(entity["offset"] - cut, 0)
    stop = min(entity["offset"] + entity["length"] - cut, end)
    return {**entity, "offset": start, "length": stop - start} if stop > start else None


def _overlaps(entity: Json, taken: list[tuple[int, int]]) -> bool:
    start, stop = entity["offset"], entity["offset"] + entity["length"]
    return any(start < other_stop and other_start < stop for other_start, other_stop in taken)


def starts_inside_a_grapheme(text: str) -> bool:
    """Whether a message begins with a sign that belongs to the letter before it: it was cut wrongly (TG8)."""
    return bool(text) and (text[0] == "\u200d" or unicodedata.category(text[0]).startswith("M"))
