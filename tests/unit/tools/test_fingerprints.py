from pathlib import Path

from tools.fingerprints import fingerprint


def test_the_same_files_have_the_same_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("one")
    assert fingerprint([tmp_path]) == fingerprint([tmp_path])


def test_a_changed_content_changes_the_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("one")
    before = fingerprint([tmp_path])
    file.write_text("two")
    assert fingerprint([tmp_path]) != before


def test_a_moved_file_changes_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "bn").mkdir()
    file = tmp_path / "en" / "orders.yml"
    file.write_text("one")
    before = fingerprint([tmp_path])
    file.rename(tmp_path / "bn" / "orders.yml")
    assert fingerprint([tmp_path]) != before


def test_built_output_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("one")
    before = fingerprint([tmp_path])
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "built.js").write_text("made")
    assert fingerprint([tmp_path]) == before
