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
