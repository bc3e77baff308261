"""What is taken as a file is what it says it is, and says no more than it shows."""

from pathlib import Path

import pytest
from PIL import Image

from bot.attachments.documents import check_pdf
from bot.attachments.images import MAX_SCANS, MAX_SEGMENTS, clean_image, strip_webp
from bot.attachments.kinds import GIF, JPEG, PDF, PNG, WEBP, Kind, kind_of
from bot.channels.web.refusals import Refusal
from tests.files import SCRIPT_PAGE, SCRIPT_PICTURE, bomb, image, many_scans, pdf, photo


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize(
    ("kind", "name"), [(PNG, "PNG"), (JPEG, "JPEG"), (WEBP, "WEBP"), (GIF, "GIF")], ids=lambda kind: str(kind)
)
def test_each_kind_is_told_by_its_content(kind: Kind, name: str, path: Path) -> None:
    data = image(name, size=(31, 17))
    assert kind_of(data) is kind
    path.write_bytes(data)
    assert clean_image(path, kind) == (31, 17)
    assert kind_of(path.read_bytes()) is kind


@pytest.mark.parametrize(
    "data", [b"", SCRIPT_PAGE, SCRIPT_PICTURE, b"PK\x03\x04", b"RIFF1234AVI ", b" %PDF-1.4"]
)
def test_other_kinds_are_not_taken(data: bytes) -> None:
    assert kind_of(data) is None


@pytest.mark.parametrize(
    ("kind", "name"), [(JPEG, "JPEG"), (PNG, "PNG"), (WEBP, "WEBP")], ids=["jpeg", "png", "webp"]
)
def test_images_forget_where_they_were_taken(kind: Kind, name: str, path: Path) -> None:
    data = photo(kind=name)
    assert b"SECRET-CAMERA" in data
    path.write_bytes(data)
    clean_image(path, kind)
    assert b"SECRET-CAMERA" not in path.read_bytes()


def test_a_photo_that_lies_on_its_side_is_set_upright(path: Path) -> None:
    path.write_bytes(photo(orientation=6))
    assert clean_image(path, JPEG) == (32, 64)
    path.write_bytes(photo(orientation=1))
    assert clean_image(path, JPEG) == (64, 32)


@pytest.mark.parametrize("scans", [12, MAX_SCANS])
def test_a_picture_that_comes_in_passes_is_taken(scans: int, path: Path) -> None:
    path.write_bytes(many_scans(scans))
    assert clean_image(path, JPEG) == (64, 64)


def test_a_picture_of_endless_passes_is_refused_before_it_is_decoded(path: Path) -> None:
    data = many_scans(MAX_SCANS + 1)
    path.write_bytes(data)
    with pytest.raises(Refusal) as caught:
        clean_image(path, JPEG)
    assert caught.value.code == "broken_file"
    path.write_bytes(data[:2] + b"\xff\xe1\x00\x02" * MAX_SEGMENTS + data[2:])
    with pytest.raises(Refusal) as caught:
        clean_image(path, JPEG)
    assert caught.value.code == "broken_file"


def test_what_phones_write_behind_a_picture_is_no_pass(path: Path) -> None:
    path.write_bytes(many_scans(12) + b"\xff\xda" * (MAX_SCANS + 1))  # the film of a moving picture
    assert clean_image(path, JPEG) == (64, 64)


def test_an_animation_keeps_moving(path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    frames[0].save(path, format="GIF", save_all=True, append_images=frames[1:])
    clean_image(path, GIF)
    with Image.open(path) as shown:
        assert getattr(shown, "n_frames", 1) == 3


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (bomb(), PNG, "image_too_large"),
        (bomb(50_000, 1), PNG, "image_too_large"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, PNG, "broken_file"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, JPEG, "broken_file"),
        (b"GIF89a" + SCRIPT_PAGE, GIF, "broken_file"),
        (b"RIFF\x10\0\0\0WEBPVP8 \xff\xff\xff\xff", WEBP, "broken_file"),
    ],
    ids=["bomb", "ribbon", "png", "jpeg", "gif", "webp"],
)
def test_what_cannot_be_shown_is_refused(data: bytes, kind: Kind, code: str, path: Path) -> None:
    path.write_bytes(data)
    with pytest.raises(Refusal) as caught:
        clean_image(path, kind)
    assert caught.value.code == code


@pytest.mark.parametrize("cut", [30, 60, 100])
def test_half_an_image_is_refused(cut: int, path: Path) -> None:
    path.write_bytes(image("PNG", size=(64, 64))[:-cut])
    with pytest.raises(Refusal):
        clean_image(path, PNG)


def test_a_pdf_is_looked_at_from_both_ends(path: Path) -> None:
    assert kind_of(pdf()) is PDF
    path.write_bytes(pdf())
    check_pdf(path)
    for broken in (pdf()[:-20], b"%PDF-9.9" + pdf()[8:], pdf().replace(b"xref\n0", b"nope\n0"), b"%PDF-1.4"):
        path.write_bytes(broken)
        with pytest.raises(Refusal):
            check_pdf(path)


def test_a_webp_without_metadata_stays_as_it_is() -> None:
    data = image("WEBP")
    assert strip_webp(data) == data
