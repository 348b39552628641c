"""The one UDP port: an IPv4 socket and, where IPv6 is announced, an IPv6 one beside it.

Two sockets rather than one for both families: addresses keep the form that each family has (pairs
of IPv4, quadruples of IPv6), and without IPv6 nothing stands between us and the kernel.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any

SOCKET_BUFFER_BYTES = 4 << 20
ANY_IPV4 = "0.0.0.0"  # noqa: S104 - media for all
ANY_IPV6 = "::"
TRIES = 8
"""Any free port must be free in both families."""


class BothFamilies(socket.socket):
    """The IPv4 socket, which hands to the other one what goes to an IPv6 address."""

    six: socket.socket

    def sendto(self, data: Any, *args: Any) -> int:
        """Send by the family of the address, which comes last."""
        if len(args[-1]) > 2:
            return self.six.sendto(data, *args)
        return super().sendto(data, *args)

    def sendmsg(
        self, buffers: Iterable[Any], ancdata: Any = (), flags: int = 0, address: Any = None
    ) -> int:
        """Send by the family of the address."""
        if address is not None and len(address) > 2:
            return self.six.sendmsg(buffers, ancdata, flags, address)
        return super().sendmsg(buffers, ancdata, flags, address)

    def close(self) -> None:
        """Both."""
        self.six.close()
        super().close()


def families(sock: socket.socket) -> tuple[socket.socket, ...]:
    """The sockets to read from."""
    return (sock, sock.six) if isinstance(sock, BothFamilies) else (sock,)


def open_socket(port: int, addresses: Iterable[str] = ()) -> socket.socket:
    """Bind the UDP port, in IPv6 too when one of the announced ``addresses`` is of it.

    Raises:
        OSError: the port is taken, or this machine has no IPv6.
    """
    if not any(":" in address for address in addresses):
        return _bound(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), ANY_IPV4, port)
    for attempt in range(TRIES):
        try:
            return _both(port)
        except OSError:
            if port or attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _both(port: int) -> BothFamilies:
    both = BothFamilies(socket.AF_INET, socket.SOCK_DGRAM)
    both.six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        _bound(both, ANY_IPV4, port)
        both.six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _bound(both.six, ANY_IPV6, both.getsockname()[1])
    except OSError:
        both.close()
        raise
    return both


def _bound(sock: socket.socket, host: str, port: int) -> socket.socket:
    """Bind with buffers that survive a keyframe to everybody."""
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER_BYTES)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
