"""Dependencies that could become something else overnight are refused."""

import json

import pytest

from tools.dependencies import of_licences, of_lock, of_pins, read_npm, read_pip_audit
from tools.environments import REQUIREMENTS

HASH = "--hash=sha256:" + "a" * 64


def test_our_own_pins_are_hashed_and_from_no_address() -> None:
    for name in ("service", "tools", "engine", "uv"):
        assert list(of_pins((REQUIREMENTS / f"{name}.txt").read_text())) == []


@pytest.mark.parametrize(
    "pin",
    [
        "aiohttp==3.9",
        "aiohttp>=3 \\\n    " + HASH,
        "aiohttp " + HASH,
        "aiohttp @ git+https://example.org/x@main " + HASH,
        "git+https://example.org/x",
        "-e .",
        "./local " + HASH,
        "--extra-index-url https://example.org",
        "aiohttp==3.9 --hash=md5:abc",
    ],
)
def test_a_loose_pin_is_refused(pin: str) -> None:
    assert len(list(of_pins(f"# pins\n{pin}\n"))) == 1


def test_a_good_pin_passes() -> None:
    marked = "uvloop==0.21 ; platform_python_implementation != 'PyPy' \\\n    "
    assert list(of_pins(f"sqlalchemy[asyncio]==2.0 \\\n    {HASH}\n{marked}{HASH}\n")) == []


@pytest.mark.parametrize(
    "licence",
    ["", "GPL-3.0", "AGPL", "GNU General Public License (GPL)", "Proprietary", "SSPL", "MIT AND GPL"],
)
def test_a_licence_nobody_allowed_is_named(licence: str) -> None:
    assert len(list(of_licences([["somebody", licence]]))) == 1


@pytest.mark.parametrize(
    "licence", ["MIT", "Apache Software License", "BSD-3-Clause AND TCL", "MPL-2.0", "ISC"]
)
def test_a_free_licence_passes(licence: str) -> None:
    assert list(of_licences([["somebody", licence]])) == []


def test_npms_lock_is_read() -> None:
    good = {"integrity": "sha512-x", "license": "MIT"}
    lock = {"packages": {"": {}, "node_modules/a": good, "node_modules/a/node_modules/b": {"license": "MIT"}}}
    assert list(of_lock(lock)) == ["b: without a hash"]
    from_git = {"packages": {"node_modules/c": {**good, "resolved": "git+ssh://x"}}}
    assert list(of_lock(from_git)) == ["c: from an address, which cannot be checked"]


def test_an_audit_nobody_answers_is_skipped_and_says_so() -> None:
    assert read_npm(b'{"error": {"code": "ENOTFOUND"}}') == (
        "the advisory database is not reachable: skipped",
        0,
    )
    assert read_npm(b"")[1] == 0
    counts = {"total": 2, "high": 2}
    assert read_npm(json.dumps({"metadata": {"vulnerabilities": counts}}).encode())[1] == 1
    assert read_npm(json.dumps({"metadata": {"vulnerabilities": {"total": 0}}}).encode())[1] == 0


def test_a_known_vulnerability_of_a_pin_is_named() -> None:
    well = {"name": "aiohttp", "version": "3.9", "vulns": []}
    ill = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]}
    old = {"name": "uvloop", "version": "0.1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
    assert read_pip_audit(answer(well)) == ("no known vulnerabilities", 0)
    assert read_pip_audit(answer(well, ill, old)) == (
        "2 with known vulnerabilities: pillow 1.0: PYSEC-1 (mended in 1.1, 2.0); "
        "uvloop 0.1: PYSEC-2 (mended in no version yet)",
        1,
    )


def test_pins_nobody_looked_at_are_not_called_well() -> None:
    well = {"name": "aiohttp", "version": "3.9", "vulns": []}
    unknown = {"name": "ours", "skip_reason": "not found"}
    assert read_pip_audit(answer(well, unknown))[0] == "no known vulnerabilities (1 of 2 not in the database)"
    for nothing in (b"", b"connection refused", b"[]", answer(unknown), answer()):
        assert read_pip_audit(nothing) == ("the advisory database is not reachable: skipped", 0)


def answer(*packages: object) -> bytes:
    return json.dumps({"dependencies": packages, "fixes": []}).encode()
