"""What the doctor says of the assistant."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.doctor import assistant
from bot.doctor.dialogue import ROOT, inspect_dialogue
from bot.doctor.findings import Level
from tests.fakes.engine import FakeEngine, Turn, answer_of, serve_engine
from tests.unit.doctor.conftest import ENGINE_SECRET, NOBODY, MakePatient

LANGUAGE_OF = {text: language for language, text in assistant.SENTENCES.items()}


def understanding(**mistaken: str) -> Turn:
    """Engine that knows the language of each sentence, but takes some for another."""

    async def turn(question: dict[str, Any]) -> web.Response:
        language = LANGUAGE_OF[question["text"]]
        heard = mistaken.get(language, language)
        return web.json_response(answer_of("Fine!", understanding={"intent": "greet", "language": heard}))

    return turn


async def test_a_sentence_in_each_script_is_answered(make_patient: MakePatient) -> None:
    engine = FakeEngine(ENGINE_SECRET, always=understanding())
    async with serve_engine(engine) as url:
        found = await assistant.check_sentences(make_patient(engine_urls=[url]))
    assert found.level is Level.OK
    assert engine.asked == list(assistant.SENTENCES.values())


async def test_a_script_the_model_does_not_know_is_named(make_patient: MakePatient) -> None:
    engine = FakeEngine(ENGINE_SECRET, always=understanding(bn="en"))
    async with serve_engine(engine) as url:
        found = await assistant.check_sentences(make_patient(engine_urls=[url]))
    assert (found.level, found.message) == (Level.FAIL, "bn: taken for en")


async def test_slow_answers_are_a_warning(make_patient: MakePatient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant, "SENTENCE_SECONDS", 0.0)
    async with serve_engine(FakeEngine(ENGINE_SECRET, always=understanding())) as url:
        assert (await assistant.check_sentences(make_patient(engine_urls=[url]))).level is Level.WARN


async def test_an_engine_with_another_secret_answers_nothing(make_patient: MakePatient) -> None:
    async with serve_engine(FakeEngine("another secret")) as url:
        found = await assistant.check_sentences(make_patient(engine_urls=[url]))
    assert found.level is Level.FAIL
    assert "no answer" in found.message


async def test_engines_that_are_away_are_told_with_how_to_start_them(make_patient: MakePatient) -> None:
    found = await assistant.check_engines(make_patient())
    assert found.level is Level.FAIL
    assert "make run" in found.advice
    assert (await assistant.check_actions(make_patient())).level is Level.FAIL


async def test_one_engine_of_two_is_a_warning(make_patient: MakePatient) -> None:
    async with serve_engine(FakeEngine(ENGINE_SECRET)) as url:
        assert (await assistant.check_engines(make_patient(engine_urls=[url, NOBODY]))).level is Level.WARN
        assert (await assistant.check_engines(make_patient(engine_urls=[url, url]))).level is Level.OK


async def test_engines_with_yesterdays_model_are_told_apart(
    make_patient: MakePatient, tmp_path: Path
) -> None:
    async with serve_engine(FakeEngine(ENGINE_SECRET)) as url:
        current = make_patient(engine_urls=[url], model=tmp_path / "fake.tar.gz")
        other = make_patient(engine_urls=[url], model=tmp_path / "kotha-new.tar.gz")
        assert (await assistant.check_engines(current)).level is Level.OK
        assert (await assistant.check_engines(other)).level is Level.WARN


async def test_a_model_that_is_not_trained_is_told(make_patient: MakePatient, tmp_path: Path) -> None:
    archive = tmp_path / "kotha-1.tar.gz"
    assert (await assistant.check_model(make_patient(model=archive))).advice.startswith("Run `make train`")
    archive.touch()
    assert (await assistant.check_model(make_patient(model=archive))).level is Level.OK


def test_the_repositorys_own_intents_are_all_answered() -> None:
    assert inspect_dialogue(ROOT).level is Level.OK


RULES = "rules: [{rule: a, steps: [{intent: greet}, {action: utter_greet}]}]"


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("{intents: [greet, thank], responses: {utter_greet: []}}", "no rule answers thank"),
        ("{intents: [greet]}", "there is no response utter_greet"),
    ],
)
def test_an_intent_nobody_answers_is_found(tmp_path: Path, domain: str, said: str) -> None:
    (tmp_path / "data" / "rules").mkdir(parents=True)
    (tmp_path / "data" / "rules" / "a.yml").write_text(RULES)
    (tmp_path / "domain.yml").write_text(domain)
    found = inspect_dialogue(tmp_path)
    assert (found.level, found.message) == (Level.FAIL, said)
