"""Buttons under a message: opaque ids that the store looks up when one is pressed (CH4, TG8)."""

from collections.abc import Sequence
from typing import Final

from bot.channels.telegram.marked import sendable, utf16_length
from crm_store.domain.conversations import JsonObject, StoredButton

MAX_CALLBACK_BYTES: Final = 64  # TG8
MAX_TITLE: Final = 64  # what a phone shows of a button in two lines
# What fits side by side on a narrow phone before titles are cut: short answers, the stars of a rating.
ROW_UNITS: Final = 24
ROW_BUTTONS: Final = 5

Row = list[JsonObject]


def inline_keyboard(
    buttons: Sequence[StoredButton], *, below: Sequence[JsonObject] = ()
) -> JsonObject | None:
    """The reply markup; the buttons `below` have rows of their own."""
    rows = _rows([_button(each) for each in buttons if len(each.id.encode()) <= MAX_CALLBACK_BYTES])
    rows += [[button] for button in below]
    return {"inline_keyboard": rows} if rows else None


def call_button(title: str, data: str) -> JsonObject:
    """Comes back to us when it is pressed, with `data` of ours."""
    return {"text": sendable(title), "callback_data": data}


def with_links_only(keyboard: JsonObject | None) -> JsonObject | None:
    """What is left of a keyboard that has served: buttons that lead somewhere still do."""
    rows = [
        [button for button in row if "url" in button] for row in (keyboard or {}).get("inline_keyboard", [])
    ]
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def with_link(keyboard: JsonObject | None, data: str, link: JsonObject) -> JsonObject:
    """The keyboard with `link` in place of the button that carries `data`."""
    rows = (keyboard or {}).get("inline_keyboard", [])
    return {
        "inline_keyboard": [
            [link if button.get("callback_data") == data else button for button in row] for row in rows
        ]
    }


def link_button(title: str, address: str) -> JsonObject:
    """Opens an address."""
    return {"text": sendable(title), "url": address}


def _button(button: StoredButton) -> JsonObject:
    title = sendable(button.title)
    return {
        "text": title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…",
        "callback_data": button.id,
    }


def _rows(buttons: Row) -> list[Row]:
    """Short ones side by side, in their order."""
    rows: list[Row] = []
    for button in buttons:
        if rows and _fits(rows[-1], button):
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _fits(row: Row, button: JsonObject) -> bool:
    units = sum(utf16_length(each["text"]) for each in [*row, button])
    return len(row) < ROW_BUTTONS and units <= ROW_UNITS
