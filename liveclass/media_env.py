"""What the environment says about the media engine; ``liveclass.settings`` takes it over."""

from __future__ import annotations

from liveclass import env

MEDIA_WORKERS = env.integer(
    "MEDIA_WORKERS",
    1,
    "media processes; each has a UDP port of its own, from MEDIA_UDP_PORT on",
    low=1,
    high=16,
)
