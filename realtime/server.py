"""daphne with our settings, a look at the socket buffer, and an end that loses nothing.

daphne must be imported before anything else that touches Twisted; importing this module does it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.server import Server as DaphneServer  # first: it installs the asyncio reactor
from daphne.server import reactor
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.defer import Deferred

from realtime.protocol.version import MAX_MESSAGE_BYTES

PING_INTERVAL = 20
PING_TIMEOUT = 20
SEND_BUFFER = 128 * 1024
"""Bytes the kernel may hold per connection; otherwise it hides megabytes behind a stalled phone."""
STOP_SECONDS = 3.0
"""How long a stopping server says goodbye before it cancels what is left."""

LINE = "liveclass.line"
"""Name of our ASGI extension in a WebSocket scope; its value is a ``Line``."""

Hook = Callable[[], Awaitable[None]]
logger = logging.getLogger(__name__)


class Line:
    """The wire under one WebSocket, as far as the outbox needs to know it."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self._protocol = protocol

    def backlog(self) -> int:
        """Bytes written by us that the kernel has not taken yet."""
        transport = self._protocol.transport
        if transport is None:
            return 0
        waiting = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
        return int(waiting) + int(getattr(transport, "_tempDataLen", 0))

    def abort(self) -> None:
        """Reset the connection; what still waits is dropped."""
        if self._protocol.transport is not None:
            self._protocol.transport.abortConnection()


class RoomProtocol(WebSocketProtocol):  # type: ignore[misc]
    """A WebSocket whose kernel buffer is bounded."""

    def onConnect(self, request: Any) -> Any:  # noqa: N802 - Autobahn's name
        """Bound the kernel buffer before the first byte is sent."""
        handle = self.transport.getHandle()
        if isinstance(handle, socket.socket):
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return super().onConnect(request)

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:  # noqa: N802
        """Send one frame, or nothing once the connection is closing.

        Not by Autobahn's ``sendMessage``: the limit for what pages may send would bind us too.
        """
        if self.state == self.STATE_OPEN:
            payload = content.encode() if isinstance(content, str) else content
            self.sendFrame(opcode=2 if binary else 1, payload=payload)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802 - daphne's name
        """Close with any code: Autobahn's ``sendClose`` knows 1000 and 3000 to 4999 only."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=1000 if code is None else code)


class Server(DaphneServer):  # type: ignore[misc]
    """One web process.

    Args:
        application: the ASGI application.
        endpoint: a Twisted endpoint description, e.g. ``tcp:port=8000:interface=127.0.0.1``.
        on_start: awaited on the loop once it runs.
        on_stop: awaited after listening has ended and before connections are cancelled.
        signal_handlers: whether SIGINT and SIGTERM stop the server (main thread only).
    """

    def __init__(
        self,
        application: Any,
        endpoint: str,
        on_start: Hook | None = None,
        on_stop: Hook | None = None,
        signal_handlers: bool = True,
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
        self.failed = ""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Give WebSocket applications their ``Line``."""
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[LINE] = Line(protocol)
        return super().create_application(protocol, scope)

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
        if self._on_start is not None:
            reactor.callWhenRunning(self._run_start_hook)

    def _run_start_hook(self) -> None:
        if self._on_start is not None and not self.failed:
            self._starting = asyncio.ensure_future(self._on_start())
            self._starting.add_done_callback(_log_failure)

    async def _end(self) -> None:
        for listener in self.listeners:
            listener.addCallback(lambda port: port and port.stopListening())
        if self._on_stop is not None:
            try:
                await asyncio.wait_for(self._on_stop(), STOP_SECONDS)
            except Exception:
                logger.exception("the server did not end in good order")
        await self._cancel_applications()

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


def tcp_endpoint(host: str, port: int) -> str:
    """The Twisted endpoint that listens on ``host``:``port``; port 0 takes a free one."""
    escaped = host.replace(":", r"\:")  # IPv6 in Twisted's little language
    return f"tcp:port={port}:interface={escaped}"


def _log_failure(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("the start of the server failed", exc_info=error)
