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
    buttons: Sequence[StoredButton], *, private: JsonObject | None = None
) -> JsonObject | None:
    """The reply markup; `private` is a button that leads out of a group, in a row of its own."""
    rows = _rows([_button(each) for each in buttons if len(each.id.encode()) <= MAX_CALLBACK_BYTES])
    if private is not None:
        rows.append([private])
    return {"inline_keyboard": rows} if rows else None


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
