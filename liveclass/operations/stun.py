"""As much of STUN (RFC 8489) as a connectivity check needs: a signed question and its answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

COOKIE = 0x2112A442
REQUEST, SUCCESS = 0x0001, 0x0101
USERNAME, INTEGRITY, PRIORITY, FINGERPRINT, CONTROLLING = 0x0006, 0x0008, 0x0024, 0x8028, 0x802A
HEADER = struct.Struct("!HHI12s")
MAC_BYTES = 20
FINGERPRINT_XOR = 0x5354554E
HOST_PRIORITY = 126 << 24 | 65_535 << 8 | 255


@dataclass(frozen=True, slots=True)
class Message:
    """What was received: its kind, whose transaction it is, and whether the signature is right."""

    kind: int
    transaction: bytes
    proven: bool


def request(username: str, password: str) -> tuple[bytes, bytes]:
    """A binding request as a browser sends it (RFC 8445 §7.2), and its transaction id."""
    transaction = secrets.token_bytes(12)
    attributes = (
        _attribute(USERNAME, username.encode()),
        _attribute(PRIORITY, struct.pack("!I", HOST_PRIORITY)),
        _attribute(CONTROLLING, secrets.token_bytes(8)),
    )
    return _signed(REQUEST, transaction, b"".join(attributes), password), transaction


def success(transaction: bytes, password: str) -> bytes:
    """The answer to a request that proved itself."""
    return _signed(SUCCESS, transaction, b"", password)


def read(data: bytes, password: str) -> Message:
    """Take a datagram apart. ValueError when it is no STUN message."""
    if len(data) < HEADER.size:
        raise ValueError("too short")
    kind, size, cookie, transaction = HEADER.unpack_from(data)
    if cookie != COOKIE or size != len(data) - HEADER.size:
        raise ValueError("not STUN")
    return Message(kind, transaction, _is_proven(data, password))


def _is_proven(data: bytes, password: str) -> bool:
    for name, start, value in _attributes(data):
        if name == INTEGRITY:
            size = start - HEADER.size + 4 + MAC_BYTES  # as if nothing followed (§14.5)
            signed = data[:2] + struct.pack("!H", size) + data[4:start]
            return hmac.compare_digest(value, _mac(signed, password))
    return False


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, where it starts, and value of each."""
    start = HEADER.size
    while start + 4 <= len(data):
        name, size = struct.unpack_from("!HH", data, start)
        yield name, start, data[start + 4 : start + 4 + size]
        start += 4 + size + -size % 4


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4)


def _signed(kind: int, transaction: bytes, attributes: bytes, password: str) -> bytes:
    """Integrity and fingerprint behind the attributes (§14.5, §14.7)."""
    size = len(attributes) + 4 + MAC_BYTES
    head = HEADER.pack(kind, size, COOKIE, transaction)
    mac = _attribute(INTEGRITY, _mac(head + attributes, password))
    body = attributes + mac
    message = HEADER.pack(kind, len(body) + 8, COOKIE, transaction) + body
    checksum = zlib.crc32(message) ^ FINGERPRINT_XOR
    return message + _attribute(FINGERPRINT, struct.pack("!I", checksum))


def _mac(signed: bytes, password: str) -> bytes:
    return hmac.new(password.encode(), signed, hashlib.sha1).digest()
