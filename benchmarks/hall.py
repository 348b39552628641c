"""A real web process with one live class and as many members as a benchmark needs."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine
from benchmarks.load import Load
from realtime.tickets import RoomTicket, sign
from tests.platform_process import free_ports
from tests.realtime.classroom import READY_SECONDS, ROOT, Classroom

TICKET_SECONDS = 7200
"""Longer than any benchmark: that tickets end is not what is measured."""


class Hall(Classroom):
    """A classroom whose members come from the load client.

    ``options`` are passed to ``benchmarks/web.py`` as environment variables; without any, the web
    process is started exactly as ``manage.py serve`` does it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.members: list[int] = []
        self.options: dict[str, str] = {}
        self.announce_port = 0

    @property
    def environment(self) -> dict[str, str]:
        """The classroom's, and the options."""
        return super().environment | self.options

    @property
    def pid(self) -> int:
        """The web process."""
        assert self.process is not None
        return self.process.pid

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def path(self) -> str:
        """Of the room's WebSocket."""
        return f"/ws/room/{self.told['code']}/"

    @property
    def tickets(self) -> Path:
        """A file with a ticket for every member."""
        return self.folder / "tickets"

    def fill(self, count: int) -> None:
        """Prepare database, ``count`` members and their tickets."""
        self.seed(0)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.bulk", str(count)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        self.members = json.loads(done.stdout.splitlines()[-1])
        self.write_tickets()

    def write_tickets(self) -> None:
        """Sign them; the load client takes one line per member."""
        secret, until = self.told["secret"].encode(), int(time.time()) + TICKET_SECONDS
        with self.tickets.open("w") as out:
            for number, member in enumerate(self.members):
                ticket = RoomTicket(
                    room=self.told["code"], member=member, name=f"m{number}", role="member",
                    session="s", exp=until,
                )  # fmt: skip
                out.write(sign(ticket, secret) + "\n")

    def begin(self, **options: object) -> None:
        """Start the web process; with ``options`` it is ``benchmarks/web.py``."""
        self.options = {f"BENCH_{name.upper()}": str(value) for name, value in options.items()}
        program = ["-m", "benchmarks.web"] if options else ["manage.py", "serve", "--only", "web"]
        with (self.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *program], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._wait()

    def begin_announcing(self, **options: object) -> None:
        """Start a web process in which lines are announced without the database."""
        self.announce_port = free_ports(1)
        self.begin(announce=self.announce_port, seq=self.seq, **options)

    def _wait(self) -> None:
        """Until it listens."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.01)
        self.kill()
        raise RuntimeError(f"the web process did not start:\n{self.log[-4000:]}")

    @property
    def seq(self) -> int:
        """The newest durable event in the database."""
        return int(self.rows("SELECT max(last_seq) FROM liveclass_room")[0][0])

    def load(self, most: int | None = None) -> Load:
        """A load client with a ticket for everybody."""
        wanted = len(self.members) if most is None else most
        return Load("room", self.port, self.path, wanted, self.tickets, self.announce_port)

    def pin(self) -> bool:
        """Keep the web process on the server's core."""
        return machine.pin(self.pid, machine.SERVER_CORE)


@contextlib.contextmanager
def filled_hall(
    count: int, connections: int | None = None, extra: dict[str, str] | None = None
) -> Iterator[Hall]:
    """A prepared hall that is not started; stopped and removed at the end.

    ``connections``: how many there will be at once, if not one for each member; ``extra``: more of
    the environment, a ``DATABASE_URL`` for instance.
    """
    machine.require_descriptors(count if connections is None else connections)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is cleaned up
    with tempfile.TemporaryDirectory(prefix="liveclass-bench-") as folder:
        hall = Hall(Path(folder) / "hall")
        hall.extra = extra or {}
        try:
            hall.fill(count)
            yield hall
        finally:
            if hall.process is not None:
                hall.kill()


@contextlib.contextmanager
def copy_of(hall: Hall, name: str) -> Iterator[Hall]:
    """A second hall with the same data; ``hall`` must not be running."""
    other = Hall(hall.folder.with_name(name))
    other.copy_of(hall)
    other.members = hall.members
    try:
        yield other
    finally:
        if other.process is not None:
            other.kill()
        shutil.rmtree(other.folder, ignore_errors=True)
