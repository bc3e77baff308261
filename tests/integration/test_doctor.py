"""The doctor at a gateway that runs: what it says of health is what `/readyz` says."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.doctor import gateway
from bot.doctor.findings import Level
from bot.doctor.patient import Patient
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import Running


@pytest.fixture
def patient(running: Running, http: ClientSession) -> Patient:
    port = int(running.base.rpartition(":")[2])
    return Patient(running.settings.model_copy(update={"port": port}), http)


async def test_a_widgets_socket_opens(patient: Patient) -> None:
    assert (await gateway.check_socket(patient)).level is Level.OK
    assert (await gateway.check_clock(patient)).level is Level.OK


async def test_a_site_the_gateway_does_not_know_is_refused(patient: Patient) -> None:
    others = patient.settings.model_copy(update={"allowed_origins": {"demo": ("https://elsewhere.example",)}})
    found = await gateway.check_socket(replace(patient, settings=others))
    assert (found.level, "origin" in found.message) == (Level.FAIL, True)


async def test_a_missing_model_makes_it_not_ready(patient: Patient, engine: FakeEngine) -> None:
    engine.model_loaded = False
    found = await gateway.check_gateway(patient)
    assert found.level is Level.FAIL
    assert "model (still loading)" in found.message
