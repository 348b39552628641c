"""WHIP: publishing over HTTP (RFC 9725)."""

from __future__ import annotations

import time

from realtime.sfu import access
from realtime.sfu.engine import Engine, Full
from realtime.sfu.http import SDP, Refusal, Request, Response, only, preflight
from realtime.sfu.resource import tag
from realtime.sfu.sdp import OfferRefused
from realtime.sfu.session import Session
from realtime.turn import links

BUSY_RETRY_S = "5"
METHODS = ("GET", "HEAD", "POST")


async def endpoint(
    request: Request, engine: Engine, secret: bytes, room: str, stream: str
) -> Response:
    """POST an offer to publish ``stream``; 201 with the answer (§4.2)."""
    if request.method == "OPTIONS":
        return preflight(*METHODS, post=SDP)
    only(request, *METHODS)
    if request.method != "POST":
        return Response(204)  # §4.1: no representation, and no error
    token = access.require(request, room, stream, "publish", secret, time.time())
    offer = await request.sdp()
    access.still_good(token, engine.voids)
    try:
        session, answer = engine.publish(room, stream, token.member, offer)
        return created(engine, session, answer)
    except (OfferRefused, Full) as refused:
        raise refusal(refused) from refused


def created(engine: Engine, session: Session, answer: str) -> Response:
    """201 with the answer, the session's address, a strong entity tag of its ICE session, and the
    relays that its owner may use (§4.6).

    ``X-Stream-Id`` is the name under which everybody in the room hears of a published session.
    """
    headers = {
        "Content-Type": SDP,
        "Location": f"/media/session/{session.id}",
        "X-Stream-Id": session.alias,
        "ETag": tag(session),
        "Cache-Control": "no-store",
    }
    return Response(201, answer.encode(), headers, links(engine.relays(session.member)))


def refusal(refused: OfferRefused | Full) -> Refusal:
    """The HTTP face of what the engine refuses."""
    if isinstance(refused, Full):
        retry = {"Retry-After": BUSY_RETRY_S}
        return Refusal(503, "media_full", f"this server has enough {refused}", retry)
    return Refusal(refused.status, refused.code, str(refused))
