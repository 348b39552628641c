"""Is each port free for us, or ours already?"""

from __future__ import annotations

import errno
import socket
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from liveclass.operations.finding import Finding, fail, ok

SECONDS = 2.0
EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def web() -> Finding:
    """PORT."""
    return _tcp("PORT", settings.HOST, settings.PORT, is_ours=web_answers())


def media_http() -> Finding:
    """MEDIA_HTTP_PORT."""
    ours = media_figures() is not None
    return _tcp("MEDIA_HTTP_PORT", "127.0.0.1", settings.MEDIA_HTTP_PORT, is_ours=ours)


def media_udp() -> Finding:
    """MEDIA_UDP_PORT."""
    port = settings.MEDIA_UDP_PORT
    problem = bind_problem("", port, socket.SOCK_DGRAM)
    told = media_figures() or {}
    ours = told.get("udp_port") == port
    return _judged("MEDIA_UDP_PORT", f"UDP {port}", problem, is_ours=ours)


def web_url() -> str:
    """Where the web process of this installation answers on this machine."""
    host = EVERY.get(settings.HOST, settings.HOST)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


def web_answers() -> bool:
    """Whether our own web process listens on PORT."""
    named = [host for host in settings.ALLOWED_HOSTS if host not in {"*", ""}]
    headers = {"Host": named[0].lstrip(".")} if named else {}
    told = _json(f"{web_url()}/healthz", headers)
    return isinstance(told.get("parts"), dict)


def media_figures() -> dict[str, Any] | None:
    """What the media process says about itself; None when it is not there."""
    return _json(f"{settings.MEDIA_URL_INTERNAL}/media/healthz", {}) or None


def bind_problem(host: str, port: int, kind: int) -> OSError | None:
    """Why the port cannot be taken; None when it can (it is given back at once)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _tcp(name: str, host: str, port: int, *, is_ours: bool) -> Finding:
    problem = bind_problem(host, port, socket.SOCK_STREAM)
    return _judged(name, f"{host}:{port}", problem, is_ours=is_ours)


def _judged(name: str, where: str, problem: OSError | None, *, is_ours: bool) -> Finding:
    part = {"PORT": "port", "MEDIA_HTTP_PORT": "media port"}.get(name, "media UDP")
    facts = {"where": where, "name": name}
    if problem is None:
        return ok(part, _("%(where)s is free for us.") % facts)
    if is_ours:
        return ok(part, _("%(where)s is ours: the platform is running.") % facts)
    if problem.errno == errno.EADDRINUSE:
        says = _("%(where)s belongs to another program.") % facts
        return fail(part, says, _("End what listens there, or set %(name)s.") % facts)
    says = _("%(where)s cannot be used: %(why)s") % (facts | {"why": problem.strerror})
    return fail(part, says, _("Set %(name)s, or HOST, to what this machine has.") % facts)


def _json(url: str, headers: dict[str, str]) -> dict[str, Any]:
    """The object an address answers with, whatever the status; empty when there is none."""
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            told = client.get(url, headers=headers).json()
    except (httpx.HTTPError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
