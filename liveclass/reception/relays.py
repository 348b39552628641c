"""Whether an address is that of a TURN server of ours."""

from __future__ import annotations

import functools
import ipaddress
import socket

from django.conf import settings

NAMES = 16
"""Names of TURN servers whose addresses are remembered."""


def is_relay(address: str) -> bool | None:
    """Whether ``address`` is one of the TURN servers'; None while nothing is known of it."""
    if not address:
        return None
    found = (_addresses(_host(url)) for url in settings.TURN_URLS)
    return any(address in each for each in found)


def _host(url: str) -> str:
    """Of ``turn:host:port?transport=udp``; an IPv6 address stands in brackets."""
    place = url.partition(":")[2].partition("?")[0]
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0]


@functools.lru_cache(NAMES)
def _addresses(host: str) -> frozenset[str]:
    """Of a name, asked once: a TURN server does not move while we run."""
    try:
        return frozenset({str(ipaddress.ip_address(host))})
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return frozenset()
    return frozenset(str(one[4][0]) for one in found)
