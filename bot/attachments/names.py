"""File names as they may be shown and saved: the sender's words, without anything that could do something."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from bot.attachments.kinds import Kind

MAX_CHARACTERS: Final = 120
LONGEST_ENDING: Final = 5  # "xhtml", "jpeg"; longer ones are words
_NOT_IN_NAMES: Final = frozenset("<>:\"/\\|?*`'&;$%")
_ESCAPED: Final = re.compile("%(?:22|0D|0A)", re.IGNORECASE)  # how browsers write what a header cannot hold
# Formatting characters that Bengali (and emoji) are written with; the others can turn a name around.
_JOINERS: Final = frozenset("\u200c\u200d")


def clean_name(name: str | None, kind: Kind) -> str:
    """What a file is called: its last part, readable, ending as its content does ("a.html" -> "a.png")."""
    last = _ESCAPED.sub("", name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(_plain(character) for character in unicodedata.normalize("NFC", last))
    stem = " ".join(plain.split()).strip(". ")
    stem, written = _split(stem)
    if written not in kind.endings:
        inner, second = _split(stem)
        stem = inner if second in kind.endings else stem
    ending = written if written in kind.endings else kind.endings[0]
    stem = stem.strip(". ")[: MAX_CHARACTERS - len(ending)].strip(". ")
    return (stem or "file") + ending


def _split(name: str) -> tuple[str, str]:
    """A name and its ending, when it has what looks like one."""
    stem, dot, ending = name.rpartition(".")
    if not (dot and stem and ending.isascii() and ending.isalnum() and len(ending) <= LONGEST_ENDING):
        return name, ""
    return stem, dot + ending.lower()


def _plain(character: str) -> str:
    if character in _JOINERS:
        return character
    if character.isspace():
        return " "
    if character in _NOT_IN_NAMES or unicodedata.category(character).startswith("C"):
        return ""
    return character


def disposition(name: str, *, inline: bool) -> str:
    """The Content-Disposition header: an ASCII name for old clients beside the real one (RFC 6266)."""
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
