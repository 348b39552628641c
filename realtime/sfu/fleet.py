"""Several media workers behind one door: ``python -m realtime.sfu`` with MEDIA_WORKERS above 1.

The process that is started becomes the front; the workers are its children. Worker number n has
the UDP port MEDIA_UDP_PORT + n and speaks HTTP on a Unix socket in a folder of its own user.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Callable

import uvicorn

from realtime.sfu.front import Front
from realtime.sfu.settings import Settings
from realtime.sfu.siblings import FRONT
from realtime.supervisor import Part, Supervisor

BACKLOG = 2048


async def run(
    settings: Settings,
    serve: Callable[[uvicorn.Config], uvicorn.Server],
    follow: Callable[[], None],
) -> int:
    """Serve until a signal; 0, or 1 when starting failed.

    Args:
        serve: makes the HTTP server; follow: called when the loop runs.
    """
    with tempfile.TemporaryDirectory(prefix="liveclass-media-") as folder:
        try:
            sockets = [_tcp(settings), _unix(f"{folder}/{FRONT}")]
        except OSError as failure:
            sys.stderr.write(f"media: {failure}\n")
            return 1
        front = Front(settings, folder)
        supervisor = Supervisor(
            [_part(settings, folder, number) for number in range(settings.workers)],
            _nothing,
            ended=lambda name: front.died(int(name.rpartition("-")[2])),
        )
        server = serve(uvicorn.Config(
            front, access_log=False, log_config=None, lifespan="off", loop="asyncio",
            ws="none", server_header=False, timeout_graceful_shutdown=1,
        ))  # fmt: skip
        answering = asyncio.create_task(server.serve(sockets))
        front.start()
        follow()
        await supervisor.run()
        await front.close()
        server.should_exit = True
        await answering
    return 0


async def _nothing() -> None:
    """The front looks by itself whether the workers answer."""


def _part(settings: Settings, folder: str, number: int) -> Part:
    port = settings.udp_port + number if settings.udp_port else 0
    environment = {
        "MEDIA_WORKER": str(number),
        "MEDIA_RUN_DIR": folder,
        "MEDIA_UDP_PORT": str(port),
        "MEDIA_HOOK_URL": f"http://front/inner/hook/{number}",
        "LIVECLASS_PARENT_PID": str(os.getpid()),
        "PYTHONUNBUFFERED": "1",
    }
    return Part(f"worker-{number}", [sys.executable, "-m", "realtime.sfu"], environment)


def _tcp(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return _listening(sock, (settings.http_host, settings.http_port))


def _unix(path: str) -> socket.socket:
    return _listening(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), path)


def _listening(sock: socket.socket, address: tuple[str, int] | str) -> socket.socket:
    try:
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock
