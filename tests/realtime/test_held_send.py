"""Sending with Python's lock held: the same answers as ``socket.send``, and nobody runs between."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from realtime.held_send import sender


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    with ours, theirs:
        yield ours, theirs


def test_every_byte_arrives(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    wire = bytes(range(256)) * 4
    assert sender(ours)(wire) == len(wire)
    assert theirs.recv(4096) == wire


def test_what_the_kernel_does_not_take_is_said(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    send, taken, full = sender(ours), 0, False
    while not full:
        try:
            taken += send(b"x" * 100_000)
        except BlockingIOError:
            full = True
    ours.close()
    received = 0
    while part := theirs.recv(1 << 20):
        received += len(part)
    assert received == taken > 0


def test_the_other_end_is_gone(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.close()
    with pytest.raises(OSError, match="Errno") as gone:
        sender(ours)(b"x")
    assert gone.value.errno in (errno.EPIPE, errno.ECONNRESET)


def test_a_closed_socket_is_never_somebody_elses(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, _ = pair
    send, number = sender(ours), ours.fileno()
    ours.close()
    other, end = socket.socketpair()
    with other, end:
        assert number in (other.fileno(), end.fileno())
        with pytest.raises(OSError, match="Errno") as closed:
            send(b"for the one before")
        assert closed.value.errno == errno.EBADF


def test_nobody_else_computes_between_two_sends(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """The interval is far longer than fifty sends: whoever gave the lock away would lose it."""
    ours, _ = pair
    send, over, turns = sender(ours), threading.Event(), [0]

    def compute() -> None:
        while not over.is_set():
            turns[0] += 1

    before = sys.getswitchinterval()
    sys.setswitchinterval(0.2)
    other = threading.Thread(target=compute)
    try:
        other.start()
        while turns[0] == 0:
            pass
        seen = turns[0]
        for _ in range(50):
            send(b"x")
        assert turns[0] == seen
    finally:
        over.set()
        sys.setswitchinterval(before)
        other.join()
