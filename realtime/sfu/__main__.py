"""``python -m realtime.sfu``: the media process.

HTTP and media share one event loop: a request that opens a session touches the same objects as
the packets do, without locks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Iterator

import uvicorn

from realtime.parent import die_with_parent
from realtime.sfu import fleet
from realtime.sfu.app import App
from realtime.sfu.logs import say
from realtime.sfu.settings import BadSetting, Settings, from_environment
from realtime.sfu.siblings import http_socket

log = logging.getLogger("realtime.sfu")

PARENT_POLL_S = 0.5
GRACEFUL_S = 1


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which would end the process by re-raising."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the loop's business here."""
        yield

    def stop(self) -> None:
        """Finish open requests for a moment, then end."""
        self.should_exit = True


async def _follow_parent(parent: int) -> None:
    """Stop when the process that started us is gone: nobody else would stop this one."""
    while _alive(parent):  # noqa: ASYNC110 - the kernel has no event for another process's parent
        await asyncio.sleep(PARENT_POLL_S)
    say(log, logging.WARNING, "parent.gone", pid=parent)
    os.kill(os.getpid(), signal.SIGTERM)


def _alive(pid: int) -> bool:
    """Whether ``pid`` runs; a zombie that nobody has collected does not."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return True


async def run(settings: Settings) -> int:
    """Serve until a signal or the parent's death; 0, or 1 when starting failed."""
    config = uvicorn.Config(
        App(settings),
        host=settings.http_host,
        port=settings.http_port,
        uds=http_socket(settings.run_dir, settings.worker) if settings.run_dir else None,
        access_log=False,
        log_config=None,
        lifespan="on",
        loop="asyncio",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_S,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    watch = loop.create_task(_follow_parent(settings.parent)) if settings.parent else None
    await server.serve()
    if watch is not None:
        watch.cancel()
    return 0 if server.started else 1


def main() -> int:
    """Read the settings, log to standard error, serve."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        settings = from_environment(os.environ)
    except BadSetting as wrong:
        sys.stderr.write(f"media: {wrong}\n")
        return 2
    die_with_parent()
    if settings.workers > 1 and not settings.run_dir:
        return asyncio.run(_front(settings))
    return asyncio.run(run(settings))


async def _front(settings: Settings) -> int:
    """Several workers, and this process in front of them."""
    watches: list[asyncio.Task[None]] = []

    def follow() -> None:
        if settings.parent:
            watches.append(asyncio.get_running_loop().create_task(_follow_parent(settings.parent)))

    status = await fleet.run(settings, _Server, follow)
    for watch in watches:
        watch.cancel()
    return status


if __name__ == "__main__":
    sys.exit(main())
