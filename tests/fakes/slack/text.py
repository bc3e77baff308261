"""Texts as Slack passes them on: escaped, with links and mentions in angle brackets (SL10)."""

from __future__ import annotations

import re

from tests.fakes.ledger import Json
from tests.fakes.slack.world import Team

_TYPED = re.compile(
    r"(?P<url>https?://[^\s<>]+)|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]+)|(?P<at>@[\w.-]+)|(?P<hash>#[\w-]+)"
)
_BRACKETS = re.compile(r"<(?:[@#!][^<>]*|(?:https?|mailto|tel|slack):[^<>]*)>")
_RAW_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_QUOTE = re.compile(r"(?m)^>{1,3} ?")


def escape(text: str) -> str:
    """Exactly these three (SL10)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, team: Team) -> tuple[str, list[Json]]:
    """What somebody typed, as the event's `text` and its rich text block."""
    pieces, elements, at = [], [], 0
    for found in _TYPED.finditer(text):
        special = _special(found, team)
        if special is not None:
            before = text[at : found.start()]
            pieces += [escape(before), special[0]]
            elements += [*_plain(before), special[1]]
            at = found.end()
    pieces.append(escape(text[at:]))
    elements += _plain(text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return "".join(pieces), [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def unescaped(text: str) -> list[str]:
    """What in a text of the bot should have been escaped (SL10); empty when all is well."""
    rest = _QUOTE.sub("", _BRACKETS.sub("", text))
    return [*_RAW_AMPERSAND.findall(rest), *re.findall("[<>]", rest)]


def _plain(text: str) -> list[Json]:
    return [{"type": "text", "text": text}] if text else []


def _special(found: re.Match[str], team: Team) -> tuple[str, Json] | None:
    word = found.group()
    if found.lastgroup == "url":
        return f"<{escape(word)}>", {"type": "link", "url": word}
    if found.lastgroup == "email":
        return f"<mailto:{word}|{word}>", {"type": "link", "url": f"mailto:{word}", "text": word}
    if found.lastgroup == "at":
        for member in team.members.values():
            if member.name.lower() == word[1:].lower():
                return f"<@{member.id}>", {"type": "user", "user_id": member.id}
    for channel in team.channels.values():
        if found.lastgroup == "hash" and channel.name == word[1:]:
            return f"<#{channel.id}|>", {"type": "channel", "channel_id": channel.id}
    return None
