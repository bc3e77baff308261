"""Files to upload: good ones of each kind, and ones that pretend."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def image(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A real image."""
    made = Image.new("RGB", size, (200, 80, 40))
    written = io.BytesIO()
    made.save(written, format=kind, **options)
    return written.getvalue()


def noise(*, size: tuple[int, int]) -> bytes:
    """A JPEG with as much in it as a photo has."""
    written = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(written, format="JPEG", quality=92)
    return written.getvalue()


def moving() -> bytes:
    """A GIF of two pictures, larger than pages show."""
    frames = [Image.new("RGB", (900, 600), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, format="GIF", save_all=True, append_images=frames[1:], duration=300)
    return written.getvalue()


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of an image."""
    with Image.open(io.BytesIO(data)) as opened:
        return opened.size


def photo(*, orientation: int = 6, kind: str = "JPEG") -> bytes:
    """A picture that tells where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (23.0, 48.0, 37.0)  # latitude, in Dhaka
    return image(kind, size=(64, 32), exif=exif)


def pdf() -> bytes:
    """A small PDF that readers open."""
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 >>\nstartxref\n%d\n%%%%EOF\n" % len(
        body
    )


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that claim to be 3.6 gigapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def many_scans(scans: int) -> bytes:
    """A JPEG whose last pass over the pixels is said again and again; the pixels stay the same."""
    data = image("JPEG", size=(64, 64), progressive=True)
    again, end = data[data.rindex(b"\xff\xda") : -2], data[-2:]
    return data[:-2] + again * (scans - data.count(b"\xff\xda")) + end


SCRIPT_PAGE = b"<!doctype html><script>alert(document.domain)</script>"
SCRIPT_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
