"""What the doctor says of settings."""

import json
from pathlib import Path

import pytest

from bot.doctor.configuration import (
    check_demo,
    check_origins,
    check_public_address,
    check_secrets,
    check_time_zones,
)
from bot.doctor.findings import Level
from tests.unit.doctor.conftest import ENGINE_SECRET, IDENTITY_KEY, MakePatient


async def test_random_secrets_are_fine(make_patient: MakePatient) -> None:
    assert (await check_secrets(make_patient())).level is Level.OK


@pytest.mark.parametrize(
    "secret", ["a" * 40, "please-change-me-8fj39dk20sl1ms83", "my-password-is-8fj39dk20sl1ms83x"]
)
async def test_a_secret_that_can_be_guessed_is_named_and_never_shown(
    make_patient: MakePatient, secret: str
) -> None:
    found = await check_secrets(make_patient(engine_secret=secret))
    assert found.level is Level.FAIL
    assert "KOTHA_ENGINE_SECRET" in found.message
    assert secret not in found.as_line()


async def test_one_secret_for_two_purposes_is_refused(make_patient: MakePatient) -> None:
    found = await check_secrets(make_patient(identity_keys={"k1": ENGINE_SECRET}))
    assert found.level is Level.FAIL
    assert "the same" in found.message


async def test_secrets_of_the_demo_are_noticed_in_public(make_patient: MakePatient, tmp_path: Path) -> None:
    made = {"KOTHA_ENGINE_SECRET": ENGINE_SECRET, "KOTHA_IDENTITY_KEYS": json.dumps({"k1": IDENTITY_KEY})}
    (tmp_path / "secrets.json").write_text(json.dumps(made))
    assert (await check_secrets(make_patient())).level is Level.OK
    found = await check_secrets(make_patient(public_url="https://chat.example"))
    assert found.level is Level.WARN
    assert "KOTHA_IDENTITY_KEYS (k1)" in found.message


async def test_the_demo_shop_must_not_be_public(make_patient: MakePatient) -> None:
    assert (await check_demo(make_patient(demo=True))).level is Level.OK
    assert (await check_demo(make_patient(demo=True, public_url="https://chat.example"))).level is Level.FAIL


@pytest.mark.parametrize(
    ("url", "hops", "level"),
    [
        ("https://chat.example", 1, Level.OK),
        ("https://chat.example", 0, Level.WARN),
        ("http://chat.example", 1, Level.FAIL),
        ("http://127.0.0.1:8080", 0, Level.OK),
        (None, 0, Level.WARN),
    ],
)
async def test_the_public_address_is_encrypted_and_its_proxies_are_counted(
    make_patient: MakePatient, url: str | None, hops: int, level: Level
) -> None:
    assert (await check_public_address(make_patient(public_url=url, forwarded_hops=hops))).level is level


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, Level.OK),
        ({"allowed_origins": {}}, Level.WARN),
        ({"allowed_origins": {"shop": []}}, Level.FAIL),
        ({"allowed_origins": {"shop": ["http://shop.example"]}}, Level.WARN),
        ({"identity_keys": {}}, Level.WARN),
    ],
)
async def test_origins_must_make_sense(
    make_patient: MakePatient, changes: dict[str, object], level: Level
) -> None:
    assert (await check_origins(make_patient(**changes))).level is level


async def test_the_shops_time_zone_is_known(make_patient: MakePatient) -> None:
    assert (await check_time_zones(make_patient())).level is Level.OK
