"""The whole visit: with nothing running, with nothing configured, and when a check breaks."""

import asyncio
import json
import logging
import os
import re
from pathlib import Path

import pytest

from bot.doctor import examination
from bot.doctor.__main__ import main
from bot.doctor.findings import Finding, Level, ok, warn
from bot.doctor.patient import Patient
from bot.settings import StoreSettings, list_unknown_settings
from tests.unit.doctor.conftest import ENGINE_SECRET, NOBODY


@pytest.fixture
def _configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "KOTHA_ENGINE_SECRET": ENGINE_SECRET,
        "KOTHA_ENGINE_URLS": NOBODY,
        "KOTHA_ACTIONS_URL": NOBODY,
        "KOTHA_ALLOWED_ORIGINS": '{"shop": ["https://shop.example"]}',
        "KOTHA_PORT": "9",
        "KOTHA_DATA_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)


def only(monkeypatch: pytest.MonkeyPatch, *checks: examination.Check) -> None:
    monkeypatch.setattr(examination, "OF_THE_STORE", ())
    monkeypatch.setattr(examination, "OF_THE_SERVICE", checks)


async def well(_patient: Patient) -> Finding:
    return ok("well", "it is")


async def tired(_patient: Patient) -> Finding:
    return warn("tired", "it is", "Let it rest")


async def check_broken_thing(_patient: Patient) -> Finding:
    raise RuntimeError("+8801712345678")


async def check_hanging(_patient: Patient) -> Finding:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.usefixtures("_configured")
def test_nothing_running_is_a_report_with_advice_for_each_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["level"] == "fail"
    failed = {line["check"]: line["advice"] for line in report["findings"] if line["level"] == "fail"}
    assert {"database", "engines", "actions", "gateway", "front"} <= set(failed)
    assert all(failed.values())


@pytest.mark.usefixtures("_configured")
@pytest.mark.parametrize(("check", "code"), [(well, 0), (tired, 0), (check_broken_thing, 1)])
def test_only_failures_fail(monkeypatch: pytest.MonkeyPatch, check: examination.Check, code: int) -> None:
    only(monkeypatch, check)
    assert main([]) == code


@pytest.mark.usefixtures("_configured")
def test_whoever_called_goes_on_to_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def chatty(_patient: Patient) -> Finding:
        logging.getLogger("kotha").error("while it looks")
        return await well(_patient)

    only(monkeypatch, chatty)
    main([])
    logging.getLogger("kotha").error("afterwards")
    assert [record.getMessage() for record in caplog.records] == ["afterwards"]


@pytest.mark.usefixtures("_configured")
def test_a_check_that_breaks_hides_no_other_and_tells_nothing_personal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only(monkeypatch, check_broken_thing, well)
    main([])
    told = capsys.readouterr().out
    assert "fail  broken thing: the check itself failed (RuntimeError)" in told
    assert "ok    well: it is" in told
    assert "8801712345678" not in told


@pytest.mark.usefixtures("_configured")
async def test_a_check_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "CHECK_SECONDS", 0.05)
    only(monkeypatch, check_hanging)
    findings = await examination.examine()
    assert findings[-1].level is Level.FAIL


async def test_missing_settings_are_named_and_the_disk_is_looked_at_all_the_same(tmp_path: Path) -> None:
    findings = await examination.examine()
    assert "KOTHA_ENGINE_SECRET" in findings[0].message
    assert {"data folder", "disk", "database"} <= {finding.check for finding in findings}


async def test_a_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTHA_ENGINE_SECRET", "too-short-to-be-one")
    [settings, *_] = await examination.examine()
    assert "KOTHA_ENGINE_SECRET" in settings.message
    assert "too-short-to-be-one" not in settings.as_line()


@pytest.mark.usefixtures("_configured")
async def test_a_setting_nobody_reads_is_told_with_the_one_that_is_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only(monkeypatch)
    monkeypatch.setenv("KOTHA_PROT", "8080")
    [settings, *_] = await examination.examine()
    assert settings.level is Level.WARN
    assert "KOTHA_PROT (is KOTHA_PORT meant?)" in settings.message


@pytest.mark.usefixtures("_configured")
async def test_every_setting_of_the_documentation_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"^\| `(KOTHA_\w+)`", page, re.MULTILINE)) - set(os.environ):
        monkeypatch.setenv(name, "")
    assert list_unknown_settings() == []


def test_the_store_is_found_without_secrets() -> None:
    assert StoreSettings.model_fields.keys() == {"data_dir", "database_url"}
