"""What the environment says about the media engine; ``liveclass.settings`` takes it over."""

from __future__ import annotations

from liveclass import env
from realtime.turn import is_server_url

MEDIA_WORKERS = env.integer(
    "MEDIA_WORKERS",
    1,
    "media processes; each has a UDP port of its own, from MEDIA_UDP_PORT on",
    low=1,
    high=16,
)
MEDIA_ANNOUNCED_ADDRESS = env.names(
    "MEDIA_ANNOUNCED_ADDRESS",
    [],
    "IP addresses under which browsers reach the UDP port",
    shown="primary local address and 127.0.0.1",
)
MEDIA_SECRET = env.text(
    "MEDIA_SECRET",
    "",
    "shared by web and media: signs media tokens and hooks; set it when they run apart",
    shown="derived from SECRET_KEY",
)
MEDIA_ENGINE = env.choice(
    "MEDIA_ENGINE",
    "embedded",
    "external leads sound and picture through another WHIP/WHEP engine; see docs/media-engines.md",
    of=("embedded", "external"),
)
EXTERNAL = {
    "MEDIA_WHIP_URL": env.url(
        "MEDIA_WHIP_URL",
        "",
        "where the external engine takes streams; {room} and {stream} stand for their names",
        schemes=("http", "https"),
        shown="none",
    ),
    "MEDIA_WHEP_URL": env.url(
        "MEDIA_WHEP_URL",
        "",
        "where the external engine gives streams, with {room} and {stream}",
        schemes=("http", "https"),
        shown="none",
    ),
    "MEDIA_STATUS_URL": env.url(
        "MEDIA_STATUS_URL",
        "",
        "answers 200 while a stream is published and 404 otherwise, with {room} and {stream}",
        schemes=("http", "https"),
        shown="none: a stream counts from its answer to its end",
    ),
    "MEDIA_ENGINE_AUTH": env.choice(
        "MEDIA_ENGINE_AUTH",
        "none",
        "what the external engine is shown: nothing, MEDIA_ENGINE_SECRET, or a JWT signed with it",
        of=("none", "bearer", "jwt"),
    ),
    "MEDIA_ENGINE_SECRET": env.text(
        "MEDIA_ENGINE_SECRET", "", "bearer token or signing key for the external engine",
        shown="none",
    ),
}  # fmt: skip
"""What the gateway to an external engine is told, as its environment has it."""
if MEDIA_ENGINE == "external":
    for _name in ("MEDIA_WHIP_URL", "MEDIA_WHEP_URL"):
        if "{room}" not in EXTERNAL[_name] or "{stream}" not in EXTERNAL[_name]:
            env.refuse(_name, EXTERNAL[_name], "says where {room} and {stream} go")
TURN_URLS = env.names("TURN_URLS", [], "STUN and TURN servers that browsers are told", shown="none")
TURN_SECRET = env.text(
    "TURN_SECRET",
    "",
    "shared with the TURN server (static-auth-secret): makes credentials of six hours",
    shown="none: TURN servers are not told",
)
if bad := [url for url in TURN_URLS if not is_server_url(url)]:
    env.refuse("TURN_URLS", bad[0], "is a list of stun:, turn: and turns: addresses")
MEDIA_PROFILE = env.choice(
    "LIVECLASS_MEDIA_PROFILE",
    "normal",
    "test makes browsers publish 320×180 at 10 frames a second, for small machines",
    of=("normal", "test"),
)
