"""The kinds of files conversations may carry, told by their content and by nothing the sender says."""

from dataclasses import dataclass
from typing import Final

HEAD_BYTES: Final = 32  # enough for every signature below


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, what it is called in Pillow (None: not an image), and what names of its files end with."""

    type: str
    image_format: str | None
    endings: tuple[str, ...]


PNG: Final = Kind("image/png", "PNG", (".png",))
JPEG: Final = Kind("image/jpeg", "JPEG", (".jpg", ".jpeg"))
WEBP: Final = Kind("image/webp", "WEBP", (".webp",))
GIF: Final = Kind("image/gif", "GIF", (".gif",))
PDF: Final = Kind("application/pdf", None, (".pdf",))

_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)


def kind_of(head: bytes) -> Kind | None:
    """The kind a file's first bytes belong to; None for one that is not taken."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), None)
