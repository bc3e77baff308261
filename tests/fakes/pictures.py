"""Small real pictures for tests and for the pages of the fakes."""

from __future__ import annotations

import struct
import zlib


def small_png(width: int = 160, height: int = 120, colour: tuple[int, int, int] = (46, 125, 110)) -> bytes:
    """A PNG of one colour that any program can open."""
    row = b"\0" + bytes(colour) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
