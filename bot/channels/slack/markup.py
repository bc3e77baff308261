"""Slack's text: `&`, `<` and `>` are entities, and `<…>` stands for people, channels and links (SL10)."""

import re
from collections.abc import Mapping
from typing import Final

from bot.channels.port import TextUnit
from bot.channels.splitting import split_text

MAX_TAKEN: Final = 4000  # characters, as on the website; Slack lets people paste ten times as much
# Anything else between these signs was typed, where Slack did not escape it (slash commands).
_TOKEN: Final = re.compile(r"<([@#!][^<>\n]+|[A-Za-z][A-Za-z0-9+.-]*:[^<>\n]+)>")
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_SPACES: Final = re.compile(r"[ \t]{2,}")
_SILENT_SCHEMES: Final = ("mailto:", "tel:")
_GROUP_CALLS: Final = frozenset({"here", "channel", "everyone"})


def escape(text: str) -> str:
    """Text for Slack: exactly the three characters it reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def within(text: str, limit: int, *, rest: str = "") -> str:
    """The text, escaped, in at most `limit` characters: cut at a word, never inside an entity."""
    if len(escape(text)) <= limit:
        return escape(text)
    end = f"… {rest}".rstrip()
    room = limit - len(escape(end))
    while True:
        piece = split_text(text, room, TextUnit.CODE_POINTS)[0]
        if len(escape(piece)) <= limit - len(escape(end)):
            return escape(piece) + escape(end)
        room = (
            room * (limit - len(escape(end))) // len(escape(piece))
        )  # entities take up to five times the room


def unescape(text: str) -> str:
    """The characters behind Slack's three entities; `&amp;lt;` is the text "&lt;"."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned_users(raw: str) -> tuple[str, ...]:
    """Ids of the people a raw text mentions, each once."""
    return tuple(dict.fromkeys(_MENTION.findall(raw)))


def plain_text(raw: str, *, names: Mapping[str, str], bot_user: str | None = None) -> str:
    """What somebody wrote, as they see it: `names` by user id; the bot's own mention is left out."""
    parts: list[str] = []
    at = 0
    for token in _TOKEN.finditer(raw):
        parts.append(unescape(raw[at : token.start()]))
        parts.append(_spelled(token[1], names, bot_user))
        at = token.end()
    parts.append(unescape(raw[at:]))
    text = "".join(parts)
    return (_SPACES.sub(" ", text) if bot_user else text).strip()


def shortened(text: str) -> str:
    """As much of a text as a message may have; what is left out shows."""
    return text if len(text) <= MAX_TAKEN else text[: MAX_TAKEN - 1] + "…"


def _spelled(token: str, names: Mapping[str, str], bot_user: str | None) -> str:
    target, _, label = token.partition("|")
    match target[0]:
        case "@":
            user = target[1:]
            return "" if user == bot_user else "@" + unescape(names.get(user) or label or user)
        case "#":
            return "#" + unescape(label or target[1:])
        case "!":
            return _special(target[1:], unescape(label))
        case _:
            return _link(unescape(target), unescape(label))


def _special(command: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@team>`, `<!date^…|as written>`."""
    if label:
        return label
    name = command.partition("^")[0]
    return f"@{name}" if name in _GROUP_CALLS else ""


def _link(address: str, label: str) -> str:
    for scheme in _SILENT_SCHEMES:
        address = address.removeprefix(scheme)
    # Slack shortens what people type ("kotha.example" for its https address): that says nothing new.
    if not label or label in address:
        return address
    return f"{label} ({address})"
