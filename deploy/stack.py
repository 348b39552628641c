"""The parts of a grown installation, in one table.

``docker-compose.yml`` is checked against it, ``nginx.conf`` is made from ``nginx.conf.in`` with its
names, and ``tests/stack`` starts the same parts as plain processes on free ports. Words in braces
stand for what differs between the two: ``{web1.host}``, ``{web1.http}``, ``{SECRET_KEY}``.

``python -m deploy.stack`` writes ``nginx.conf`` anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

FOLDER = Path(__file__).resolve().parent
ASK = "import urllib.request as u; u.urlopen('http://127.0.0.1:{port}{path}', timeout=2)"
BEAT = "import os, time; assert time.time() - os.stat('{data}/worker.beat').st_mtime < 30"

Kind = Literal["http", "beat", "sql", "redis", "stun"]
Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]


@dataclass(frozen=True)
class Port:
    """Where a part listens inside its container, and how much of the outside world sees it."""

    number: int
    protocol: Literal["tcp", "udp"] = "tcp"
    is_open: bool = False
    """Published to other machines; else only the other parts reach it."""


@dataclass(frozen=True)
class Ready:
    """How to find out that a part does its work; ``inside`` asks from within its container."""

    kind: Kind
    port: str = ""
    path: str = ""
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One process.

    ``command`` is empty where the image's own does; ``plain`` is what a plain process needs beside
    or instead of it; ``after`` names what must be there first.
    """

    name: str
    command: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, Port] = field(default_factory=dict)
    after: Mapping[str, Condition] = field(default_factory=dict)
    ready: Ready | None = None


def _asks(port: int, path: str) -> tuple[str, ...]:
    return ("CMD", "python", "-c", ASK.format(port=port, path=path))


_HOOK = "http://{nginx.host}:{nginx.inner}/hooks/media"
"""Through nginx, which knows a web process that is there while another one restarts."""
_TURN = {
    "TURN_URLS": (
        "turn:{PUBLIC_HOST}:{coturn.turn}?transport=udp,"
        "turn:{PUBLIC_HOST}:{coturn.turn}?transport=tcp,"
        "turns:{PUBLIC_HOST}:{coturn.turn_tls}?transport=tcp"
    ),
    "TURN_SECRET": "{TURN_SECRET}",
}
_WEB = {
    "LIVECLASS_ENV": "production",
    "HTTPS": "1",
    "TRUSTED_PROXIES": "1",
    "HOST": "{bind}",
    "DATA_DIR": "{data}",
    "MEDIA_RECORDINGS": "{recordings}",
    "DATABASE_URL": (
        "postgresql://liveclass:{POSTGRES_PASSWORD}@{postgres.host}:{postgres.sql}/liveclass"
    ),
    "REDIS_URL": "redis://{redis.host}:{redis.tcp}/0",
    "SECRET_KEY": "{SECRET_KEY}",
    "ALLOWED_HOSTS": "{PUBLIC_HOST},{nginx.host},127.0.0.1",
    "WHISPER_SECRETS": "{WHISPER_SECRETS}",
    "MEDIA_SECRET": "{MEDIA_SECRET}",
    "MEDIA_URL_INTERNAL": "http://{media.host}:{media.http}",
    "MEDIA_HOOK_URL": _HOOK,
    **_TURN,
}
_STORES: dict[str, Condition] = {"postgres": "service_healthy", "redis": "service_healthy"}
_MIGRATED: dict[str, Condition] = {"migrate": "service_completed_successfully"}


def _web(name: str) -> Part:
    return Part(
        name,
        ("python", "manage.py", "serve", "--only", "web"),
        environment={**_WEB, "PORT": f"{{{name}.http}}"},
        ports={"http": Port(8000)},
        after=_MIGRATED,
        ready=Ready("http", "http", "/healthz", _asks(8000, "/healthz")),
    )


PARTS = (
    Part(
        "postgres",
        ("postgres", "-c", "max_connections=200"),
        # fsync off: a test's data need not survive the machine
        ("-D", "{run}/postgres/data", "-c", "listen_addresses={postgres.host}",
         "-c", "port={postgres.sql}", "-c", "unix_socket_directories={run}/postgres/data",
         "-c", "fsync=off", "-c", "shared_buffers=32MB"),
        environment={
            "POSTGRES_USER": "liveclass",
            "POSTGRES_DB": "liveclass",
            "POSTGRES_PASSWORD": "{POSTGRES_PASSWORD}",
        },
        ports={"sql": Port(5432)},
        ready=Ready("sql", "sql", "", ("CMD-SHELL", "pg_isready -U liveclass -d liveclass")),
    ),
    Part(
        "redis",
        ("redis-server", "--save", "", "--appendonly", "no", "--maxmemory", "256mb"),
        ("--bind", "{redis.host}", "--port", "{redis.tcp}"),
        ports={"tcp": Port(6379)},
        ready=Ready("redis", "tcp", "", ("CMD", "redis-cli", "ping")),
    ),
    Part(
        "migrate",
        ("python", "manage.py", "migrate", "--no-input"),
        environment={**_WEB, "PORT": "8000"},
        after=_STORES,
    ),
    Part(
        "worker",
        ("python", "manage.py", "serve", "--only", "worker"),
        environment={**_WEB, "PORT": "8000"},
        after=_MIGRATED,
        ready=Ready("beat", "", "", ("CMD", "python", "-c", BEAT.format(data="/data"))),
    ),
    Part(
        "media",
        ("python", "-m", "realtime.sfu"),
        environment={
            "MEDIA_HTTP_HOST": "{bind}",
            "MEDIA_HTTP_PORT": "{media.http}",
            "MEDIA_RECORDINGS": "{recordings}",
            "MEDIA_UDP_PORT": "{media.udp}",
            "MEDIA_ANNOUNCED_ADDRESS": "{MEDIA_ANNOUNCED_ADDRESS}",
            "MEDIA_SECRET": "{MEDIA_SECRET}",
            "MEDIA_HOOK_URL": _HOOK,
            **_TURN,
        },
        ports={"http": Port(8001), "udp": Port(8002, "udp", is_open=True)},
        ready=Ready("http", "http", "/media/healthz", _asks(8001, "/media/healthz")),
    ),
    _web("web1"),
    _web("web2"),
    Part(
        "nginx",
        plain=("nginx", "-p", "{run}/nginx", "-c", "{run}/nginx/nginx.conf",
               "-g", "daemon off;"),
        ports={
            "http": Port(80, is_open=True),
            "https": Port(443, is_open=True),
            "inner": Port(8080),
        },
        after={"web1": "service_started", "web2": "service_started", "media": "service_started"},
        ready=Ready(
            "http", "inner", "/alive",
            ("CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/alive"),
        ),
    ),
    Part(
        "coturn",
        ("-c", "{turnserver_conf}", "--realm={PUBLIC_HOST}",
         "--external-ip={MEDIA_ANNOUNCED_ADDRESS}", "--static-auth-secret={TURN_SECRET}",
         "--cert={certificates}/fullchain.pem", "--pkey={certificates}/privkey.pem"),
        ("--listening-ip={coturn.host}", "--relay-ip={coturn.host}",
         "--listening-port={coturn.turn}", "--tls-listening-port={coturn.turn_tls}",
         "--min-port={coturn.first}", "--max-port={coturn.last}",
         "--pidfile={run}/coturn/pid", "--userdb={run}/coturn/db"),
        ports={
            "turn": Port(3478, is_open=True),
            "turn_udp": Port(3478, "udp", is_open=True),
            "turn_tls": Port(5349, is_open=True),
            "first": Port(49160, "udp", is_open=True),
            "last": Port(49200, "udp", is_open=True),
        },
        ready=Ready("stun", "turn"),
    ),
)  # fmt: skip
"""Every part behind those it needs."""


def part(name: str) -> Part:
    """The part with this name."""
    return next(one for one in PARTS if one.name == name)


def variables() -> set[str]:
    """What an operator must fill in: the names of ``.env``."""
    texts = [text for one in PARTS for text in (*one.command, *one.environment.values())]
    return {name for text in texts for name in re.findall(r"\{([A-Z_]+)\}", text)}


@dataclass(frozen=True)
class Placement:
    """Where the parts are: ``known`` fills the words in braces."""

    known: Mapping[str, Any]

    def fill(self, text: str) -> str:
        """``text`` without braces."""
        return text.format_map(self.known) if "{" in text else text

    def words(self, words: tuple[str, ...]) -> list[str]:
        """A command line without braces."""
        return [self.fill(word) for word in words]

    def environment(self, one: Part) -> dict[str, str]:
        """The variables of a part."""
        return {name: self.fill(value) for name, value in one.environment.items()}


def in_containers() -> Placement:
    """As ``docker-compose.yml`` has it: every part is a host with a name and its usual ports."""
    parts = {one.name: at(one.name, _numbers(one)) for one in PARTS}
    asked = {name: f"${{{name}:?see deploy/env.example}}" for name in variables()}
    files = {
        "data": "/data",
        "recordings": "/recordings",
        "turnserver_conf": "/etc/coturn/turnserver.conf",
        "certificates": "/etc/coturn/certs",
    }
    return Placement({**parts, **asked, **files, "bind": "0.0.0.0"})  # noqa: S104 - in a container


def at(host: str, ports: Mapping[str, int]) -> SimpleNamespace:
    """One part's place, for the words in braces."""
    return SimpleNamespace(host=host, **ports)


def _numbers(one: Part) -> dict[str, int]:
    return {name: port.number for name, port in one.ports.items()}


def nginx_conf(**differs: str) -> str:
    """``nginx.conf.in`` with every ``@name@`` filled in; by default as the container needs it."""
    names = {
        "http": "80", "https": "443", "inner": "8080",
        "web1": "web1:8000", "web2": "web2:8000", "media": "media:8001",
        "run": "/var/cache/nginx/run", "certificates": "/etc/nginx/certs",
        "access_log": "/dev/stdout",
    } | differs  # fmt: skip
    text = (FOLDER / "nginx.conf.in").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda found: names[found[1]], text)


if __name__ == "__main__":
    (FOLDER / "nginx.conf").write_text(nginx_conf(), encoding="utf-8")
