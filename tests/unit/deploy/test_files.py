"""The files of deploy/ against the code: what can be held without a cluster is held here."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.settings import ActionSettings
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
FILES = sorted(file for file in DEPLOY.rglob("*") if file.is_file())
YAML_FILES = [file for file in FILES if file.suffix == ".yml"]
UNITS = sorted((DEPLOY / "systemd").iterdir())
ENGINE_SETTINGS = (ROOT / "bot" / "engine" / "settings.py").read_text(encoding="utf-8")
SETTINGS = {
    *(f"KOTHA_{name.upper()}" for name in (*Settings.model_fields, *ActionSettings.model_fields)),
    *re.findall(r'"(KOTHA_[A-Z_]+)"', ENGINE_SETTINGS),
}
ENGINE_PORTS = {5105, 5106}
Json = dict[str, Any]


def named(file: Path) -> str:
    return str(file.relative_to(DEPLOY))


def documents(path: str) -> list[Json]:
    return list(yaml.safe_load_all((DEPLOY / path).read_text(encoding="utf-8")))


def of_kind(kind: str) -> Json:
    [found] = [document for document in documents("kubernetes/kotha.yml") if document["kind"] == kind]
    return found


@pytest.mark.parametrize("file", FILES, ids=named)
def test_each_file_says_at_its_top_whether_it_was_run(file: Path) -> None:
    top = "\n".join(file.read_text(encoding="utf-8").splitlines()[:8])
    assert re.search(r"[Nn]ot\s+(run|built)|accepts it|Checked by", top)


@pytest.mark.parametrize("file", FILES, ids=named)
def test_each_setting_that_is_named_exists(file: Path) -> None:
    assert set(re.findall(r"\bKOTHA_[A-Z_]+[A-Z]\b", file.read_text(encoding="utf-8"))) <= SETTINGS


@pytest.mark.parametrize("file", sorted(DEPLOY.rglob("*.env.example")), ids=named)
def test_a_shell_reads_example_settings_as_systemd_does(file: Path) -> None:
    """An operator's commands get the service's settings from a shell (docs/deploy.md)."""
    script = 'set -eu -a; . "$0"; exec env -0'
    read = subprocess.run(
        ["/bin/sh", "-c", script, str(file)], env={}, capture_output=True, text=True, check=True
    )
    settings = dict(line.split("=", 1) for line in read.stdout.split("\0") if line.startswith("KOTHA_"))
    written = dict(line.split("=", 1) for line in file.read_text().splitlines() if line.startswith("KOTHA_"))
    assert settings == {name: value.strip("'") for name, value in written.items()}
    assert all(json.loads(value) for value in settings.values() if value.startswith("{"))


@pytest.mark.parametrize("file", YAML_FILES, ids=named)
def test_yaml_parses(file: Path) -> None:
    assert all(isinstance(document, dict) for document in documents(named(file)))


@pytest.mark.parametrize("name", ["service", "engine"])
def test_images_are_made_of_files_that_exist(name: str) -> None:
    lines = (DEPLOY / "docker" / f"{name}.Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert [path for paths in copied for path in paths if not (ROOT / path).exists()] == []


# ---- docker compose


def services() -> dict[str, Json]:
    [compose] = documents("docker/docker-compose.yml")
    found: dict[str, Json] = compose["services"]
    return found


def test_each_node_has_its_engines_and_actions_on_its_own_loopback() -> None:
    for node in ("a", "b"):
        inside = [s for s in services().values() if s.get("network_mode") == f"service:node-{node}"]
        ports = {int(s["environment"].get("KOTHA_ENGINE_PORT", 0)) for s in inside} - {0}
        gateway = services()[f"node-{node}"]["environment"]
        assert ports == ENGINE_PORTS == ports_in(gateway["KOTHA_ENGINE_URLS"])
        assert {s["environment"].get("KOTHA_ACTIONS_PORT") for s in inside} & {"5055"}


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["nginx"]


def test_the_proxy_knows_every_node() -> None:
    upstream = (DEPLOY / "docker" / "upstream.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"server (\S+):8080", upstream)) == {n for n in services() if n.startswith("node-")}


# ---- Kubernetes


def containers() -> dict[str, Json]:
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    return {container["name"]: container for container in pod["containers"]}


def test_engines_are_asked_on_the_ports_the_gateway_knows() -> None:
    urls = ports_in(of_kind("ConfigMap")["data"]["KOTHA_ENGINE_URLS"])
    for name in ("engine-1", "engine-2"):
        container = containers()[name]
        [port] = [int(entry["value"]) for entry in container["env"] if entry["name"] == "KOTHA_ENGINE_PORT"]
        probes = yaml.safe_dump([container["startupProbe"], container["livenessProbe"]], width=1000)
        assert ports_in(probes) == {port}
        assert port in urls


def test_nothing_but_the_gateway_can_be_reached() -> None:
    [rule] = of_kind("NetworkPolicy")["spec"]["ingress"]
    opened = [port["containerPort"] for c in containers().values() for port in c.get("ports", [])]
    assert [port["port"] for port in rule["ports"]] == opened == [8080]
    assert of_kind("ConfigMap")["data"]["KOTHA_PORT"] == "8080"


def test_the_world_sees_no_metrics() -> None:
    [rule] = of_kind("Ingress")["spec"]["rules"]
    paths = {path["path"] for path in rule["http"]["paths"]}
    assert not paths & {"/", "/metrics", "/readyz"}
    assert {"/api", "/widget", "/console", "/documents"} <= paths


def test_every_container_is_locked_and_engines_know_no_database() -> None:
    for name, container in containers().items():
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        sources = [next(iter(source.values()))["name"] for source in container["envFrom"]]
        assert ("kotha-store" in sources) is not name.startswith("engine")


def test_pods_get_time_to_drain_and_engines_outlive_their_gateway() -> None:
    drain = Settings.model_fields["drain_seconds"].default
    waits = {
        name: int(container["lifecycle"]["preStop"]["exec"]["command"][1])
        for name, container in containers().items()
    }
    assert waits["gateway"] > 0  # proxies have to notice first
    others = [seconds for name, seconds in waits.items() if name != "gateway"]
    assert min(others) > waits["gateway"] + drain
    grace = of_kind("Deployment")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > max(others) + 5


def test_compose_knows_when_each_part_is_well() -> None:
    without = [name for name, service in services().items() if "healthcheck" not in service]
    assert set(without) == {"migrate", "nginx"}


# ---- nginx and systemd; their own programs read these files in tests/integration


def test_nginx_passes_sockets_and_one_forwarded_hop() -> None:
    conf = (DEPLOY / "nginx" / "kotha.conf").read_text(encoding="utf-8")
    assert "proxy_set_header Upgrade $http_upgrade;" in conf
    assert "proxy_http_version 1.1;" in conf
    assert "X-Forwarded-For $remote_addr;" in conf  # set, not appended: one hop may be believed


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda unit: unit.name)
def test_units_may_do_little(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=\n",
        "UMask=0077",
    ):
        assert line in text
    assert "User=kotha" in text


def test_the_target_starts_an_engine_for_each_address() -> None:
    target = (DEPLOY / "systemd" / "kotha.target").read_text(encoding="utf-8")
    gateway = (DEPLOY / "systemd" / "kotha-gateway.service").read_text(encoding="utf-8")
    started = {int(port) for port in re.findall(r"kotha-engine@(\d+)", target)}
    assert started == ports_in(gateway)


def ports_in(text: str) -> set[int]:
    return {int(port) for port in re.findall(r"127\.0\.0\.1:(51\d\d)", text)}
