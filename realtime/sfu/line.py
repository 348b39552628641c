"""A line between two media workers of one machine: whole messages, in order, never waited for.

A Unix socket of packets (SOCK_SEQPACKET) in a folder that only our user can enter. The kernel
bounds what is on its way; a message for which it has no room is dropped by the sender, who is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

SUBSCRIBE, DESCRIBE, MEDIA, FEEDBACK = b"s", b"d", b"m", b"f"
"""What a message is: its first byte. A sibling asks for a stream; its origin tells who publishes,
then sends packets; reports of what is missing go back."""
MESSAGE_BYTES = 60_000
"""Packets are gathered up to this size; the offer of a publisher is smaller too."""
LONGEST_MESSAGE = 128 << 10
BUFFER_BYTES = 1 << 20
"""On its way at most: two seconds of a sharp screen."""
READS_PER_WAKE = 32
WAITING = 64
"""Siblings that may wait to be let in."""
CREDENTIALS = struct.Struct("3i")
LENGTH = struct.Struct("!H")

Heard = Callable[["Line", bytes, memoryview], None]
Lost = Callable[["Line"], None]


class Line:
    """One end.

    Args:
        sock: connected; heard: called with kind and body of each message, which are valid only
            during the call; lost: called once when the other end is gone.
    """

    def __init__(self, sock: socket.socket, heard: Heard, lost: Lost) -> None:
        self._sock = sock
        self._heard = heard
        self._lost = lost
        self._buffer = bytearray(LONGEST_MESSAGE)
        self._open = True
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        asyncio.get_running_loop().add_reader(sock.fileno(), self._read)

    def say(self, kind: bytes, body: bytes) -> bool:
        """Send a message or drop it: one sibling that does not read must not hold up others."""
        if not self._open:
            return False
        try:
            self._sock.send(kind + body)
        except OSError:  # full, or gone: then reading notices
            return False
        return True

    def close(self) -> None:
        """Hang up; ``lost`` is not called."""
        if self._open:
            self._open = False
            asyncio.get_running_loop().remove_reader(self._sock.fileno())
            self._sock.close()

    def _read(self) -> None:
        for _ in range(READS_PER_WAKE):
            if not self._open:
                return None
            try:
                size = self._sock.recv_into(self._buffer)
            except BlockingIOError:
                return None
            except OSError:
                size = 0
            if not size:
                self.close()
                return self._lost(self)
            message = memoryview(self._buffer)[:size]
            self._heard(self, bytes(message[:1]), message[1:])
        return None


class Switchboard:
    """Where siblings of the same user come in.

    Args:
        place: path of the socket; answer: called with the socket of each who comes.
    """

    def __init__(self, place: Path, answer: Callable[[socket.socket], None]) -> None:
        place.unlink(missing_ok=True)
        self._answer = answer
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sock.setblocking(False)
        self._sock.bind(str(place))
        self._sock.listen(WAITING)
        asyncio.get_running_loop().add_reader(self._sock.fileno(), self._accept)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            sock, _ = self._sock.accept()
            told = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
            if CREDENTIALS.unpack(told)[1] == os.getuid():
                self._answer(sock)
            else:
                sock.close()

    def close(self) -> None:
        """Let nobody in any more."""
        asyncio.get_running_loop().remove_reader(self._sock.fileno())
        self._sock.close()


def call(place: Path) -> socket.socket | None:
    """Connect to a sibling; None when it is not there."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sock.setblocking(False)
    try:
        sock.connect(str(place))
    except OSError:
        sock.close()
        return None
    return sock


def packed(packets: Iterable[bytes]) -> bytes:
    """Packets as one body: each behind its length."""
    return b"".join(part for packet in packets for part in (LENGTH.pack(len(packet)), packet))


def unpacked(body: memoryview) -> Iterator[memoryview]:
    """The packets of a body."""
    at = 0
    while at + LENGTH.size <= len(body):
        (size,) = LENGTH.unpack_from(body, at)
        at += LENGTH.size
        yield body[at : at + size]
        at += size
