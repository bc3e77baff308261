"""PDF: looked at from both ends, as readers do. Whoever opens it does so outside of our pages."""

import re
from pathlib import Path
from typing import Final

from bot.attachments.refusals import broken_file

TAIL_BYTES: Final = 2048  # the end mark stands within the last kilobyte, says the specification

_VERSION: Final = re.compile(rb"%PDF-[12]\.\d")
_END: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF")


def check_pdf(path: Path) -> None:
    """Refusal unless it has a version, an end, and a cross-reference table where its end says."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if not _VERSION.match(file.read(16)):
            raise broken_file()
        file.seek(max(0, size - TAIL_BYTES))
        ends = _END.findall(file.read())
        if not ends or int(ends[-1]) >= size:
            raise broken_file()
        file.seek(int(ends[-1]))
        table = file.read(32).lstrip()
    if not (table.startswith(b"xref") or re.match(rb"\d+\s+\d+\s+obj", table)):
        raise broken_file()
