"""The engine's small parts: placeholders, payloads, settings, placeholders for TensorFlow."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.engine.answers import fill
from bot.engine.metrics import Metrics
from bot.engine.model_file import find_model, needs_tensorflow, unpacked
from bot.engine.replies import choice_of
from bot.engine.requests import Choice
from bot.engine.settings import SettingMissing, read_settings, webhook_urls
from tests.unit.engine.tiny import ROOT

Json = Any
SECRETS = {"KOTHA_ENGINE_SECRET": "e", "KOTHA_ACTIONS_SECRET": "a"}


@pytest.mark.parametrize(
    ("template", "values", "filled"),
    [
        ("Hello {name}!", {"name": "রহিমা"}, "Hello রহিমা!"),
        ("{a}{b}", {"a": 1, "b": None}, "1None"),
        ("{unknown} {name}", {"name": "x"}, "{unknown} x"),
        ("{{name}}", {"name": "x"}, "{name}"),
        ("a { b } {name}", {"name": "{name}"}, "a { b } {name}"),
        ('/inform{"number": "{number}"}', {"number": "KT-1"}, '/inform{"number": "KT-1"}'),
        ('/inform{{"number": "{number}"}}', {"number": "KT-1"}, '/inform{"number": "KT-1"}'),
        ('/inform{"said": "{said}"}', {"said": 'a "b"'}, '/inform{"said": "a \\"b\\""}'),
        ([{"title": "{name}", "payload": "/affirm"}], {"name": "x"}, [{"title": "x", "payload": "/affirm"}]),
        ({"card": {"n": 1}}, {}, {"card": {"n": 1}}),
    ],
)
def test_placeholders_are_filled(template: Json, values: dict[str, Json], filled: Json) -> None:
    assert fill(template, values) == filled


def test_filling_leaves_the_domain_alone() -> None:
    template = {"buttons": [{"title": "{name}"}]}
    fill(template, {"name": "x"})
    assert template == {"buttons": [{"title": "{name}"}]}


@pytest.mark.parametrize(
    ("payload", "choice"),
    [
        ("/affirm", {"intent": "affirm", "entities": {}}),
        (' /inform {"a": "b"} ', {"intent": "inform", "entities": {"a": "b"}}),
        ('/inform@0.9{"a": {"b": ["c"]}}', {"intent": "inform", "entities": {"a": {"b": ["c"]}}}),
        ("affirm", None),
        ("/", None),
        ("/two words", None),
        ('/inform{"a"', None),
        (None, None),
    ],
)
def test_payloads_become_choices(payload: Json, choice: Json) -> None:
    assert choice_of(payload) == choice


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        (Choice("stop_dialogue", {}), "stop dialogue"),
        (Choice("inform", {"order_number": "KT-1", "count": 2}), "KT-1 2"),
        (Choice("inform", {"list": ["a"]}), "inform"),
    ],
)
def test_words_of_a_choice_never_look_like_a_command(choice: Choice, text: str) -> None:
    assert choice.text == text


def test_settings_come_from_flags_then_the_environment() -> None:
    environment = {**SECRETS, "KOTHA_ENGINE_PORT": "6000", "KOTHA_ACTIONS_URL": "http://127.0.0.1:7000"}
    assert read_settings([], environment).port == 6000
    settings = read_settings(["--port", "6001", "--model", "m.tar.gz"], environment)
    assert (settings.port, settings.model) == (6001, Path("m.tar.gz"))
    assert settings.actions_urls == ("http://127.0.0.1:7000/webhook",)
    assert "'e'" not in repr(settings)


def test_webhooks_may_be_named_in_full_and_be_several() -> None:
    assert webhook_urls("http://x/webhook") == webhook_urls("http://x/") == ("http://x/webhook",)
    assert webhook_urls("http://x, http://y/webhook") == ("http://x/webhook", "http://y/webhook")


@pytest.mark.parametrize("missing", SECRETS)
def test_missing_secret_is_named(missing: str) -> None:
    environment = {name: value for name, value in SECRETS.items() if name != missing}
    with pytest.raises(SettingMissing, match=missing):
        read_settings([], environment)


def test_newest_model_of_a_folder_is_meant(tmp_path: Path) -> None:
    import os

    for age, name in enumerate(("new.tar.gz", "old.tar.gz")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    assert find_model(tmp_path).name == "new.tar.gz"


def test_folder_of_a_component_that_learnt_nothing_is_there_again(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    (packed / "components" / "nothing").mkdir(parents=True)
    (packed / "metadata.json").write_text('{"predict_schema": {"nodes": {}}}', encoding="utf-8")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as tar:
        tar.add(packed, ".")
    with unpacked(tmp_path / "model.tar.gz") as model:
        assert (model.folder / "components" / "nothing").is_dir()


@pytest.mark.parametrize(
    ("modules", "needed"),
    [
        ({"rasa.core.policies.rule_policy", "bot.engine.components.intents"}, False),
        ({"rasa.nlu.classifiers.diet_classifier"}, True),
        ({"somebody.elses.component"}, True),
    ],
)
def test_tensorflow_is_loaded_for_models_that_need_it(modules: set[str], needed: bool) -> None:
    assert needs_tensorflow(frozenset(modules)) is needed


def test_placeholders_are_gone_afterwards_and_refuse_to_compute() -> None:
    program = (
        "import sys\n"
        "from bot.engine.left_out import LEFT_OUT, LeftOut, leave_out_what_never_answers\n"
        "leave_out_what_never_answers()\n"
        "assert not [name for name in sys.modules if name.startswith(LEFT_OUT)]\n"
        "from rasa.utils.tensorflow.data_generator import RasaBatchDataGenerator\n"
        "try:\n"
        "    RasaBatchDataGenerator(None)\n"
        "except LeftOut:\n"
        "    print('refused')\n"
        "import importlib.util\n"
        "assert importlib.util.find_spec('tensorflow').origin\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "refused\n", done.stderr


def test_histogram_adds_up() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.03, 100.0):
        metrics.observe_turn(seconds)
    lines = metrics.text(ready=True).splitlines()
    assert 'kotha_engine_turn_seconds_bucket{le="0.002"} 1' in lines
    assert 'kotha_engine_turn_seconds_bucket{le="0.05"} 2' in lines
    assert 'kotha_engine_turn_seconds_bucket{le="+Inf"} 3' in lines
    assert "kotha_engine_turn_seconds_count 3" in lines


def test_processor_time_of_understanding_adds_up() -> None:
    metrics = Metrics()
    for seconds in (0.25, 0.5):
        metrics.observe_understanding(seconds)
    assert "kotha_engine_understanding_cpu_seconds_total 0.750000" in metrics.text(ready=True).splitlines()


def test_stock_rasa_sends_the_secret_to_the_action_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from rasa.utils.endpoints import read_endpoint_config

    monkeypatch.setenv("KOTHA_ACTIONS_SECRET", "from the environment")
    endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "action_endpoint")
    assert endpoint is not None
    assert endpoint.headers == {"Authorization": "Bearer from the environment"}
