"""Several web processes on one listening socket: one may stop while the other goes on."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.stack.installation import HOST, ROOT, Installation, listening

pytestmark = [pytest.mark.kill, pytest.mark.stack]
Serve = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def shared() -> Iterator[socket.socket]:
    """The socket all of them listen on."""
    with listening() as found:
        yield found


@pytest.fixture
def serve(installation: Installation, shared: socket.socket) -> Iterator[Serve]:
    """Starts one web process on the shared socket."""
    running: list[subprocess.Popen[bytes]] = []
    fd = shared.fileno()

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "serve", "--only", "web", "--fd", str(fd)]
        with installation.log_of("shared").open("ab") as log:
            running.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=installation.environment_of("web1"),
                    pass_fds=[fd], stdout=log, stderr=log, start_new_session=True,
                )
            )  # fmt: skip
        return running[-1]

    yield start
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
    assert "Traceback" not in installation.read_log("shared")


def wait_serving(process: subprocess.Popen[bytes]) -> None:
    """Until ``process`` has taken SIGTERM into its own hands: its loop runs, and it listens."""
    status = Path(f"/proc/{process.pid}/status")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        caught = int(status.read_text().split("SigCgt:")[1].split()[0], 16)
        if caught >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.05)
    raise AssertionError("a web process on the shared socket did not start")


class Visitor:
    """Asks for a page again and again on a new connection, from a thread."""

    def __init__(self, port: int) -> None:
        self.answers: list[int] = []
        self.failures: list[str] = []
        self._address = f"http://{HOST}:{port}/nowhere"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        headers = {"X-Forwarded-Proto": "https", "Connection": "close"}
        while not self._stop.is_set():
            try:
                answer = httpx.get(self._address, headers=headers, timeout=15, trust_env=False)
                self.answers.append(answer.status_code)
            except httpx.TransportError as error:
                self.failures.append(repr(error))
            time.sleep(0.02)


def test_a_rolling_restart_refuses_nobody(shared: socket.socket, serve: Serve) -> None:
    first, second = serve(), serve()
    visitor = Visitor(shared.getsockname()[1])
    try:
        wait_serving(first)
        wait_serving(second)
        for old in (first, second):
            old.send_signal(signal.SIGTERM)
            assert old.wait(8) == 0
            had = len(visitor.answers)
            wait_serving(serve())
            assert len(visitor.answers) > had
        time.sleep(0.5)
    finally:
        visitor.end()
    assert visitor.failures == []
    assert set(visitor.answers) == {404}


def test_who_was_let_in_is_answered_by_a_server_that_ends(
    shared: socket.socket, serve: Serve
) -> None:
    process = serve()
    wait_serving(process)
    with socket.create_connection(shared.getsockname(), 5) as connection:
        time.sleep(0.3)  # it has been taken
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 ")
    assert process.wait(8) == 0


@pytest.mark.parametrize("fd", ["0", "99"])
def test_what_is_no_listening_socket_is_refused(installation: Installation, fd: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--only", "web", "--fd", fd],
        cwd=ROOT, env=installation.environment_of("web1"), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"--fd {fd} is not a listening IPv4 socket." in done.stderr
