from pathlib import Path

import pytest

from tools.progress import StepFailed
from tools.testing import Outcome, _choose, _read, _report

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="test_passes"/>
<testcase classname="tests.a" name="test_fails"><failure message="no"/></testcase>
<testcase classname="tests.a" name="test_skips"><skipped message="no PostgreSQL here"/></testcase>
</testsuite></testsuites>"""


def outcome(*, skipped: list[str], code: int = 0) -> Outcome:
    return Outcome("unit", code, 1.0, passed=3, failed=0, skipped=skipped)


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text(REPORT)
    read = _read("unit", report, 1, 0.5)
    assert (read.passed, read.failed, read.skipped) == (1, 1, ["tests.a.test_skips: no PostgreSQL here"])


def test_the_rules_of_passing_tests_are_added_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = '<properties><property name="rules" value="{}"/></properties>'
    report = tmp_path / "unit.xml"
    report.write_text(
        REPORT.replace('name="test_passes"/>', f'name="test_passes">{named.format("CH2 CH10 G1")}</testcase>')
        .replace("<failure", f"{named.format('CH2 W1')}<failure")
        .replace("<skipped", f"{named.format('W1')}<skipped")
    )
    read = _read("unit", report, 1, 0.5)
    assert read.rules == {"CH2": 1, "CH10": 1, "G1": 1}
    _report([read, read])
    assert "passing tests of each rule: CH2 2, CH10 2, G1 2\n" in capsys.readouterr().out


def test_a_missing_report_is_a_failure(tmp_path: Path) -> None:
    read = _read("unit", tmp_path / "nothing.xml", 0, 0.5)
    assert (read.code, read.failed) == (1, 1)


def test_a_skip_is_told_but_passes_at_home(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert _report([outcome(skipped=["tests.a: no browser"])]) == 0
    assert "no browser" in capsys.readouterr().out


def test_a_skip_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert _report([outcome(skipped=["tests.a: no browser"])]) == 1


def test_a_failing_kind_fails_the_run() -> None:
    assert _report([outcome(skipped=[], code=1)]) == 1


def test_an_unknown_kind_is_refused_with_the_list() -> None:
    with pytest.raises(StepFailed, match=r"No such kind of test: nonsense. There are: unit contracts"):
        _choose(["nonsense"])
