"""Does a datagram open a DTLS handshake? Read with care, without OpenSSL, before it costs anything.

RFC 6347 §4.1 and §4.2, RFC 9147 §4 and §5: a plaintext record with (the first fragment of) a
ClientHello.
"""

from __future__ import annotations

import struct

RECORD = struct.Struct("!BHHHIH")
"""Content type, version, epoch, sequence number (16 + 32 bits), length."""
MESSAGE = struct.Struct("!BBHHBHBH")
"""Type, length (8 + 16 bits), message number, fragment offset and length (8 + 16 bits each)."""
HANDSHAKE = 22
CLIENT_HELLO = 1
VERSIONS = (0xFEFF, 0xFEFD, 0xFEFC)
"""DTLS 1.0 (in the record header only), 1.2, 1.3."""
RANDOM_BYTES = 32
LONGEST_SESSION_ID = 32


class _Short(Exception):
    """The text ends too early."""


class _Reader:
    """Vectors of the TLS presentation language, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        end = self._at + size
        if end > len(self._data):
            raise _Short
        taken, self._at = self._data[self._at : end], end
        return taken

    def vector(self, width: int) -> bytes:
        """A vector whose length is told in ``width`` bytes."""
        return self.take(int.from_bytes(self.take(width), "big"))

    @property
    def ended(self) -> bool:
        """Whether everything was read."""
        return self._at == len(self._data)


def is_client_hello(datagram: bytes) -> bool:
    """Whether ``datagram`` begins with a well-formed ClientHello or its first fragment."""
    if len(datagram) < RECORD.size + MESSAGE.size:
        return False
    content, version, epoch, _, _, size = RECORD.unpack_from(datagram)
    body = datagram[RECORD.size : RECORD.size + size]
    if content != HANDSHAKE or version not in VERSIONS or epoch or len(body) != size:
        return False
    if size <= MESSAGE.size:
        return False
    kind, high, low, _, far, offset, wide, length = MESSAGE.unpack_from(body)
    whole, part = high << 16 | low, wide << 16 | length
    if kind != CLIENT_HELLO or far or offset or part > whole or part != size - MESSAGE.size:
        return False
    return _makes_sense(body[MESSAGE.size :], complete=part == whole)


def _makes_sense(hello: bytes, complete: bool) -> bool:
    """Whether the fields follow each other as they must, as far as this fragment goes."""
    reader = _Reader(hello)
    try:
        if int.from_bytes(reader.take(2), "big") not in VERSIONS:
            return False
        reader.take(RANDOM_BYTES)
        if len(reader.vector(1)) > LONGEST_SESSION_ID:
            return False
        reader.vector(1)  # cookie
        suites = reader.vector(2)
        if not suites or len(suites) % 2 or b"\0" not in reader.vector(1):
            return False
        return _extensions(reader.vector(2)) and reader.ended
    except _Short:
        return not complete


def _extensions(text: bytes) -> bool:
    """Whether the block of extensions is well-formed; WebRTC cannot do without any."""
    reader = _Reader(text)
    while not reader.ended:
        reader.take(2)
        reader.vector(2)
    return bool(text)
