"""Time-limited TURN credentials (coturn's ``use-auth-secret``, draft-uberti-behave-turn-rest-00).

The relay knows nobody: a user name says until when it is good and for whom, and the password is
its HMAC under a secret that the relay shares with us. Web puts them into the ticket, the media
process into ``Link`` headers (RFC 9725 §4.6).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import NotRequired, TypedDict

LIFETIME_S = 6 * 3600
"""A class with its preparations; coturn asks again when an allocation is refreshed."""
SERVER_URL = re.compile(
    r"(?:stuns?:[A-Za-z0-9.\-]+(?::\d{1,5})?|stuns?:\[[0-9A-Fa-f:.]+\](?::\d{1,5})?"
    r"|turns?:(?:[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?)"
)
"""RFC 7064 §3.1, RFC 7065 §3.1; nothing that could end a header early."""


class IceServer(TypedDict):
    """As the browser's ``RTCIceServer``."""

    urls: list[str]
    username: NotRequired[str]
    credential: NotRequired[str]


def is_server_url(url: str) -> bool:
    """Whether ``url`` names a STUN or TURN server."""
    return SERVER_URL.fullmatch(url) is not None


def credentials(secret: bytes, member: int, now: float) -> tuple[str, str]:
    """User name and password of ``member``, good for six hours from ``now`` (unix seconds)."""
    username = f"{int(now) + LIFETIME_S}:{member}"
    digest = hmac.new(secret, username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers(urls: Sequence[str], secret: bytes, member: int, now: float) -> list[IceServer]:
    """What a browser of ``member`` is told; nothing without ``urls``."""
    plain = [url for url in urls if url.startswith("stun")]
    relays = [url for url in urls if url.startswith("turn")]
    servers: list[IceServer] = [{"urls": plain}] if plain else []
    if relays and secret:
        username, password = credentials(secret, member, now)
        servers.append({"urls": relays, "username": username, "credential": password})
    return servers


def links(servers: Sequence[IceServer]) -> list[str]:
    """The same as values of ``Link`` headers, one per address (RFC 9725 §4.6)."""
    return [f'<{url}>; rel="ice-server"{_attributes(server)}' for server in servers
            for url in server["urls"]]  # fmt: skip


def _attributes(server: IceServer) -> str:
    if "username" not in server or "credential" not in server:
        return ""
    return (
        f'; username="{server["username"]}"; credential="{server["credential"]}"'
        '; credential-type="password"'
    )
