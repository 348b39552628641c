"""``/media/hls/``: a stream as HLS, seconds late, for who gets no UDP through and no relay either.

``index.m3u8`` (``?only=audio``: the sound alone) is asked for with a watch token and leads to
playlists under a pass of their own (``realtime.sfu.recording.passes``), so that the token is
neither kept by players nor repeated every two seconds. Nothing of it is written to logs.
"""

from __future__ import annotations

import asyncio
import re
import time
from urllib.parse import parse_qs

from realtime.sfu import access
from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, only, preflight
from realtime.sfu.recording import live
from realtime.sfu.recording.live import LiveStream
from realtime.sfu.recording.passes import TooMany

PATH = re.compile(
    r"/media/hls/([A-Za-z0-9_-]{1,64})/([a-z]+(?:-[0-9]+)?)/"
    r"(?:(index)\.m3u8|([A-Za-z0-9_-]{1,64})/(audio|video)(?:(\.m3u8)|-init(\d{1,9})\.mp4|-(\d{1,9})\.m4s))"
)
METHODS = ("GET", "HEAD")
PLAYLIST = {"Content-Type": "application/vnd.apple.mpegurl", "Cache-Control": "no-store"}
KEPT = "private, max-age=60, immutable"
FIRST_S = 6.0
"""How long the first request waits for the first segment."""
LOOK_S = 0.1


async def endpoint(
    request: Request, engine: Engine, secret: bytes, found: re.Match[str]
) -> Response:
    """Playlists and segments.

    Raises:
        Refusal: as ``access.require``; 404 no such thing, or the pass is over; 409 nothing is live,
            or not in a codec that HLS has; 503 too many, or not yet.
    """
    if request.method == "OPTIONS":
        return preflight(*METHODS)
    only(request, *METHODS)
    room, stream, index, name, kind, listing, head, number = found.groups()
    if index:
        return await _index(request, engine, secret, room, stream)
    if not engine.taps.passes.use(name, (room, stream)):
        raise Refusal(404, "pass_unknown", "open index.m3u8 with a fresh token")
    offered = engine.taps.live.get((room, stream)) or LiveStream(0)
    shown = offered.sinks[kind].shown
    if listing:
        return Response(200, live.media_playlist(kind, shown).encode(), PLAYLIST)
    segment = next((s for s in shown.segments if number and s.number == int(number)), None)
    data = shown.heads.get(int(head)) if head else segment.data if segment else None
    if data is None:
        raise Refusal(404, "segment_gone", "this segment is not kept any more")
    return Response(200, data, {"Content-Type": f"{kind}/mp4", "Cache-Control": KEPT})


async def _index(
    request: Request, engine: Engine, secret: bytes, room: str, stream: str
) -> Response:
    """Open a pass; answer when there is something to play."""
    asked = parse_qs(request.query.decode("ascii", "replace"))
    given = asked.get("token", [""])[0]
    token = access.require(request, room, stream, "watch", secret, time.time(), given)
    access.still_good(token, engine.voids)
    sound = asked.get("only") == ["audio"]
    codecs = _codecs(engine, room, stream, sound)
    try:
        name = engine.taps.passes.open((room, stream), token.member)
    except TooMany:
        raise Refusal(503, "media_full", "too many players", {"Retry-After": "5"}) from None
    offered = engine.taps.watch((room, stream))
    deadline = time.monotonic() + FIRST_S
    while not all(offered.sinks[kind].shown.segments for kind in codecs):
        if time.monotonic() > deadline:
            raise Refusal(503, "not_yet", "there is no segment yet", {"Retry-After": "1"})
        await asyncio.sleep(LOOK_S)
        engine.taps.passes.use(name, (room, stream))
        codecs = _codecs(engine, room, stream, sound)
    told = {kind: offered.sinks[kind].shown.codec for kind in codecs}
    text = live.multivariant_playlist(name, told, engine.taps.bandwidth)
    return Response(200, text.encode(), PLAYLIST)


def _codecs(engine: Engine, room: str, stream: str, sound: bool) -> dict[str, str]:
    """What is published, or of it the ``sound`` alone, if HLS has it.

    Raises:
        Refusal: 409.
    """
    publisher = engine.live.get((room, stream))
    if publisher is None:
        raise Refusal(409, "nothing_live", "nobody publishes this stream now", {"Retry-After": "1"})
    if sound and "audio" in publisher.codecs:
        return {"audio": publisher.codecs["audio"]}
    if publisher.codecs.get("video", "H264") != "H264":
        raise Refusal(409, "hls_codec", "this stream is sent in a codec that HLS does not have")
    return publisher.codecs
