"""What ``EMAIL_URL`` means."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT_SECONDS = 10


def mail_settings(url: str) -> dict[str, Any]:
    """Django's ``EMAIL_*`` settings for ``url``.

    ``smtps`` speaks TLS from the first byte (RFC 8314); ``smtp`` with a user name turns it on with
    STARTTLS before the password is sent.
    """
    parts = urlsplit(url)
    user = unquote(parts.username or "")
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or DEFAULT_PORTS[parts.scheme],
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(user),
        "EMAIL_TIMEOUT": TIMEOUT_SECONDS,
    }
