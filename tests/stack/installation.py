"""The table of ``deploy/stack.py`` as plain processes on free ports of 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import psycopg
import redis
from websockets.asyncio.client import connect

from deploy import stack
from realtime.protocol.version import PROTOCOL_VERSION
from realtime.tickets import RoomTicket, sign
from tests import services
from tests.platform_process import _is_free as is_free
from tests.realtime.classroom import Page
from tests.stack import turn
from tools import system

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
READY_SECONDS = 30.0
STOP_SECONDS = 8.0
WEBS = ("web1", "web2")
SECRETS = {
    "PUBLIC_HOST": "localhost",
    "MEDIA_ANNOUNCED_ADDRESS": HOST,
    "SECRET_KEY": "stack-" + "0123456789abcdef" * 4,
    "WHISPER_SECRETS": "whisper-" + "0123456789abcdef" * 2,
    "MEDIA_SECRET": "media-" + "0123456789abcdef" * 3,
    "POSTGRES_PASSWORD": "unused-here",
    "TURN_SECRET": "turn-" + "0123456789abcdef" * 2,
}


def program(name: str) -> str:
    """A server's program; missing is an error that names the fix."""
    found = system.server(name)
    if found is None:
        raise services.ServiceMissing(f"Tests need {name}: {system.servers_fix()}.")
    return str(found)


class Installation:
    """Every part of the table. ``start``, ``stop`` and ``kill`` take the name of one part."""

    def __init__(self) -> None:
        self.postgres = services.Server("stack")  # its folder, and a user PostgreSQL agrees to
        self.folder = self.postgres.folder
        self.folder.chmod(0o755)
        self.ports = _ports()
        self.place = stack.Placement(self._known())
        self.told: dict[str, Any] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        } | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    # -- the whole

    def build(self) -> None:
        """Start everything in the table's order, with one live class in it."""
        for name in ("postgres", "redis", "nginx", "coturn", "data"):
            (self.folder / name).mkdir(exist_ok=True)
        self._prepare_postgres()
        self._prepare_nginx()
        for name in ("postgres", "redis"):
            self.start(name)
        with psycopg.connect(self._sql("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE liveclass")
        self._seed()
        rest = [one.name for one in stack.PARTS if one.name not in {"postgres", "redis", "migrate"}]
        for name in rest:
            self.launch(name)
        for name in rest:
            self.wait(name)

    def end(self) -> None:
        """Stop everything, in the other order, and remove the folder."""
        for name in [one.name for one in reversed(stack.PARTS) if one.name in self._running]:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.stop(name)
        self.postgres.stop()

    # -- one part

    def start(self, name: str) -> None:
        """Start one part and wait until it is ready."""
        self.launch(name)
        self.wait(name)

    def launch(self, name: str) -> None:
        """Start one part."""
        one = stack.part(name)
        command = self._command(one)
        with self.log_of(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                command, cwd=ROOT if command[0] == sys.executable else self.folder / name,
                env=self.environment_of(name) | _libraries(command[0]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                user=self.postgres.user if name == "postgres" else None,
            )  # fmt: skip

    def wait(self, name: str) -> None:
        """Until one part is ready; its log when it is not."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._running[name].poll() is None:
            if self.is_ready(name):
                return
            time.sleep(0.05)
        raise services.ServiceFailed(f"{name} is not ready:\n{self.read_log(name)[-4000:]}")

    def is_ready(self, name: str) -> bool:
        """Ask one part in the way the table says."""
        ready = stack.part(name).ready
        asks: dict[str, Callable[[], bool]] = {
            "http": lambda: self._answers_http(name),
            "beat": (self.folder / "data" / "worker.beat").is_file,
            "sql": self._answers_sql,
            "redis": self._answers_redis,
            "stun": lambda: turn.answers(self.ports["coturn"]["turn"]),
        }
        return ready is None or asks[ready.kind]()

    def stop(self, name: str) -> float:
        """SIGTERM (PostgreSQL: SIGINT, its fast shutdown); gives the seconds it took."""
        began = time.monotonic()
        gentle = signal.SIGINT if name == "postgres" else signal.SIGTERM
        self._end(name, gentle)
        return time.monotonic() - began

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self._end(name, signal.SIGKILL)

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """SIGSTOP, and SIGCONT in the end."""
        process = self._running[name]
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def _end(self, name: str, number: signal.Signals) -> None:
        process = self._running.pop(name)
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    # -- asking from outside

    def log_of(self, name: str) -> Path:
        """Where one part writes."""
        return self.folder / f"{name}.log"

    def read_log(self, name: str) -> str:
        """What one part has written."""
        return self.log_of(name).read_text(errors="replace")

    def web(self, name: str, path: str) -> str:
        """An address of one web process, past nginx."""
        return f"http://{HOST}:{self.ports[name]['http']}{path}"

    def front(self, path: str) -> str:
        """An address as members know it."""
        return f"https://localhost:{self.ports['nginx']['https']}{path}"

    def tls(self) -> ssl.SSLContext:
        """Trust in the front door's own certificate, and no other."""
        return ssl.create_default_context(cafile=self.folder / "nginx" / "fullchain.pem")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database directly."""
        with psycopg.connect(self._sql("liveclass")) as connection:
            return connection.execute(query, values or None).fetchall()  # type: ignore[call-overload, no-any-return]

    def ticket(self, person: str) -> str:
        """What the room page would have been given."""
        role = person if person in {"host", "assistant"} else "member"
        ticket = RoomTicket(
            room=self.told["code"], member=self.told["people"][person], name=person,
            role=role, session="s", exp=int(time.time()) + 60,
        )  # fmt: skip
        return sign(ticket, SECRETS["SECRET_KEY"].encode())

    def socket(self, web: str = "") -> connect:
        """A WebSocket to the room: through nginx, or to one web process."""
        path = f"/ws/room/{self.told['code']}/?lang=en"
        address = self.web(web, path) if web else self.front(path)
        more: dict[str, Any] = {} if web else {"ssl": self.tls()}
        return connect(
            address.replace("http", "ws", 1), proxy=None, compression=None, max_size=None,
            origin="https://localhost", close_timeout=2, **more,
        )  # fmt: skip

    def hello(self, person: str, epoch: str = "", last_seq: int = 0) -> dict[str, Any]:
        """The first message of a page."""
        return {
            "type": "hello", "ticket": self.ticket(person), "version": PROTOCOL_VERSION,
            "epoch": epoch, "last_seq": last_seq,
        }  # fmt: skip

    async def page(self, person: str, web: str = "") -> Page:
        """A page of ``person`` in the room, greeted."""
        page = Page(await self.socket(web))
        await page.send(self.hello(person))
        page.first = await page.wait_for("snapshot", "bye")
        assert page.first["type"] == "snapshot", page.first
        return page

    def act(self, script: str) -> str:
        """Run a piece of Python where a web process could: a third process beside the two."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", script],
            cwd=ROOT, env=self.environment_of("web1"), capture_output=True, text=True, check=False,
            timeout=30,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def environment_of(self, name: str) -> dict[str, str]:
        """The whole environment of one part."""
        return self._environment | self.place.environment(stack.part(name))

    # -- preparing

    def _known(self) -> dict[str, Any]:
        parts = {one.name: stack.at(HOST, self.ports.get(one.name, {})) for one in stack.PARTS}
        files = {
            "run": str(self.folder), "data": str(self.folder / "data"),
            "recordings": str(self.folder / "recordings"), "bind": HOST,
            "turnserver_conf": str(ROOT / "deploy" / "turnserver.conf"),
            "certificates": str(self.folder / "nginx"),
        }  # fmt: skip
        return {**parts, **SECRETS, **files}

    def _command(self, one: stack.Part) -> list[str]:
        first = {
            "redis": services.find_redis, "nginx": lambda: program("nginx"),
            "coturn": lambda: program("turnserver"), "postgres": lambda: str(self._programs),
        }  # fmt: skip
        words = self.place.words((*one.command, *one.plain))
        if one.name == "coturn":
            return [first["coturn"](), *words]
        return [first.get(one.name, lambda: sys.executable)(), *words[1:]]

    def _prepare_postgres(self) -> None:
        programs = services._reachable(services.find_postgres(), self.folder)
        self._programs = programs / "postgres"
        if self.postgres.user is not None:
            shutil.chown(self.folder / "postgres", self.postgres.user)
        services._init_cluster(programs, self.folder / "postgres" / "data", self.postgres.user)

    def _prepare_nginx(self) -> None:
        folder, ports = self.folder / "nginx", self.ports["nginx"]
        here = {name: f"{HOST}:{port}" for name, port in ports.items()}
        behind = {name: f"{HOST}:{self.ports[name]['http']}" for name in (*WEBS, "media")}
        text = stack.nginx_conf(
            **here, **behind, run=str(folder / "nginx"), certificates=str(folder),
            access_log=str(folder / "access.log"),
        )  # fmt: skip
        (folder / "nginx.conf").write_text(text)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-days", "2", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
            cwd=folder, capture_output=True, check=True,
        )  # fmt: skip

    def _seed(self) -> None:
        one = stack.part("migrate")
        environment = self.environment_of("migrate")
        for command in (self._command(one), [sys.executable, "-m", "tests.realtime.seed"]):
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr[-3000:]
        self.told = json.loads(done.stdout.splitlines()[-1])

    # -- is it ready?

    def _answers_http(self, name: str) -> bool:
        ready = stack.part(name).ready
        assert ready is not None
        with contextlib.suppress(httpx.HTTPError):
            address = f"http://{HOST}:{self.ports[name][ready.port]}{ready.path}"
            return httpx.get(address, timeout=2, trust_env=False).is_success
        return False

    def _answers_sql(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self._sql("postgres"), connect_timeout=1).close()
            return True
        return False

    def _answers_redis(self) -> bool:
        with contextlib.suppress(redis.RedisError), self.redis() as client:
            return bool(client.ping())
        return False

    def redis(self) -> redis.Redis:
        """A client of the installation's Redis."""
        return redis.Redis(port=self.ports["redis"]["tcp"], socket_timeout=2)

    def _sql(self, database: str) -> str:
        return f"postgresql://liveclass@{HOST}:{self.ports['postgres']['sql']}/{database}"


def _ports() -> dict[str, dict[str, int]]:
    """Free ports for every port of the table; a port for TCP and UDP is one."""
    wanted = [(one.name, port) for one in stack.PARTS for port in one.ports]
    first = _free_block(len(wanted) + 8)
    found: dict[str, dict[str, int]] = {}
    for number, (name, port) in enumerate(wanted, first):
        found.setdefault(name, {})[port] = number
    found["coturn"]["first"] = first + len(wanted)
    found["coturn"]["last"] = first + len(wanted) + 7
    return found


def _free_block(count: int) -> int:
    """First of ``count`` free ports below those the kernel takes for outgoing connections: parts
    that restart must find theirs free."""
    for _ in range(200):
        first = random.randint(12_000, 30_000)  # noqa: S311 - any will do
        if all(is_free(port) for port in range(first, first + count)):
            return first
    raise RuntimeError("no run of free ports found on 127.0.0.1")


def _libraries(command: str) -> Mapping[str, str]:
    return system.libraries_of(Path(command))


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that other processes do.

    Raises:
        TimeoutError: it was not done in time.
    """
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - no event tells of other processes
            await asyncio.sleep(0.02)


def listening(host: str = HOST) -> socket.socket:
    """A socket that listens, for processes that share it."""
    shared = socket.socket()
    shared.bind((host, 0))
    shared.listen(128)
    return shared
