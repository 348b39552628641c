"""What we show an engine: nothing, a word it knows, or a signed token of a moment (RFC 7519)."""

from __future__ import annotations

import base64
import hashlib
import hmac

import msgspec

from realtime.external.settings import Settings

TOKEN_S = 120
"""Life of a token: an engine looks at it when a session is opened."""


def bearer(settings: Settings, room: str, stream: str, act: str, member: int, now: float) -> str:
    """The bearer token of one request; empty for an engine that listens to us alone."""
    if settings.auth == "none":
        return ""
    if settings.auth == "bearer":
        return settings.engine_secret
    claims = {
        "iss": "liveclass", "sub": str(member), "room": room, "stream": stream, "act": act,
        "iat": int(now), "exp": int(now) + TOKEN_S,
    }  # fmt: skip
    return jwt(claims, settings.engine_secret.encode())


def jwt(claims: dict[str, object], secret: bytes) -> str:
    """``claims`` as a compact JWS with HMAC-SHA256 (RFC 7515 §3.1, RFC 7518 §3.2)."""
    head = msgspec.json.encode({"alg": "HS256", "typ": "JWT"})
    text = f"{_b64(head)}.{_b64(msgspec.json.encode(claims))}"
    return f"{text}.{_b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
