"""Who asks under another name than the site's is turned away at the door, in one line of log.

Django refuses such a request too, but only where a page asks for its own address, and every time
with a traceback: scanners of the internet would fill the log.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Application = Callable[[Any, Any, Any], Awaitable[None]]

REMEMBERED = 256
"""Names that were logged; beyond it strangers go unnamed."""
HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]

logger = logging.getLogger(__name__)


class KnownHosts:
    """ASGI: pass on requests whose Host is in ``ALLOWED_HOSTS``, answer others with 400."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._logged: set[bytes] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        given = [value for name, value in scope["headers"] if name == b"host"]
        if not given and scope.get("server"):  # HTTP/1.0
            given = [str(scope["server"][0]).encode()]
        if len(given) == 1 and is_ours(given[0]):
            await self._application(scope, receive, send)
            return
        self._say(b", ".join(given))
        await send({"type": "http.response.start", "status": 400, "headers": HEADERS})
        await send({"type": "http.response.body", "body": b"This host is not served here.\n"})

    def _say(self, host: bytes) -> None:
        if host not in self._logged and len(self._logged) < REMEMBERED:
            self._logged.add(host)
            shown = host[:100].decode("latin-1")
            logger.warning("a request for a host that is not ours", extra={"host": repr(shown)})


def is_ours(host: bytes) -> bool:
    """Whether this Host header names the site (RFC 9110 §7.2), as Django understands it."""
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
