"""Telegram's own code (tdlib) as a second opinion on texts and entities."""

import html
import json
from typing import Any

from tdjson import td_execute

from bot.channels.telegram.marked import Marked

_KINDS = {"textEntityTypeBold": "bold", "textEntityTypeTextUrl": "text_link"}


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """One synchronous request."""
    answer = td_execute(json.dumps(request).encode())
    assert answer is not None
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def parse(marked: Marked) -> tuple[str, list[dict[str, Any]]]:
    """The text and entities Telegram makes of the same marks, written as HTML."""
    mode = {"@type": "textParseModeHTML"}
    parsed = ask({"@type": "parseTextEntities", "text": as_html(marked), "parse_mode": mode})
    assert parsed["@type"] == "formattedText", parsed
    return parsed["text"], [_entity(each) for each in parsed["entities"]]


def as_html(marked: Marked) -> str:
    """The marks as tags; white space at their edges stands outside, where Telegram puts it."""
    written, at = "", 0
    for mark in marked.marks:
        covered = marked.text[mark.start : mark.end]
        start = mark.start + len(covered) - len(covered.lstrip())
        end = start + len(covered.strip())
        opening, closing = (
            ("<b>", "</b>") if mark.url is None else (f'<a href="{html.escape(mark.url)}">', "</a>")
        )
        if start < end:
            written += html.escape(marked.text[at:start], quote=False)
            written += opening + html.escape(marked.text[start:end], quote=False) + closing
            at = end
    return written + html.escape(marked.text[at:], quote=False)


def _entity(entity: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "type": _KINDS[entity["type"]["@type"]],
        "offset": entity["offset"],
        "length": entity["length"],
    }
    return shown | ({"url": entity["type"]["url"]} if "url" in entity["type"] else {})
