"""WHEP: watching over HTTP (draft-ietf-wish-whep), the mirror of WHIP."""

from __future__ import annotations

import time

from realtime.sfu import access
from realtime.sfu.engine import Engine, Full, NothingLive
from realtime.sfu.http import SDP, Refusal, Request, Response, only, preflight
from realtime.sfu.sdp import OfferRefused
from realtime.sfu.whip import METHODS, created, refusal

NOT_LIVE_RETRY_S = "1"


async def endpoint(
    request: Request, engine: Engine, secret: bytes, room: str, stream: str
) -> Response:
    """POST an offer to watch ``stream``; 201 with the answer, 409 while nobody publishes."""
    if request.method == "OPTIONS":
        return preflight(*METHODS, post=SDP)
    only(request, *METHODS)
    if request.method != "POST":
        return Response(200, b"", {"Content-Type": SDP})  # §4.2: players recognise us by it
    token = access.require(request, room, stream, "watch", secret, time.time())
    offer = await request.sdp()
    await engine.relay.ready(room, stream)
    access.still_good(token, engine.voids)
    try:
        session, answer = engine.watch(room, stream, token.member, offer)
        return created(engine, session, answer)
    except NothingLive:
        retry = {"Retry-After": NOT_LIVE_RETRY_S}
        raise Refusal(409, "nothing_live", "nobody publishes this stream now", retry) from None
    except (OfferRefused, Full) as refused:
        raise refusal(refused) from refused
