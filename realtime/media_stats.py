"""How the streams of a room arrive at its members: the question that web asks the media process.

Signed like all inner calls; the answer is for the host's statistics page and for ``/metrics``.
"""

from __future__ import annotations

import time

import httpx
import msgspec

from realtime.sealed import SIGNATURE, seal

PATH = "/control/stats"
"""Outside of ``/media/``: no proxy leads here."""
PURPOSE = b"stats:"
REQUEST_S = 2.0


class StatsCall(msgspec.Struct, frozen=True, kw_only=True):
    """Tell about ``room``, or about all rooms (None)."""

    sent: float
    """Unix seconds."""
    room: str | None = None
    viewers: bool = True
    """False: only how the published streams arrive, which costs next to nothing."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of one stream at one viewer, from her reports and our counts."""

    kind: str
    bitrate: int
    """Bits of payload per second, over the last seconds."""
    loss: float
    """Of her last report, 0 to 1: losses between us and her, before repair."""
    lost: int
    jitter_ms: float
    rtt_ms: float | None
    """None until she has echoed a sender report."""
    nacks: int
    repaired: int
    plis: int
    dropped: int
    """Packets that our own socket had no room for."""


class ViewerStats(msgspec.Struct, frozen=True, kw_only=True):
    """One session that watches."""

    room: str
    stream: str
    member: int
    seconds: float
    """Since it was opened."""
    address: str = ""
    """Where her packets go: a relay's, when she comes through one."""
    silent: float = 0.0
    """Seconds since she last proved that she receives (consent, RFC 7675)."""
    tracks: list[Arrival]


class UpStats(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of one published stream, as it arrives here."""

    kind: str
    codec: str
    packets: int
    octets: int
    lost: int
    jitter_ms: float
    given_up: int
    """Packets that never came although they were asked for."""
    keyframes: int = 0
    """Keyframes that were asked for."""
    width: int = 0
    height: int = 0
    """Pixels; 0 while no keyframe was seen."""
    fps: float = 0.0


class PublisherStats(msgspec.Struct, frozen=True, kw_only=True):
    """One session that publishes."""

    room: str
    stream: str
    member: int
    seconds: float
    watching: int = 0
    """Sessions that watch this stream at this worker."""
    relayed: bool = False
    """It comes from another worker of this machine, where it is published."""
    tracks: list[UpStats]


class MediaStats(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: of all workers of the media process."""

    publishers: list[PublisherStats]
    viewers: list[ViewerStats]

    def published(self) -> list[PublisherStats]:
        """Each stream once, as it arrives where it is published; watched anywhere counts."""
        watching: dict[tuple[str, str], int] = {}
        for one in self.publishers:
            key = one.room, one.stream
            watching[key] = watching.get(key, 0) + one.watching
        return [
            msgspec.structs.replace(one, watching=watching[one.room, one.stream])
            for one in self.publishers
            if not one.relayed
        ]


async def ask(
    base_url: str,
    secret: str,
    room: str | None = None,
    *,
    viewers: bool = True,
    within: float = REQUEST_S,
) -> MediaStats | None:
    """The figures of a room (None: of all); None when the media process does not tell."""
    url = httpx.URL(base_url).copy_with(raw_path=PATH.encode())
    body = msgspec.json.encode(StatsCall(sent=time.time(), room=room, viewers=viewers))
    headers = {SIGNATURE: seal(body, secret.encode(), PURPOSE)}
    try:
        async with httpx.AsyncClient(timeout=within, trust_env=False) as client:
            answer = await client.post(url, content=body, headers=headers)
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=MediaStats)
    except (httpx.HTTPError, msgspec.MsgspecError):
        return None
