"""The servers a fan-out is compared with: the C floor, Node's, and the textbook."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.load import Load
from benchmarks.programs import CACHE, HERE, Missing, program
from tests.services import ServiceMissing, free_port, start_redis

PEERS = HERE / "peers"
NODE = CACHE / "peers"
READY_SECONDS = 15.0
SOCKET_IO_PATH = "/socket.io/?EIO=4&transport=websocket"


@dataclass
class Contestant:
    """One running server and the members in it."""

    name: str
    pid: int
    load: Load
    senders: int = 10


def node_peers() -> Path:
    """The folder of the Node peers with their libraries, installed from npm at the first call.

    Missing, with one sentence, when Node or npm are not there or npm fails.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Missing("Node peers are left out: node and npm are not installed.")
    NODE.mkdir(parents=True, exist_ok=True)
    for source in (*PEERS.glob("*.js"), PEERS / "package.json"):
        shutil.copy2(source, NODE)
    if not all((NODE / "node_modules" / name).is_dir() for name in ("ws", "socket.io")):
        flags = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")
        done = subprocess.run([npm, "install", *flags], cwd=NODE, capture_output=True, check=False)
        if done.returncode != 0:
            raise Missing("Node peers are left out: npm could not install ws and socket.io.")
    return NODE


def version_of(package: str) -> str:
    """The installed version of a Node library."""
    import json

    told = json.loads((NODE / "node_modules" / package / "package.json").read_text())
    return str(told["version"])


@contextlib.contextmanager
def running(name: str, command: list[str], kind: str, path: str, most: int) -> Iterator[Contestant]:
    """Start ``command`` + port, pinned, with a load client for ``most`` members beside it."""
    port = free_port()
    process = subprocess.Popen(
        [*command[:1], *(word.replace("PORT", str(port)) for word in command[1:])],
        cwd=HERE.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(name, process, port)
        machine.pin(process.pid, machine.SERVER_CORE)
        with Load(kind, port, path, most) as load:
            load.pin()
            yield Contestant(name, process.pid, load)
    finally:
        process.kill()
        process.wait(10)


def _wait(name: str, process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{name} did not start")


@contextlib.contextmanager
def floor(most: int) -> Iterator[Contestant]:
    """The C program that does nothing but ``send``."""
    with running("C floor", [str(program("floor")), "PORT"], "echo", "/", most) as one:
        yield one


@contextlib.contextmanager
def node(name: str, script: str, most: int) -> Iterator[Contestant]:
    """``script`` is a file of ``peers`` and its words after the port."""
    file, *words = script.split()
    node_program = shutil.which("node") or "node"
    is_io = file.startswith("socketio")
    kind, path = ("socketio", SOCKET_IO_PATH) if is_io else ("echo", "/")
    command = [node_program, str(node_peers() / file), "PORT", *words]
    with running(name, command, kind, path, most) as one:
        yield one


@contextlib.contextmanager
def textbook(most: int, *, redis: bool) -> Iterator[Contestant]:
    """AsyncJsonWebsocketConsumer and group_send, on memory or on a Redis of our own."""
    command = [sys.executable, "-m", "benchmarks.peers.textbook", "PORT"]
    with contextlib.ExitStack() as stack:
        name = "textbook, in memory"
        if redis:
            try:
                server, url = start_redis()
            except ServiceMissing as missing:
                raise Missing(str(missing)) from None
            stack.callback(server.stop)
            if server.process is not None:
                machine.pin(server.process.pid, machine.CLIENT_CORE)
            command.append(url)
            name = "textbook, Redis pub/sub"
        one = stack.enter_context(running(name, command, "echo", "/", most))
        yield one
