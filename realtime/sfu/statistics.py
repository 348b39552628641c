"""``POST /control/stats``: how every stream arrives at every viewer, for whoever has the secret.

Nothing here is on the way of a packet: rates are worked out when somebody asks.
"""

from __future__ import annotations

import time

import msgspec

from realtime.media_stats import (
    PURPOSE,
    Arrival,
    MediaStats,
    PublisherStats,
    StatsCall,
    UpStats,
    ViewerStats,
)  # fmt: skip
from realtime.sealed import SIGNATURE, is_fresh, is_sealed
from realtime.sfu.downtrack import DownTrack
from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, only
from realtime.sfu.picture import picture
from realtime.sfu.relayed import Relayed
from realtime.sfu.session import Publisher, Viewer
from realtime.sfu.uptrack import UpTrack

_decoder = msgspec.json.Decoder(StatsCall)


async def endpoint(request: Request, engine: Engine, secret: bytes) -> Response:
    """The figures as JSON.

    Raises:
        Refusal: 405; 403 not signed by web or not fresh; 400 signed and no call.
    """
    only(request, "POST")
    body = await request.body()
    if not is_sealed(request.header(SIGNATURE), body, secret, PURPOSE):
        raise Refusal(403, "signature_wrong", "the signature does not match")
    try:
        call = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refusal(400, "malformed", "the body is no call") from None
    if not is_fresh(call.sent, time.time()):
        raise Refusal(403, "stale", "the call is too old, or the clocks disagree")
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(
        200, msgspec.json.encode(told(engine, call.room, viewers=call.viewers)), headers
    )


def told(engine: Engine, room: str | None, *, viewers: bool = True) -> MediaStats:
    """What is known now about ``room``, or about all (None), with or without its ``viewers``."""
    now = time.monotonic()
    sessions = [s for s in engine.sessions.values() if room in (None, s.stream.room)]
    return MediaStats(
        publishers=[_publisher(engine, s, now) for s in sessions if isinstance(s, Publisher)],
        viewers=[_viewer(s, now) for s in sessions if viewers and isinstance(s, Viewer)],
    )


def _publisher(engine: Engine, session: Publisher, now: float) -> PublisherStats:
    return PublisherStats(
        room=session.stream.room,
        stream=session.stream.name,
        member=session.member,
        seconds=round(now - session.opened_at, 1),
        relayed=isinstance(session, Relayed),
        watching=len(engine.sessions.of(session.stream, Viewer)),
        tracks=[_up(track) for track in session.fed],
    )


def _up(track: UpTrack) -> UpStats:
    source, seen = track.source, picture(track)
    return UpStats(
        kind=track.kind,
        codec=track.codec,
        packets=track.packets,
        octets=track.octets,
        lost=source.reception.lost if source else 0,
        jitter_ms=round(source.reception.jitter / track.rate * 1000, 2) if source else 0.0,
        given_up=source.nack.given_up if source else 0,
        keyframes=track.keyframes.asked,
        width=seen.width,
        height=seen.height,
        fps=seen.fps,
    )


def _viewer(session: Viewer, now: float) -> ViewerStats:
    return ViewerStats(
        room=session.stream.room,
        stream=session.stream.name,
        member=session.member,
        seconds=round(now - session.opened_at, 1),
        address=str(session.peer.address[0]) if session.peer.address else "",
        silent=round(max(0.0, now - session.peer.checked_at), 1),
        tracks=[
            _arrival(kind, session.track_of(kind), down, now)
            for kind, down in session.downs.items()
        ],
    )


def _arrival(kind: str, track: UpTrack, down: DownTrack, now: float) -> Arrival:
    health = down.health
    size = track.octets / track.packets if track.packets else 0.0
    return Arrival(
        kind=kind,
        bitrate=int(health.rate(down.sent + down.repaired, now) * size * 8),
        loss=round(health.fraction_lost, 4),
        lost=health.total_lost,
        jitter_ms=round(health.jitter_s * 1000, 2),
        rtt_ms=None if health.rtt_s is None else round(health.rtt_s * 1000, 2),
        nacks=health.nacks,
        repaired=down.repaired,
        plis=health.wishes,
        dropped=down.dropped,
    )
