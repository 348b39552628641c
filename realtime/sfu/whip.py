"""WHIP: publishing over HTTP (RFC 9725)."""

from __future__ import annotations

import time

from realtime.sfu import access
from realtime.sfu.engine import Engine, Full
from realtime.sfu.http import SDP, Refusal, Request, Response, only, preflight
from realtime.sfu.sdp import OfferRefused
from realtime.sfu.session import Session

BUSY_RETRY_S = "5"


async def endpoint(
    request: Request, engine: Engine, secret: bytes, room: str, stream: str
) -> Response:
    """POST an offer to publish ``stream``; 201 with the answer (§4.2)."""
    if request.method == "OPTIONS":
        return preflight("POST", accept=SDP)
    only(request, "POST")
    token = access.require(request, room, stream, "publish", secret, time.time())
    offer = await request.sdp()
    access.still_good(token, engine.voids)
    try:
        return created(*engine.publish(room, stream, token.member, offer))
    except (OfferRefused, Full) as refused:
        raise refusal(refused) from refused


async def resource(request: Request, engine: Engine, secret: bytes, session_id: str) -> Response:
    """DELETE ends a session (§4.2), whether it publishes or watches, for whoever opened it.

    PATCH is answered with 405: all our candidates are in the answer, and a changed network is
    followed by the checks themselves, so neither trickle nor restart is offered (§4.3).
    """
    if request.method == "OPTIONS":
        return preflight("DELETE")
    if request.method in ("DELETE", "PATCH"):
        token = access.bearer(request, secret)
    only(request, "DELETE")
    session = engine.sessions.get(session_id)
    if session is None:
        raise Refusal(404, "session_unknown", "this session does not exist or has ended")
    access.require_own(token, session)
    engine.end(session, "deleted")
    return Response(200)


def created(session: Session, answer: str) -> Response:
    """201 with the answer, the session's address and a strong entity tag of its ICE session.

    ``X-Stream-Id`` is the name under which everybody in the room hears of a published session.
    """
    headers = {
        "Content-Type": SDP,
        "Location": f"/media/session/{session.id}",
        "X-Stream-Id": session.alias,
        "ETag": f'"{session.peer.ufrag}"',
        "Cache-Control": "no-store",
    }
    return Response(201, answer.encode(), headers)


def refusal(refused: OfferRefused | Full) -> Refusal:
    """The HTTP face of what the engine refuses."""
    if isinstance(refused, Full):
        retry = {"Retry-After": BUSY_RETRY_S}
        return Refusal(503, "media_full", f"this server has enough {refused}", retry)
    return Refusal(refused.status, refused.code, str(refused))
