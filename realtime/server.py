"""daphne with our settings, a look at the socket buffer, and an end that loses nothing.

daphne must be imported before anything else that touches Twisted; importing this module does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server as DaphneServer  # first: it installs the asyncio reactor
from daphne.server import reactor
from twisted.internet.defer import Deferred

from realtime.daphne_seam import GuardedChannel, RoomProtocol, accept_few, guard, line_for
from realtime.http_limits import SWEEP_SECONDS, Doorkeeper, HttpLimits
from realtime.lines import LINE
from realtime.protocol.version import MAX_MESSAGE_BYTES

PING_INTERVAL = 20
PING_TIMEOUT = 20
WAITING_OUTSIDE = 2048
"""Connections the kernel keeps until we accept them; a restart brings all members at once."""
M_ARENA_MAX, ARENAS = -8, 2
"""glibc's name for the number of heaps (malloc.h), and ours: one for each thread leaves holes."""
SWITCH_SECONDS = 0.0001
"""How long a thread that computes may keep Python's lock from the loop; Python's own is fifty times
as long, and a chat line passes the lock several times between its sender and its readers."""
LAST_SECONDS = 1.0
"""How long a stopping server waits for requests whose connections it has taken already."""
STOP_SECONDS = 3.0
"""How long a stopping server says goodbye before it cancels what is left."""

Hook = Callable[[], Awaitable[None]]
logger = logging.getLogger(__name__)


class Server(DaphneServer):  # type: ignore[misc]
    """One web process.

    Args:
        application: the ASGI application.
        endpoint: a Twisted endpoint description, e.g. ``tcp:port=8000:interface=127.0.0.1``.
        on_start: awaited on the loop once it runs.
        on_stop: awaited after listening has ended and before connections are cancelled.
        signal_handlers: whether SIGINT and SIGTERM stop the server (main thread only).
        limits: what one HTTP request may be.
    """

    def __init__(
        self,
        application: Any,
        endpoint: str,
        on_start: Hook | None = None,
        on_stop: Hook | None = None,
        signal_handlers: bool = True,
        limits: HttpLimits | None = None,
    ) -> None:
        super().__init__(
            application,
            endpoints=[endpoint],
            signal_handlers=signal_handlers,
            http_timeout=120,
            # No group membership expires under us, so no connection is cut after a day.
            websocket_timeout=-1,
            websocket_connect_timeout=10,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            server_name="LiveClass",
            verbosity=1,
            ready_callable=self._ready,
        )
        self._on_start = on_start
        self._on_stop = on_stop
        self._doorkeeper: Doorkeeper[GuardedChannel] = Doorkeeper(limits or HttpLimits())
        self.failed = ""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Give WebSocket applications their ``Line``."""
        if scope["type"] == "websocket" and (line := line_for(protocol)) is not None:
            scope.setdefault("extensions", {})[LINE] = line
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """What an application sends. It goes on when the reader of a long answer is ready."""
        await super().handle_reply(protocol, message)
        pace = getattr(protocol, "pace", None)
        if pace is not None:
            await pace.wait()

    def listen_success(self, port: Any) -> Any:
        """Calm the listening port, and pass it on: ``_end`` closes it."""
        super().listen_success(port)
        accept_few(port)
        return port

    def listen_error(self, failure: Any) -> None:
        """Remember why nothing is served; the caller tells it in one sentence."""
        self.failed = failure.getErrorMessage()
        self.stop()

    def kill_all_applications(self) -> Any:
        """Before the reactor ends: no new connections, goodbye to the others, then cancel."""
        return Deferred.fromFuture(asyncio.ensure_future(self._end()))

    def _ready(self) -> None:
        self.ws_factory.protocol = RoomProtocol
        # A message beyond the limit is answered with a close code, not with silence.
        self.ws_factory.setProtocolOptions(failByDrop=False)
        guard(self.http_factory, self._doorkeeper)
        reactor.callLater(SWEEP_SECONDS, self._end_late)
        if self._on_start is not None:
            reactor.callWhenRunning(self._run_start_hook)

    def _end_late(self) -> None:
        for connection in self._doorkeeper.late():
            connection.end_late()
        reactor.callLater(SWEEP_SECONDS, self._end_late)

    def _run_start_hook(self) -> None:
        settle_memory()
        sys.setswitchinterval(SWITCH_SECONDS)
        if self._on_start is not None and not self.failed:
            self._starting = asyncio.ensure_future(self._on_start())
            self._starting.add_done_callback(_log_failure)

    async def _end(self) -> None:
        for listener in self.listeners:
            listener.addCallback(lambda port: port and port.stopListening())
        await self._answer_the_last()
        if self._on_stop is not None:
            try:
                await asyncio.wait_for(self._on_stop(), STOP_SECONDS)
            except Exception:
                logger.exception("the server did not end in good order")
        await self._cancel_applications()

    async def _answer_the_last(self) -> None:
        """Who was let in before the door closed has an answer coming, also when her request is
        still on its way here: for as long as that takes, within ``LAST_SECONDS``."""
        began = time.monotonic()
        while time.monotonic() < began + LAST_SECONDS:
            asking = any(isinstance(one, WebRequest) for one in self.connections)
            if not asking and not self._doorkeeper.expects(since=began - LAST_SECONDS):
                return
            await asyncio.sleep(0.02)

    async def _cancel_applications(self) -> None:
        running = [
            details["application_instance"]
            for details in self.connections.values()
            if "application_instance" in details
        ]
        for application in running:
            application.cancel()
        if running:
            await asyncio.wait(running, timeout=1.0)


def settle_memory() -> None:
    """What is loaded now stays: the collector need not look through it again and again.

    A full collection over the objects of thousands of connections stops everybody for a tenth of a
    second, so it comes rarely; reference counts free what connections leave behind. And threads
    share two heaps, so that what they free can be used by the others.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    with contextlib.suppress(OSError, AttributeError):  # glibc only
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def tcp_endpoint(host: str, port: int) -> str:
    """The Twisted endpoint that listens on ``host``:``port``; port 0 takes a free one."""
    escaped = host.replace(":", r"\:")  # IPv6 in Twisted's little language
    return f"tcp:port={port}:interface={escaped}:backlog={WAITING_OUTSIDE}"


def _log_failure(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("the start of the server failed", exc_info=error)
