"""Text with marks on it, as Telegram wants it: entities beside the text, never a parse mode (TG10).

Marks are kept in code points, which Python counts; Telegram counts UTF-16 units.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from crm_store.domain.conversations import JsonObject

BOLD: Final = "bold"
TEXT_LINK: Final = "text_link"


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end]` is bold, or a link to `url`."""

    start: int
    end: int
    kind: str = BOLD
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its marks, which neither overlap nor stand out of order."""

    text: str
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Marked | str") -> "Marked":
        """One text after the other."""
        if isinstance(other, str):
            return Marked(self.text + other, self.marks)
        return Marked(self.text + other.text, self.marks + tuple(_moved(other.marks, len(self.text))))

    def cut(self, pieces: Iterable[str]) -> Iterator["Marked"]:
        """The marks on pieces of the text. The pieces stand in it in their order; white space between them
        may be left out.
        """
        at = 0
        for piece in pieces:
            at = self.text.index(piece, at)
            yield Marked(piece, tuple(_within(self.marks, at, at + len(piece))))
            at += len(piece)

    def entities(self) -> list[JsonObject]:
        """The marks as MessageEntity objects; none of them covers only white space or its edges."""
        return [_entity(self.text, mark) for mark in map(self._trimmed, self.marks) if mark.start < mark.end]

    def _trimmed(self, mark: Mark) -> Mark:
        covered = self.text[mark.start : mark.end]
        start = mark.start + len(covered) - len(covered.lstrip())
        return replace(mark, start=start, end=start + len(covered.strip()))


def bold(text: str) -> Marked:
    """All of it bold."""
    return Marked(text, (Mark(0, len(text)),))


def utf16_length(text: str) -> int:
    """How long Telegram says it is; half a surrogate pair counts as the sign it is replaced with."""
    return len(text) + sum(character > "\uffff" for character in text)


def from_utf16(text: str, offset: int, length: int) -> slice:
    """Where an entity of Telegram's lies in a Python string."""
    raw = text.encode("utf-16-le", "surrogatepass")
    start = len(raw[: 2 * offset].decode("utf-16-le", "replace"))
    return slice(start, start + len(raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")))


def sendable(text: str) -> str:
    """What Telegram takes for text: without halves of surrogate pairs and U+0000, which no sender means."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _moved(marks: Iterable[Mark], by: int) -> Iterator[Mark]:
    return (replace(mark, start=mark.start + by, end=mark.end + by) for mark in marks)


def _within(marks: Iterable[Mark], start: int, end: int) -> Iterator[Mark]:
    """What of the marks lies in `text[start:end]`, counted from its beginning."""
    for mark in marks:
        if mark.start < end and mark.end > start:
            yield replace(mark, start=max(mark.start, start) - start, end=min(mark.end, end) - start)


def _entity(text: str, mark: Mark) -> JsonObject:
    entity: JsonObject = {
        "type": mark.kind,
        "offset": utf16_length(text[: mark.start]),
        "length": utf16_length(text[mark.start : mark.end]),
    }
    return entity | ({"url": mark.url} if mark.url else {})
