"""The container files are valid, and agree with each other and with the settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from realtime.server import PING_INTERVAL

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web1", "web2", "media", "worker", "migrate")
PROGRAMS = Path(sys.prefix) / "bin"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of docker-compose.yml, anchors and merges resolved."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = YAML(typ="safe").load(text)["services"]
    return found


@pytest.fixture(scope="module")
def nginx() -> str:
    """deploy/nginx.conf without comments."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    return re.sub(r"#[^\n]*", "", text)


def _location(nginx: str, path: str) -> str:
    found = re.search(rf"location {re.escape(path)} \{{(.*?)\n\s*\}}", nginx, re.DOTALL)
    assert found, f"nginx has no location {path}"
    return found.group(1)


def _compose_variables() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{(\w+)", text))


def test_compose_follows_the_published_schema() -> None:
    command = ["--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]
    done = subprocess.run(
        [PROGRAMS / "check-jsonschema", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_dockerfile_is_clean() -> None:
    command = [PROGRAMS / "hadolint", "--no-color", ROOT / "Dockerfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", OURS)
def test_programs_get_only_settings_that_exist(name: str, services: dict[str, Any]) -> None:
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    given = services[name]["environment"]
    assert [variable for variable in given if f"`{variable}`" not in documented] == []


def test_web_and_media_agree(services: dict[str, Any]) -> None:
    web, media = services["web1"]["environment"], services["media"]["environment"]
    shared = {"MEDIA_SECRET", "MEDIA_HOOK_URL", "TURN_URLS", "TURN_SECRET"}
    assert {name: web[name] for name in shared} == {name: media[name] for name in shared}
    assert web["MEDIA_URL_INTERNAL"] == f"http://media:{media['MEDIA_HTTP_PORT']}"
    udp = media["MEDIA_UDP_PORT"]
    assert services["media"]["ports"] == [f"{udp}:{udp}/udp"]
    assert "nginx" in web["ALLOWED_HOSTS"].split(","), "media calls web's hook under this name"


def test_connections_name_services_that_exist(services: dict[str, Any]) -> None:
    settings = services["web1"]["environment"]
    for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_URL_INTERNAL", "MEDIA_HOOK_URL"):
        host = re.sub(r"\$\{.*?\}", "", settings[name]).split("//")[1].rsplit("@")[-1]
        assert host.split(":")[0] in services
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)


def test_every_variable_is_explained_and_secrets_have_no_default() -> None:
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    lines = dict(line.split("=", 1) for line in example.splitlines() if re.match(r"\w+=", line))
    assert set(lines) == _compose_variables()
    assert [
        name for name in lines if name.endswith(("SECRET", "KEY", "PASSWORD")) and lines[name]
    ] == []
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert re.findall(r"\$\{\w+:?-", text) == [], "a variable with a default hides a missing one"


def test_mounted_files_exist(services: dict[str, Any]) -> None:
    made_by_operator = {"./deploy/certs"}
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith(".") and source not in made_by_operator:
                assert (ROOT / source).is_file(), source


def test_the_image_copies_what_exists_and_what_it_may() -> None:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+)$", docker, re.MULTILINE):
        for source in line.split()[:-1]:
            top = source.rstrip("/").split("/")[0]
            assert (ROOT / source).exists(), source
            assert f"!{top}" in allowed, f"{top} is not let through by .dockerignore"


def test_nginx_reaches_the_services(nginx: str, services: dict[str, Any]) -> None:
    upstreams = dict(re.findall(r"upstream (\w+) \{(.*?)\}", nginx, re.DOTALL))
    for one in upstreams.values():
        servers = re.findall(r"server (\w+):(\d+) max_fails=0;", one)
        assert len(servers) == one.count("server ")
        assert all(port in services[host]["expose"] for host, port in servers)
    assert set(re.findall(r"proxy_pass http://(\w+)", nginx)) == set(upstreams)


def test_a_class_is_found_by_its_code(nginx: str) -> None:
    rooms = re.search(r"upstream rooms \{(.*?)\}", nginx, re.DOTALL)
    assert rooms
    assert "hash $class_code consistent;" in rooms[1]
    for path in ("/ws/", "~ ^/classes/[A-Za-z0-9-]+/ticket/$"):
        assert "proxy_pass http://rooms;" in _location(nginx, path)


def test_nginx_keeps_websockets_open(nginx: str) -> None:
    rooms = _location(nginx, "/ws/")
    assert "Upgrade           $http_upgrade" in rooms
    assert "Connection        $connection_upgrade" in rooms
    seconds = re.search(r"proxy_read_timeout (\d+)s", rooms)
    assert seconds
    assert int(seconds.group(1)) >= 3 * PING_INTERVAL
    for header in ("Host", "X-Forwarded-For", "X-Forwarded-Proto"):
        assert f"proxy_set_header {header}" in rooms, "a location's own headers replace all others"


def test_one_proxy_tells_one_address(nginx: str, services: dict[str, Any]) -> None:
    """``TRUSTED_PROXIES=1`` believes the last address; what browsers send must not be it."""
    told = set(re.findall(r"X-Forwarded-For\s+(\S+);", nginx))
    assert told == {"$remote_addr"}
    assert services["web1"]["environment"]["TRUSTED_PROXIES"] == "1"


def test_nginx_sends_media_to_media_and_hides_hooks(nginx: str) -> None:
    assert "proxy_pass http://media;" in _location(nginx, "/media/")
    assert "return 404;" in _location(nginx, "~ ^/(hooks|metrics|control)(/|$)")
    assert "return 301 https://" in nginx


def test_every_nginx_brace_is_closed(nginx: str) -> None:
    assert nginx.count("{") == nginx.count("}")
