"""The whole platform as an operator starts it, in a folder and on ports of its own.

Browser and kill tests use it: nothing in it is replaced, all traffic stays on 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from tests import migrated

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "kiln-harbour-tests-57"
READY_SECONDS = 60


def free_ports(count: int) -> int:
    """First of ``count`` neighbouring ports that are free now, for TCP and for UDP.

    From below the range the kernel takes for outgoing connections: one of those may come between
    our look and the server's start.
    """
    for _ in range(200):
        first = random.randrange(12_000, 30_000)  # noqa: S311 - spreads tests that run side by side
        if all(_is_free(first + i) for i in range(count)):
            return first
    raise RuntimeError("no run of free ports found on 127.0.0.1")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def children_of(pid: int) -> dict[int, str]:
    """Process id and command line of the direct children of ``pid`` (Linux)."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, IndexError):
            stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(stat[1]) == pid:
                raw = (entry / "cmdline").read_bytes()
                found[int(entry.name)] = raw.replace(b"\0", b" ").decode(errors="replace")
    return found


@dataclass
class Platform:
    """A running installation with demo data. ``start`` and ``stop`` may be called in turns."""

    data_dir: Path
    port: int = field(default_factory=lambda: free_ports(3))
    process: subprocess.Popen[bytes] | None = None
    log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MEDIA_", "DATABASE_"))}
        return kept | {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "DATA_DIR": str(self.data_dir),
            "MEDIA_ANNOUNCED_ADDRESS": "127.0.0.1",
            "LIVECLASS_DEMO_PASSWORD": DEMO_PASSWORD,
            "LIVECLASS_MEDIA_PROFILE": "test",
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, *words: str) -> str:
        """Run a management command to its end and give its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {words[0]} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def prepare(self) -> None:
        """Make the database and the demo organisation."""
        migrated.sqlite(self.data_dir / "db.sqlite3")
        self.manage("demo")

    def start(self) -> None:
        """Start web, media and worker and wait until all of them are ready."""
        self.log = (self.data_dir / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.wait_ready()

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when ``/healthz`` says that every part is up; fail with the log otherwise."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the platform did not become ready:\n{self.read_log()[-4000:]}")

    def read_log(self) -> str:
        return (self.data_dir / "serve.log").read_text(errors="replace")

    def kill(self, part: str) -> int:
        """SIGKILL the child whose command line names ``part`` (web, media, worker)."""
        assert self.process is not None
        names = {"web": "--only web", "media": "realtime.sfu", "worker": "--only worker"}
        for pid, command in children_of(self.process.pid).items():
            if names[part] in command or f"--only {part}" in command:
                os.kill(pid, signal.SIGKILL)
                return pid
        raise RuntimeError(f"no {part} among {children_of(self.process.pid)}")

    def stop(self) -> float:
        """Ctrl-C; gives the seconds it took. Ends it the hard way after ten."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self.process = None
        if self.log is not None:
            self.log.close()
        return time.monotonic() - began
