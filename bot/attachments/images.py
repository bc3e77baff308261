"""Images: really decoded, within limits, and freed of what cameras write into them (where and when)."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

from bot.attachments.kinds import JPEG, PNG, WEBP, Kind
from bot.attachments.refusals import broken_file, image_too_large

# 50 megapixels, which the largest phone cameras reach; decoding one takes 150 MB for a moment.
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 20_000
# Cameras and editors write at most some twenty. Each is a pass over every pixel and may be 75 bytes long: at
# 49 megapixels it takes 2.6 ms, so that 10 MiB of them would keep a core busy for six minutes.
MAX_SCANS: Final = 100
# 10 MiB of colour profile and maker's notes are some 160; each costs a step of Python, here and in Pillow.
MAX_SEGMENTS: Final = 2000
# Where an image has to be turned it is coded anew; at 92 nobody sees that.
TURNED_QUALITY: Final = 92
ORIENTATION: Final = 0x0112
# What is said beside the pixels and still belongs to the picture.
_KEPT_INFO: Final = frozenset({"icc_profile", "transparency", "gamma", "dpi"})
# Markers with a length, and the end.
_SEGMENT: Final = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
_SCAN: Final = 0xDA
_END: Final = 0xD9
_WEBP_SECRETS: Final = frozenset({b"EXIF", b"XMP "})
_WEBP_SECRET_FLAGS: Final = 0x08 | 0x04  # the bits of VP8X that announce them


def clean_image(path: Path, kind: Kind) -> tuple[int, int]:
    """Check an image and rewrite it without its metadata; its width and height as it is shown.

    Refusal when it cannot be decoded or has too many pixels. Blocks: call it in a thread.
    """
    if kind.image_format is None:
        raise broken_file()
    if kind is JPEG and is_endless(path.read_bytes()):
        raise broken_file()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # it refuses twice that, also for frames inside
    try:
        with Image.open(path, formats=[kind.image_format]) as image:
            _check_size(*image.size)
            image.load()
            shown = _rewrite(image, path, kind)
    except Image.DecompressionBombError:
        raise image_too_large() from None
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error, MemoryError):
        raise broken_file() from None
    if kind is WEBP:
        path.write_bytes(strip_webp(path.read_bytes()))
    return shown


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise image_too_large()


def is_endless(data: bytes) -> bool:
    """Whether decoding this JPEG would take minutes; what follows its end does not matter."""
    scans = at = 0
    for _ in range(MAX_SEGMENTS):
        found = _SEGMENT.search(data, at)
        if found is None or found[1][0] == _END:
            return scans > MAX_SCANS
        scans += found[1][0] == _SCAN
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return True


def _rewrite(image: Any, path: Path, kind: Kind) -> tuple[int, int]:
    """JPEG and PNG are written anew; animations (WebP, GIF) would lose their movement."""
    if kind not in (JPEG, PNG):
        return _size(image)
    turned = image.getexif().get(ORIENTATION, 1) != 1
    clean = ImageOps.exif_transpose(image) if turned else image
    clean.info = {name: value for name, value in image.info.items() if name in _KEPT_INFO}
    options: dict[str, Any] = {"optimize": False}
    if kind is JPEG:
        keeps = not turned and image.format == "JPEG"
        options = {"quality": "keep" if keeps else TURNED_QUALITY, "progressive": True}
    options["icc_profile"] = clean.info.get("icc_profile")
    fresh = path.with_suffix(".clean")
    try:
        clean.save(fresh, format=kind.image_format, **options)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return _size(clean)


def _size(image: Any) -> tuple[int, int]:
    width, height = image.size
    return int(width), int(height)


def strip_webp(data: bytes) -> bytes:
    """A WebP file without its EXIF and XMP chunks; ValueError when it is none."""
    kept = b"".join(
        _chunk(name, _without_flags(name, body)) for name, body in _chunks(data) if name not in _WEBP_SECRETS
    )
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + kept


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _without_flags(name: bytes, body: bytes) -> bytes:
    if name != b"VP8X" or not body:
        return body
    return bytes([body[0] & ~_WEBP_SECRET_FLAGS]) + body[1:]
