"""What is sent over a WebSocket: encoded once, framed once, shared by everybody it goes to."""

from __future__ import annotations

from enum import IntEnum
from struct import pack

TEXT = 0x81
"""First byte of an unfragmented text frame (RFC 6455 5.2: FIN set, opcode 1)."""


class Need(IntEnum):
    """How badly a frame must arrive; a full box drops from the top of this list."""

    LOSSY = 0
    EVENT = 1
    ANSWER = 2


def framed(payload: bytes) -> bytes:
    """``payload`` as one WebSocket text frame of a server, which never masks (RFC 6455 5.1, 5.2).

    Three forms of the length: 7 bits, 16 bits, 64 bits.
    """
    size = len(payload)
    if size < 126:
        return bytes((TEXT, size)) + payload
    if size < 1 << 16:
        return pack("!BBH", TEXT, 126, size) + payload
    return pack("!BBQ", TEXT, 127, size) + payload


class Frame:
    """One text message, ready for the wire.

    ``first`` and ``last`` are the durable sequence numbers inside it, 0 when it holds none.
    """

    __slots__ = ("_message", "data", "first", "last", "need", "wire")

    def __init__(self, data: bytes, need: Need = Need.EVENT, first: int = 0, last: int = 0) -> None:
        self.data = data
        self.wire = framed(data)
        self.need = need
        self.first = first
        self.last = last
        self._message: dict[str, str] | None = None

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return len(self.wire)

    @property
    def message(self) -> dict[str, str]:
        """The same as an ASGI message."""
        if self._message is None:
            self._message = {"type": "websocket.send", "text": self.data.decode()}
        return self._message


def joined(messages: list[bytes]) -> bytes:
    """Several encoded messages as the content of one frame."""
    return messages[0] if len(messages) == 1 else b"[" + b",".join(messages) + b"]"
