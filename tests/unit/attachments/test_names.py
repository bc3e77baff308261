"""Names of files are the sender's words without anything that could do something."""

import pytest

from bot.attachments.kinds import JPEG, PDF, PNG, Kind
from bot.attachments.names import MAX_CHARACTERS, clean_name, disposition


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("holiday.png", "holiday.png"),
        ("holiday.PNG", "holiday.png"),
        ("<script>alert(1)</script>.png", "script.png"),
        ('"><svg onload=alert(1)>.png', "svg onload=alert(1).png"),
        ("%22onload=alert(1)%0D%0A.png", "onload=alert(1).png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\evil.html", "evil.png"),
        ("evil.png.exe", "evil.png"),
        ("\u202egnp.exe", "gnp.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie x=1.png"),
        ("রহিমার ছবি.PNG", "রহিমার ছবি.png"),
        ("ক্\u200dষ.png", "ক্\u200dষ.png"),
        ("...", "file.png"),
        (".htaccess", "htaccess.png"),
        ("", "file.png"),
        (None, "file.png"),
        ("v1.2 final version", "v1.2 final version.png"),
    ],
)
def test_names_are_made_harmless(given: str | None, kept: str) -> None:
    assert clean_name(given, PNG) == kept


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [("a.jpeg", JPEG, "a.jpeg"), ("a.png", JPEG, "a.jpg"), ("bill.docx", PDF, "bill.pdf")],
)
def test_a_name_ends_as_the_content_says(given: str, kind: Kind, kept: str) -> None:
    assert clean_name(given, kind) == kept


def test_a_name_is_never_long() -> None:
    assert len(clean_name("ছ" * 1000 + ".png", PNG)) == MAX_CHARACTERS


def test_the_header_holds_any_name() -> None:
    header = disposition("রসিদ ১.pdf", inline=False)
    assert header.startswith("attachment; filename=\"____ _.pdf\"; filename*=UTF-8''%E0%A6%B0")
    assert header.isascii()
