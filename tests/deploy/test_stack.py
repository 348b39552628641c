"""``docker-compose.yml``, ``nginx.conf`` and ``env.example`` say what the table of parts says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deploy import stack

ROOT = Path(__file__).resolve().parents[2]
NAMES = [one.name for one in stack.PARTS]
PLACES = stack.in_containers()


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of docker-compose.yml, anchors and merges resolved."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = YAML(typ="safe").load(text)["services"]
    return found


def test_all_parts_are_there(services: dict[str, Any]) -> None:
    assert set(services) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_commands_agree(services: dict[str, Any], name: str) -> None:
    assert services[name].get("command", []) == PLACES.words(stack.part(name).command)


@pytest.mark.parametrize("name", NAMES)
def test_environments_agree(services: dict[str, Any], name: str) -> None:
    assert services[name].get("environment", {}) == PLACES.environment(stack.part(name))


@pytest.mark.parametrize("name", NAMES)
def test_ports_agree(services: dict[str, Any], name: str) -> None:
    ports = stack.part(name).ports
    if name == "coturn":  # a range: from the first to the last
        first, last = ports["first"].number, ports["last"].number
        assert services[name]["ports"][-1] == f"{first}-{last}:{first}-{last}/udp"
        ports = {key: port for key, port in ports.items() if key.startswith("turn")}
        services[name]["ports"][-1:] = []
    wanted = {
        f"{port.number}:{port.number}" + ("/udp" if port.protocol == "udp" else "")
        for port in ports.values()
        if port.is_open
    }
    assert set(services[name].get("ports", ())) == wanted
    inside = {str(port.number) for port in ports.values() if not port.is_open}
    assert set(services[name].get("expose", ())) == inside


@pytest.mark.parametrize("name", NAMES)
def test_order_agrees(services: dict[str, Any], name: str) -> None:
    told = services[name].get("depends_on", {})
    after = (
        dict.fromkeys(told, "service_started")
        if isinstance(told, list)
        else {part: how["condition"] for part, how in told.items()}
    )
    assert after == stack.part(name).after
    assert all(NAMES.index(part) < NAMES.index(name) for part in after)


@pytest.mark.parametrize("name", NAMES)
def test_health_checks_agree(services: dict[str, Any], name: str) -> None:
    ready = stack.part(name).ready
    told = services[name].get("healthcheck", {}).get("test", [])
    assert told == list(ready.inside if ready else ())


def test_nginx_conf_is_made_from_its_template() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert text == stack.nginx_conf(), "run: python -m deploy.stack"
    for name, port in stack.part("nginx").ports.items():
        assert re.search(rf"listen {port.number}\b", text), name


def test_the_relay_s_ports_are_the_table_s() -> None:
    text = (ROOT / "deploy" / "turnserver.conf").read_text(encoding="utf-8")
    told = dict(re.findall(r"^([a-z-]+)=(\d+)$", text, re.MULTILINE))
    ports = stack.part("coturn").ports
    names = {"listening-port": "turn", "tls-listening-port": "turn_tls"}
    names |= {"min-port": "first", "max-port": "last"}
    assert {name: int(told[name]) for name in names} == {
        name: ports[port].number for name, port in names.items()
    }


def test_operators_are_asked_for_what_the_table_needs() -> None:
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+)=", example, re.MULTILINE)) == stack.variables()


def test_every_process_may_have_its_connections() -> None:
    """Web processes, worker and migrate, each with a full pool, and some for commands by hand."""
    command = stack.part("postgres").command
    most = int(command[-1].removeprefix("max_connections="))
    programs = [one for one in stack.PARTS if "DATABASE_URL" in one.environment]
    assert most >= 8 * (len(programs) + 8)
