"""Why a file is not taken: each says what would be."""

from typing import Final

from bot.channels.web.refusals import Refusal

MAX_FILE_BYTES: Final = 10 * 1024 * 1024  # the contract's; photos of today's phones have 3 to 6 MiB


def unsupported_type() -> Refusal:
    """None of the kinds that are taken."""
    return Refusal("unsupported_type", "Send a PNG, JPEG, WebP or GIF image, or a PDF.", status=415)


def broken_file() -> Refusal:
    """It begins like one of the kinds and cannot be read as one."""
    return Refusal("broken_file", "The file is damaged and cannot be opened. Send another copy.", status=415)


def file_too_large() -> Refusal:
    """More bytes than are taken."""
    message = f"A file may have {MAX_FILE_BYTES // 2**20} MiB at most. Send a smaller one."
    return Refusal("file_too_large", message, status=413, limit=MAX_FILE_BYTES)


def image_too_large() -> Refusal:
    """More pixels than anybody needs: perhaps made to fill the memory of who opens it."""
    return Refusal("image_too_large", "The image has too many pixels. Send a smaller one.", status=413)


def too_slow() -> Refusal:
    """The upload took longer than is waited for."""
    return Refusal("upload_too_slow", "The upload took too long. Try again on a better network.", status=408)


def too_many_uploads() -> Refusal:
    """Many files wait to be sent already."""
    message = "Many uploaded files were never sent. Send some of them, or come back tomorrow."
    return Refusal("too_many_uploads", message, status=429)


def unknown_attachment() -> Refusal:
    """No such file for this asker."""
    return Refusal("unknown_attachment", "No such attachment. Upload it first.", status=404)
