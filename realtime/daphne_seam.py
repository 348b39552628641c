"""Where we lean on names that daphne, Autobahn and Twisted do not publish. Nowhere else.

``tests/architecture/test_daphne_seam.py`` pins every one of them: a new version that renames one
must fail there, not in a lecture. What is leant on, and why:

- Twisted's write buffer (``dataBuffer``, ``offset``, ``_tempDataBuffer``, ``_tempDataLen``): a
  frame may go straight to the socket only when nothing of ours waits there, and a slow phone must
  be seen before its megabytes are (daphne ignores ``pauseProducing``: django/daphne #170);
- Autobahn's ``state``: no byte before the 101 answer, none after the closing frame. Nothing of ours
  is sent by Autobahn's ``sendMessage``, so no message is ever fragmented or queued there, and our
  frames, its pings and its closing frame meet in Twisted's buffer in the order of their making;
- Twisted's ``HTTPChannel`` keeps the target of the first line in ``_path`` until the body is
  complete; daphne's factory writes ``requestFactory`` over, so ours is put in after it;
- daphne's ``handle_reply`` and ``serverSend``: Autobahn frames and formats every message anew, 45
  to 75 µs each above the system call (realtime.md 0).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import daphne.server  # noqa: F401 - first: it installs the asyncio reactor
from autobahn.websocket.protocol import WebSocketProtocol as Autobahn
from daphne.http_protocol import WebRequest
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel

from realtime.frames import Frame
from realtime.held_send import sender
from realtime.http_limits import STEP, Allowance, Doorkeeper
from realtime.lines import HIGH_WATER, Line
from realtime.pace import Pace

ACCEPTED_AT_ONCE = 16
"""New connections per turn of the loop: a storm of returning pages must not delay those inside."""
SEND_BUFFER = 128 * 1024
"""Bytes the kernel may hold per connection; otherwise it hides megabytes behind a stalled phone."""
USER_TIMEOUT_MS = 30_000
"""How long the kernel repeats what nobody acknowledges before it ends the connection."""

LINGER_SECONDS = 2.0
"""How long what follows a refused request is read and thrown away, so that the answer arrives."""

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_OPEN: int = Autobahn.STATE_OPEN


class TransportLine:
    """Through Twisted's transport: for TLS and Unix sockets."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: RoomProtocol) -> None:
        self._protocol = protocol

    def send(self, frame: Frame) -> bool:
        """See ``Line``."""
        protocol = self._protocol
        if protocol.state != _OPEN:
            return True
        if self.backlog() > HIGH_WATER:
            return False
        protocol.transport.write(frame.wire)
        return True

    def backlog(self) -> int:
        """See ``Line``; under TLS also what waits to be encrypted."""
        transport = self._protocol.transport
        waiting = 0
        while transport is not None:
            waiting += len(getattr(transport, "dataBuffer", b""))
            waiting += getattr(transport, "_tempDataLen", 0) - getattr(transport, "offset", 0)
            waiting += sum(map(len, getattr(transport, "_appSendBuffer", ())))
            transport = getattr(transport, "transport", None)
        return waiting

    async def flush(self) -> None:
        """See ``Line``: the closing frame takes the same way."""

    def abort(self) -> None:
        """See ``Line``."""
        if self._protocol.transport is not None:
            self._protocol.transport.abortConnection()


class RawLine(TransportLine):
    """Straight to the socket: one ``send`` per frame; what the kernel does not take, Twisted has.

    Only for plain TCP, and only while the WebSocket is open and nothing waits before us; so order
    and whole frames are kept whatever the kernel takes. Whether that is so is looked up only after
    somebody else touched the connection (``touched``): in a room of thousands, half the price of a
    delivery would be to fetch the answer from memory.
    """

    __slots__ = ("_send", "_transport", "touched")

    def __init__(self, protocol: RoomProtocol) -> None:
        super().__init__(protocol)
        self._transport: tcp.Server = protocol.transport
        self._send = sender(protocol.transport.getHandle())
        self.touched = True

    def send(self, frame: Frame) -> bool:
        """See ``Line``."""
        if self.touched and not self._is_free():
            return self._send_behind(frame)
        wire = frame.wire
        try:
            taken = self._send(wire)
        except (BlockingIOError, InterruptedError):
            taken = 0
        except OSError:
            return True  # the reactor reads the same end of the connection and tells daphne
        if taken < len(wire):
            self.touched = True
            self._transport.write(wire[taken:])  # type: ignore[no-untyped-call]
        return True

    def backlog(self) -> int:
        """See ``Line``."""
        transport = self._transport
        waiting = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        return int(waiting)

    def _is_free(self) -> bool:
        """Look anew: the WebSocket is open and nothing waits in Twisted's buffer."""
        transport = self._transport
        waits = transport._tempDataBuffer or transport.dataBuffer or transport.disconnecting
        self.touched = bool(waits) or self._protocol.state != _OPEN
        return not self.touched

    def _send_behind(self, frame: Frame) -> bool:
        """Behind what waits; into the void once the connection is closing."""
        if self._protocol.state != _OPEN or self._transport.disconnecting:
            return True
        if self.backlog() > HIGH_WATER:
            return False
        self._transport.write(frame.wire)  # type: ignore[no-untyped-call]
        return True


class RoomProtocol(WebSocketProtocol):  # type: ignore[misc]
    """A WebSocket whose kernel buffer is bounded and whose frames are not framed twice."""

    line: RawLine | None = None

    def sendData(self, *args: Any, **kwargs: Any) -> None:  # noqa: N802 - Autobahn's name
        """Whatever Autobahn itself sends (its answers to pings, the closing frame) passes here."""
        self._touch()
        super().sendData(*args, **kwargs)

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802 - Autobahn's name
        """The connection is being ended from our side."""
        self._touch()
        super().dropConnection(abort)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        """The connection has ended: its socket may soon be another's."""
        self._touch()
        super().connectionLost(reason)
        self.line = None

    def _touch(self) -> None:
        if self.line is not None:
            self.line.touched = True

    def onConnect(self, request: Any) -> Any:  # noqa: N802 - Autobahn's name
        """Bound the kernel buffer before the first byte is sent."""
        handle = _socket_under(self.transport)
        if handle is not None:
            bound(handle)
        return super().onConnect(request)

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:  # noqa: N802
        """Send one frame, or nothing once the connection is closing.

        Not by Autobahn's ``sendMessage``: the limit for what pages may send would bind us too.
        """
        if self.state == _OPEN:
            payload = content.encode() if isinstance(content, str) else content
            self.sendFrame(opcode=2 if binary else 1, payload=payload)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802 - daphne's name
        """Close with any code: Autobahn's ``sendClose`` knows 1000 and 3000 to 4999 only."""
        if self.state == _OPEN:
            self.sendCloseFrame(code=1000 if code is None else code)


def bound(handle: socket.socket) -> None:
    """Limit what the kernel keeps for one connection, in bytes and (TCP on Linux) in time."""
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if handle.family in _INTERNET and hasattr(socket, "TCP_USER_TIMEOUT"):
        handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)


def _socket_under(transport: Any) -> socket.socket | None:
    """The socket at the bottom of a transport, below a layer of TLS."""
    while transport is not None:
        handle = transport.getHandle()
        if isinstance(handle, socket.socket):
            return handle
        transport = getattr(transport, "transport", None)
    return None


def accept_few(port: Any) -> None:
    """Let a listening ``port`` take ``ACCEPTED_AT_ONCE`` connections per turn; the kernel keeps
    the others. Twisted's own number grows with the storm."""
    if not hasattr(port, "numberAccepts"):
        return
    accept: Callable[[], object] = port.doRead

    def take_some() -> None:
        port.numberAccepts = ACCEPTED_AT_ONCE
        accept()

    port.doRead = take_some


def line_for(protocol: Any) -> Line | None:
    """The line under a WebSocket of daphne; None for a protocol that is not ours."""
    if not isinstance(protocol, RoomProtocol):
        return None
    transport = protocol.transport
    plain = isinstance(transport, tcp.Server) and not transport.TLS
    if plain and transport.getHandle().family in _INTERNET:
        protocol.line = RawLine(protocol)
        return protocol.line
    return TransportLine(protocol)


class GuardedRequest(WebRequest):  # type: ignore[misc]
    """A request that counts its body as it comes in, and whose answer keeps its reader's pace."""

    arrived = 0
    pace: Pace | None = None
    """Of an answer in several parts."""

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Before the first of several parts: have the reader's pace told, and bound what the kernel
        keeps for her."""
        if message.get("more_body") and self.pace is None and self.channel is not None:
            self.pace = Pace()
            self.registerProducer(self.pace, True)
            handle = _socket_under(self.channel.transport)
            if handle is not None:
                bound(handle)
        super().handle_reply(message)

    def finish(self) -> None:
        """The answer is complete."""
        if self.pace is not None and self.channel is not None:
            self.pace.stopProducing()
            self.unregisterProducer()
            self.pace = None
        super().finish()

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802 - Twisted's name
        """Nobody reads any more."""
        if self.pace is not None:
            self.pace.stopProducing()
        super().connectionLost(reason)

    def check_timeouts(self) -> None:
        """A long answer may take as long as its reader takes something."""
        if self.pace is None:
            super().check_timeouts()
        elif self.pace.is_over and self.channel is not None:
            self.channel.transport.abortConnection()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Keep the next piece of the body, or refuse the request for it."""
        if self.channel is None or self.channel.refused:
            return
        before, self.arrived = self.arrived, self.arrived + len(data)
        if self.channel.takes(before, self.arrived):
            super().handleContentChunk(data)


class GuardedChannel(HTTPChannel):
    """One HTTP connection within ``HttpLimits``; after an upgrade daphne has taken it from us."""

    transport: Any
    _path: Any  # Twisted's annotation is that of another name

    def __init__(self, keeper: Doorkeeper[GuardedChannel]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._keeper = keeper
        self._allowance = Allowance(0)
        self._begun = False
        self.refused = False

    def connectionMade(self) -> None:  # noqa: N802
        """Expect a request."""
        super().connectionMade()  # type: ignore[no-untyped-call]
        self._keeper.expect_head(self, self._address())

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Read on, or throw away what follows a refusal."""
        if self.refused:
            return
        if not self.requests:  # none is being answered: this begins one, or goes on with its head
            self._begun = True
            self._keeper.expect_head(self, self._address())
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:  # noqa: N802
        """Judge what is announced before anything is kept or ``100 Continue`` is said."""
        self._allowance = self._keeper.limits.allowance(self._path)
        if self.length is not None and self.length > self._allowance.size:
            self._refuse()
            return
        self._keeper.expect_body(self, self._allowance)
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def takes(self, before: int, after: int) -> bool:
        """Whether the body may grow from ``before`` to ``after`` bytes; refuses if not."""
        if after > self._allowance.size:
            self._refuse()
            return False
        if self._allowance.is_upload and before // STEP != after // STEP:
            self._keeper.expect_body(self, self._allowance)
        return True

    def allContentReceived(self) -> None:  # noqa: N802
        """The request is complete: it is the application's now."""
        if self.refused:
            return
        self._keeper.done(self)
        self._begun = False
        super().allContentReceived()  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        """Nothing is waited for any more."""
        self._keeper.done(self)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def end_late(self) -> None:
        """Too slow: 408 if a request had begun (RFC 9110 15.5.9), then the end."""
        self._keeper.done(self)
        if self._begun:
            self.transport.write(_refusal(408, "Request Timeout", "too_slow"))
        self.transport.loseConnection()

    def _refuse(self) -> None:
        """413 and no more from us; unread bytes would turn the close into a reset."""
        self.refused = True
        self._keeper.done(self)
        self.setTimeout(None)  # type: ignore[no-untyped-call]
        self.transport.write(_refusal(413, "Content Too Large", "too_large"))
        self.transport.loseWriteConnection()
        later: Callable[..., object] = self.callLater
        later(LINGER_SECONDS, self.transport.abortConnection)

    def _address(self) -> str:
        return str(getattr(self.transport.getPeer(), "host", ""))


def _refusal(status: int, reason: str, code: str) -> bytes:
    """A whole answer in the JSON shape of the media process."""
    body = f'{{"code":"{code}","message":"{reason}"}}'.encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def guard(factory: Any, keeper: Doorkeeper[GuardedChannel]) -> None:
    """Let daphne's HTTP ``factory`` make connections that ``keeper`` watches."""
    build: Callable[[Any], Any] = factory.buildProtocol

    def build_guarded(address: Any) -> Any:
        channel = build(address)
        channel.requestFactory = GuardedRequest
        return channel

    factory.protocol = lambda: GuardedChannel(keeper)
    factory.buildProtocol = build_guarded
