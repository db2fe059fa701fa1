"""Files that only servers read: what they name must exist here."""

import json
import re
from typing import Any

import pytest
import yaml

from bot import metrics
from bot.config import ROOT, Settings

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
ALERTS: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "alerts.yaml").read_text(encoding="utf-8"))
DASHBOARD: dict[str, Any] = json.loads((ROOT / "docs" / "grafana.json").read_text(encoding="utf-8"))
PROCESS = {"process_resident_memory_bytes", "process_cpu_seconds_total"}


def names() -> set[str]:
    """Every series that /metrics can show."""
    found = set()
    for family in metrics.REGISTRY.collect():
        found.add(family.name)
        found |= {f"{family.name}{ending}" for ending in ("_total", "_bucket", "_count", "_sum")}
    return found | PROCESS


def test_alerts_and_panels_ask_for_series_that_exist() -> None:
    asked = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    series = {name for expression in asked for name in re.findall(r"\b(?:drillbot|process)_\w+", expression)}
    assert len(series) > 10
    assert series <= names()


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = json.dumps(DASHBOARD)
    ours = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith("drillbot_")}
    assert len(ours) > 8
    assert {name for name in ours if name not in shown} == set()


def test_every_alert_says_what_to_do() -> None:
    for rule in (rule for group in ALERTS["groups"] for rule in group["rules"]):
        assert rule["annotations"]["remedy"].endswith((".", "doctor"))
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_image_is_built_from_hashes_and_runs_without_root() -> None:
    instructions = re.sub(r"\\\n", "", DOCKERFILE).splitlines()
    assert all("--require-hashes" in line for line in instructions if "install" in line and "-r " in line)
    assert sum(line.startswith("USER ") and line != "USER root" for line in instructions) == 1
    assert any(line.startswith("HEALTHCHECK") and '["drillbot", "health"]' in line for line in instructions)
    stages = [number for number, line in enumerate(instructions) if line.startswith("FROM")]
    assert not any("pip" in line for line in instructions[stages[-1] :] if line.startswith("RUN"))


def test_what_the_image_copies_is_here_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert f"!{source}" in ignored


def test_settings_that_are_set_for_the_container_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    image = set(re.findall(r"\b([A-Z_]{4,})=", DOCKERFILE)) - {"PATH", "PYTHON", "MPLCONFIGDIR"}
    assert {name for name in image if not name.startswith("PYTHON")} <= known
    assert set(COMPOSE["services"]["bot"]["environment"]) <= known


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_locked_up(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_without_a_profile_only_the_bot_starts_and_keeps_its_data_in_a_volume() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["bot"]
    assert services["bot"]["volumes"] == ["data:/data"]
    assert services["bot"]["environment"]["DATABASE_URL"] == "${DATABASE_URL:-sqlite:////data/drillbot.db}"
    assert {name for name, service in services.items() if service.get("profiles") == ["postgres"]} == {"migrate", "postgres"}
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["bot"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully", "required": False}


def test_the_vulnerability_scan_is_a_workflow_of_its_own() -> None:
    workflows = ROOT / ".github" / "workflows"
    assert "pip-audit" in (workflows / "audit.yml").read_text(encoding="utf-8")
    assert "pip-audit" not in (workflows / "ci.yml").read_text(encoding="utf-8")
