"""Programs that tests need are looked for, and installed where that may be done."""

from pathlib import Path

import pytest

from tools import debian
from tools.debian import Programs
from tools.testing import kinds


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH; Debian's folder for PostgreSQL is beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(debian, "_VERSIONS", tmp_path / "postgresql")
    return folder


def put(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


WEB = Programs("a browser and a server", [("chromium", "chromium-browser"), ("nginx",)], ["some", "packages"])


def test_all_of_them_have_to_be_there(bin_folder: Path) -> None:
    put(bin_folder, "nginx")
    assert not WEB.are_there()
    put(bin_folder, "chromium-browser")
    assert WEB.are_there()


def test_postgresql_is_found_where_debian_keeps_it(bin_folder: Path) -> None:
    assert not debian.POSTGRESQL.are_there()
    for name in ("initdb", "pg_ctl"):
        put(bin_folder.parent / "postgresql" / "15" / "bin", name)
    assert debian.POSTGRESQL.are_there()


def test_what_cannot_be_installed_is_left_to_the_tests_to_report(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.debian.os.geteuid", lambda: 0)
    assert WEB.are_ready()  # there is no apt-get
    put(bin_folder, "apt-get")
    assert not WEB.are_ready()
    monkeypatch.setattr("tools.debian.os.geteuid", lambda: 1000)
    assert WEB.are_ready()


def test_unit_tests_need_no_program_and_the_others_get_theirs() -> None:
    needs = {kind.name: {part.title for part in kind.needs} for kind in kinds()}
    programs = {each.title for each in (debian.CHROMIUM, debian.POSTGRESQL, debian.SERVERS)}
    assert not needs["unit"] & programs
    assert needs["contracts"] & programs == {debian.POSTGRESQL.title}
    assert needs["integration"] & programs == {debian.POSTGRESQL.title, debian.SERVERS.title}
    assert needs["e2e"] & programs == {debian.CHROMIUM.title}
