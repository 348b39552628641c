"""The one UDP port, with a socket for each announced address that this machine has.

An answer must leave from the address that was asked, or the asking side throws it away (RFC 8445
§7.2.5.2.1); one socket for all addresses would let the kernel choose by its routes. Announced
addresses that are not ours (behind NAT) share a socket that takes what comes to any address.

Sockets rather than IP_PKTINFO: nothing has to be parsed or built per packet, and addresses keep
the form of their family (pairs of IPv4, quadruples of IPv6). With one address there is one plain
socket, and nothing stands between us and the kernel.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from typing import Any

SOCKET_BUFFER_BYTES = 4 << 20
ANY_IPV4 = "0.0.0.0"  # noqa: S104 - media for all
ANY_IPV6 = "::"
TRIES = 8
"""Any free port must be free at every address."""
ROUTES = 16_384
"""Peers whose way is remembered; beyond it the oldest is sent to by the kernel's choice."""
NOT_OURS = frozenset({errno.EADDRNOTAVAIL, errno.EINVAL})


class Sockets(socket.socket):
    """The first socket, which hands to the others what must leave by them."""

    others: tuple[socket.socket, ...] = ()

    def __init__(self, family: socket.AddressFamily, kind: socket.SocketKind) -> None:
        super().__init__(family, kind)
        self._ways: dict[Any, socket.socket] = {}

    def route(self, address: Any, by: socket.socket) -> None:
        """Send to ``address`` by the socket at which it is heard."""
        self._ways[address] = by
        if len(self._ways) > ROUTES:
            del self._ways[next(iter(self._ways))]

    def forget(self, address: Any) -> None:
        """Nobody lives there any more."""
        self._ways.pop(address, None)

    def has_route(self, address: Any) -> bool:
        """Whether it is known by which socket ``address`` is reached."""
        return address in self._ways

    def sendto(self, data: Any, *args: Any) -> int:
        """Send by the way of the address, which comes last."""
        way = self._way(args[-1])
        return super().sendto(data, *args) if way is self else way.sendto(data, *args)

    def sendmsg(
        self, buffers: Iterable[Any], ancdata: Any = (), flags: int = 0, address: Any = None
    ) -> int:
        """Send by the way of the address."""
        way = self._way(address)
        if way is self:
            return super().sendmsg(buffers, ancdata, flags, address)
        return way.sendmsg(buffers, ancdata, flags, address)

    def _way(self, address: Any) -> socket.socket:
        """By whom; before its first check, the first socket of its family."""
        way = self._ways.get(address)
        if way is None:
            family = socket.AF_INET if len(address) == 2 else socket.AF_INET6
            way = next((one for one in (self, *self.others) if one.family == family), self)
        return way

    def close(self) -> None:
        """All."""
        for other in self.others:
            other.close()
        super().close()


def families(sock: socket.socket) -> tuple[socket.socket, ...]:
    """The sockets to read from."""
    return (sock, *sock.others) if isinstance(sock, Sockets) else (sock,)


def open_socket(port: int, addresses: Iterable[str] = ()) -> socket.socket:
    """Bind the UDP port at the announced ``addresses``, or at all of IPv4 when there are none.

    Raises:
        OSError: the port is taken, or this machine has no IPv6.
    """
    hosts = _hosts(tuple(addresses))
    if len(hosts) == 1:
        return _bound(socket.socket(_family(hosts[0]), socket.SOCK_DGRAM), hosts[0], port)
    for attempt in range(TRIES):
        try:
            return _several(hosts, port)
        except OSError:
            if port or attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _hosts(addresses: tuple[str, ...]) -> list[str]:
    """Where to bind: our own among the announced; all of a family where one is not ours."""
    hosts: list[str] = []
    for address in addresses or (ANY_IPV4,):
        any_address = ANY_IPV6 if ":" in address else ANY_IPV4
        hosts.append(address if _is_ours(address) else any_address)
    # What takes everything comes first in its family: it is the way for whoever is not known yet.
    ordered = sorted(dict.fromkeys(hosts), key=lambda host: host not in (ANY_IPV4, ANY_IPV6))
    return sorted(ordered, key=lambda host: ":" in host)


def _is_ours(address: str) -> bool:
    with socket.socket(_family(address), socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError as problem:
            if problem.errno in NOT_OURS:
                return False
            raise
    return True


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _several(hosts: list[str], port: int) -> Sockets:
    first = Sockets(_family(hosts[0]), socket.SOCK_DGRAM)
    made: list[socket.socket] = [first]
    try:
        _bound(first, hosts[0], port)
        for host in hosts[1:]:
            other = socket.socket(_family(host), socket.SOCK_DGRAM)
            made.append(other)
            for one in made:  # one of them may take every address: only ours may be beside it
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _bound(other, host, first.getsockname()[1])
    except OSError:
        for one in made:
            one.close()
        raise
    for one in made:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    first.others = tuple(made[1:])
    return first


def _bound(sock: socket.socket, host: str, port: int) -> socket.socket:
    """Bind with buffers that survive a keyframe to everybody."""
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER_BYTES)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
