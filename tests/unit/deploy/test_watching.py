"""Alerts and dashboard use metrics that exist, and each alert has its runbook."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.server import ServerMetrics
from bot.metrics import Metrics

ROOT = Path(__file__).resolve().parents[3]
DASHBOARD = json.loads((ROOT / "deploy/grafana/kotha.json").read_text(encoding="utf-8"))
ALERTS = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
RUNBOOKS = (ROOT / "docs/runbooks.md").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = [rule for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
METRIC = re.compile(r"\bkotha_[a-z_]+[a-z]\b")


def engine_metrics() -> set[str]:
    text = importlib.import_module("bot.engine.metrics").Metrics().text(ready=True)
    return set(re.findall(r"^(kotha_[a-z_]+)", text, re.MULTILINE)) | {"kotha_engine_turns_total"}


def registered() -> set[str]:
    """The names of the series, as they are scraped."""
    families = [*Metrics().registry.collect(), *ServerMetrics().registry.collect()]
    series = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
    return {family.name + ending for family in families for ending in series[family.type]} | engine_metrics()


def dashboard_expressions() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])]


def test_the_dashboard_shows_only_metrics_that_exist() -> None:
    assert {name for expr in dashboard_expressions() for name in METRIC.findall(expr)} <= registered()


def test_nothing_the_gateway_counts_is_left_out_of_the_dashboard() -> None:
    shown = " ".join(dashboard_expressions())
    assert [family.name for family in Metrics().registry.collect() if family.name not in shown] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_metrics_that_exist(rule: dict[str, Any]) -> None:
    assert set(METRIC.findall(rule["expr"])) <= registered()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_severity_and_a_runbook_with_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["runbook"] == f"docs/runbooks.md#{rule['alert'].lower()}"
    section = RUNBOOKS.partition(f"\n## {rule['alert']}\n")[2].partition("\n## ")[0]
    assert all(part in section for part in ("**Means:**", "**See:**", "**Do:**"))


def test_no_runbook_is_for_an_alert_that_is_gone() -> None:
    assert set(re.findall(r"^## (Kotha\w+)$", RUNBOOKS, re.MULTILINE)) == {rule["alert"] for rule in RULES}


def test_metrics_the_runbooks_name_exist() -> None:
    bare = {re.sub("_(total|bucket|sum|count)$", "", name) for name in registered()}
    assert set(METRIC.findall(RUNBOOKS)) <= registered() | bare


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        taken |= cells
