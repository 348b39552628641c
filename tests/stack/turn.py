"""As much of STUN (RFC 8489) and TURN (RFC 8656) as it takes to ask a server for an allocation."""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import ssl
import struct

COOKIE = 0x2112A442
BINDING, ALLOCATE = 0x0001, 0x0003
SUCCESS, ERROR = 0x0100, 0x0110
USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, REALM, NONCE = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015
RELAYED_ADDRESS, REQUESTED_TRANSPORT = 0x0016, 0x0019
UDP = struct.pack("!B3x", 17)
SECONDS = 2.0


def answers(port: int) -> bool:
    """Whether a STUN server says under which address it sees us."""
    try:
        with _line(port) as line:
            kind, _ = _ask(line, BINDING, {})
    except OSError:
        return False
    return kind == BINDING | SUCCESS


def answers_over_tls(port: int, trust: ssl.SSLContext) -> bool:
    """The same over TLS, for networks that let nothing else out; the certificate must be good."""
    with (
        socket.create_connection(("127.0.0.1", port), SECONDS) as plain,
        trust.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        kind, _ = _ask(line, BINDING, {})
    return kind == BINDING | SUCCESS


def allocate(port: int, user: str, password: str) -> tuple[int, int]:
    """Ask for a relay over UDP: ``(0, port of the relay)``, or ``(error code, 0)``."""
    with _line(port) as line:  # a nonce belongs to the address it was given to
        kind, refused = _ask(line, ALLOCATE, {REQUESTED_TRANSPORT: UDP})
        assert kind == ALLOCATE | ERROR, "an allocation without credentials"
        realm, nonce = refused[REALM], refused[NONCE]
        # RFC 8489 9.2.2
        key = hashlib.md5(b":".join((user.encode(), realm, password.encode()))).digest()  # noqa: S324
        asked = {REQUESTED_TRANSPORT: UDP, USERNAME: user.encode(), REALM: realm, NONCE: nonce}
        kind, answer = _ask(line, ALLOCATE, asked, key)
    if kind == ALLOCATE | SUCCESS:
        relay: int = struct.unpack("!xxH", answer[RELAYED_ADDRESS][:4])[0] ^ (COOKIE >> 16)
        return 0, relay
    return answer[ERROR_CODE][2] * 100 + answer[ERROR_CODE][3], 0


def _line(port: int) -> socket.socket:
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.settimeout(SECONDS)
    line.connect(("127.0.0.1", port))
    return line


def _ask(
    line: socket.socket, method: int, attributes: dict[int, bytes], key: bytes = b""
) -> tuple[int, dict[int, bytes]]:
    transaction = os.urandom(12)
    body = b"".join(_attribute(*one) for one in attributes.items())
    if key:
        head = struct.pack("!HHI", method, len(body) + 24, COOKIE) + transaction
        body += _attribute(MESSAGE_INTEGRITY, hmac.new(key, head + body, hashlib.sha1).digest())
    head = struct.pack("!HHI", method, len(body), COOKIE) + transaction
    line.send(head + body)
    answer = line.recv(2048)
    kind, length = struct.unpack("!HH", answer[:4])
    assert answer[8:20] == transaction
    return kind, _attributes(answer[20 : 20 + length])


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _attributes(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while data:
        kind, length = struct.unpack("!HH", data[:4])
        found[kind] = data[4 : 4 + length]
        data = data[4 + length + (-length % 4) :]
    return found
