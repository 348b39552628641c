"""What the gateway reads from its environment, once, failing loudly on nonsense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

AUTHS = ("none", "bearer", "jwt")


class BadSetting(Exception):
    """A variable is missing or makes no sense; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable; docs/media-engines.md has examples."""

    secret: bytes
    whip_url: str
    """With ``{room}`` and ``{stream}``; so are the next two."""
    whep_url: str
    status_url: str = ""
    auth: str = "none"
    engine_secret: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = 8001
    hook_url: str = ""
    max_sessions: int = 10_000


def from_environment(env: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        BadSetting: with the name of the variable that is wrong.
    """
    auth = env.get("MEDIA_ENGINE_AUTH") or "none"
    if auth not in AUTHS:
        raise BadSetting(f"MEDIA_ENGINE_AUTH must be one of {', '.join(AUTHS)}")
    if auth != "none" and not env.get("MEDIA_ENGINE_SECRET"):
        raise BadSetting(f"MEDIA_ENGINE_SECRET must be set for MEDIA_ENGINE_AUTH={auth}")
    if len(env.get("MEDIA_SECRET", "")) < 16:
        raise BadSetting("MEDIA_SECRET must have at least 16 characters")
    return Settings(
        secret=env["MEDIA_SECRET"].encode(),
        whip_url=_template(env, "MEDIA_WHIP_URL"),
        whep_url=_template(env, "MEDIA_WHEP_URL"),
        status_url=_template(env, "MEDIA_STATUS_URL") if env.get("MEDIA_STATUS_URL") else "",
        auth=auth,
        engine_secret=env.get("MEDIA_ENGINE_SECRET", ""),
        http_host=env.get("MEDIA_HTTP_HOST", "127.0.0.1"),
        http_port=int(env.get("MEDIA_HTTP_PORT", "8001")),
        hook_url=env.get("MEDIA_HOOK_URL", "http://127.0.0.1:8000/hooks/media"),
    )


def _template(env: Mapping[str, str], name: str) -> str:
    """An address in which room and stream have their places."""
    text = env.get(name, "")
    if urlsplit(text).scheme not in ("http", "https"):
        raise BadSetting(f"{name} must be an http or https address")
    if "{room}" not in text or "{stream}" not in text:
        raise BadSetting(f"{name} must say where {{room}} and {{stream}} go")
    return text
