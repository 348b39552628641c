"""A real media process for tests that need one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.realtime.sfu.peers import SECRET

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def start(**extra: str) -> tuple[subprocess.Popen[bytes], int]:
    """A media process that answers."""
    port = free_port()
    own = {
        "MEDIA_SECRET": SECRET.decode(),
        "MEDIA_HTTP_PORT": str(port),
        "MEDIA_UDP_PORT": "0",
        "MEDIA_HOOK_URL": "",
    }
    env = {**os.environ, **own, **extra}
    child = subprocess.Popen(
        [sys.executable, "-m", "realtime.sfu"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/media/healthz").json()["ok"]:
                return child, port
        except httpx.TransportError:
            time.sleep(0.05)
    child.kill()
    raise AssertionError("the media process did not answer")
