"""A real web process (daphne on a socket, a temporary database) and pages that talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime.protocol.version import PROTOCOL_VERSION
from realtime.tickets import RoomTicket, sign
from tests import migrated
from tests.platform_process import free_ports

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30.0


@dataclass
class Classroom:
    """One web process. ``start``, ``kill`` and ``stop`` may be called in turns; data stays."""

    folder: Path
    port: int = field(default_factory=lambda: free_ports(3))
    pages: list[Page] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    """More of the environment: other services, another bus."""

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's own configuration but what a web process needs."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATA_DIR": str(self.folder), "PORT": str(self.port), "PYTHONPATH": str(ROOT),
            "SECRET_KEY": "classroom-" + "0123456789abcdef" * 4, "PYTHONUNBUFFERED": "1",
            **self.extra,
        }  # fmt: skip

    def seed(self, members: int = 60) -> None:
        """Make the database: one live class with ``members`` beside the ones with a name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if "DATABASE_URL" not in self.extra:
            migrated.sqlite(self.folder / "db.sqlite3")
        command = [sys.executable, "-m", "tests.realtime.seed"]
        environment = self.environment | {"SEED_MEMBERS": str(members)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        self.told = json.loads(done.stdout.splitlines()[-1])
        (self.folder / "told.json").write_text(json.dumps(self.told))

    def copy_of(self, other: Classroom) -> None:
        """The same database and people as ``other``, which must not be running."""
        shutil.copytree(other.folder, self.folder, dirs_exist_ok=True)
        self.told = dict(other.told)

    def start(self) -> None:
        """Start the web process and wait until it listens."""
        with (self.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--only", "web"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{self.port}/nowhere", timeout=2)
                return
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the web process did not start:\n{self.log[-4000:]}")

    @property
    def log(self) -> str:
        """What the web process has written."""
        return (self.folder / "web.log").read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        self._end(signal.SIGKILL)

    def stop(self) -> float:
        """SIGTERM; gives the seconds it took."""
        began = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - began

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            finally:
                self.process = None

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Ask the database directly, on a connection of our own."""
        path = self.folder / "db.sqlite3"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def ticket(self, person: str = "ann", role: str = "", **fields: Any) -> str:
        """What the room page would have been given."""
        given = {
            "room": self.told["code"], "member": self.told["people"][person], "name": person,
            "role": role or (person if person in {"host", "assistant"} else "member"),
            "session": "s", "exp": int(time.time()) + 60,
        }  # fmt: skip
        ticket = RoomTicket(**(given | fields))
        return sign(ticket, self.told["secret"].encode())

    def connect(self, query: str = "", path: str = "", **options: Any) -> connect:
        """A WebSocket to the room (or to another ``path``), not greeted yet."""
        path = path or f"/ws/room/{self.told['code']}/"
        url = f"ws://127.0.0.1:{self.port}{path}{query}"
        options.setdefault("origin", f"http://127.0.0.1:{self.port}")
        return connect(url, proxy=None, compression=None, max_size=None, **options)

    async def silent_page(self, query: str = "?lang=en") -> Page:
        """A page that has not said hello."""
        page = Page(await self.connect(query))
        self.pages.append(page)
        return page

    async def close_pages(self) -> None:
        """Leave with every page that was opened."""
        while self.pages:
            await self.pages.pop().close()

    async def page(self, person: str = "ann", epoch: str = "", last_seq: int = 0) -> Page:
        """A page of ``person`` in the room, greeted."""
        page = await self.silent_page()
        await page.send(
            {"type": "hello", "ticket": self.ticket(person), "version": PROTOCOL_VERSION,
             "epoch": epoch, "last_seq": last_seq}
        )  # fmt: skip
        page.first = await page.wait_for("snapshot", "resumed", "bye")
        return page


class Page:
    """What a room page does, without a screen: remembers every message in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.first: dict[str, Any] = {}
        self.heard: list[dict[str, Any]] = []
        self._unread: list[dict[str, Any]] = []

    async def send(self, message: dict[str, Any]) -> None:
        """Send one message as it is."""
        await self.socket.send(json.dumps(message))

    async def command(self, type: str, id: str = "", **fields: Any) -> str:
        """Send a command; its id."""
        id = id or str(uuid.uuid4())
        await self.send({"type": type, "id": id, **fields})
        return id

    async def do(self, type: str, id: str = "", **fields: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        return await self.answer(await self.command(type, id, **fields))

    async def answer(self, id: str, seconds: float = 5.0) -> dict[str, Any]:
        """The ``accepted`` or ``refused`` with this id."""
        async with asyncio.timeout(seconds):
            while True:
                for message in self.heard:
                    if message["type"] in {"accepted", "refused"} and message["id"] == id:
                        return message
                await self.next()

    async def wait_for(self, *types: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next message of one of these types; others are read and remembered."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.next()
                if message["type"] in types:
                    return message

    async def next(self) -> dict[str, Any]:
        """The next message."""
        while not self._unread:
            frame = json.loads(await self.socket.recv())
            self._unread = frame if isinstance(frame, list) else [frame]
        message = self._unread.pop(0)
        self.heard.append(message)
        return message

    async def listen(self, seconds: float) -> None:
        """Read for a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self.next()

    async def closed(self, seconds: float = 5.0) -> int:
        """Read to the end; the close code."""
        async with asyncio.timeout(seconds):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self.next()
        return int(self.socket.close_code or 0)

    def all(self, type: str) -> list[dict[str, Any]]:
        """Everything heard of one type."""
        return [message for message in self.heard if message["type"] == type]

    @property
    def seqs(self) -> list[int]:
        """Numbers of the durable events heard, in order of arrival."""
        lasting = [one for one in self.heard if one["type"] not in {"accepted", "resumed"}]
        return [message["seq"] for message in lasting if "seq" in message]

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()
