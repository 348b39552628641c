"""``POST /control/end``: web says that a class is over or that somebody has lost her place.

Not under ``/media/``, so that neither our proxy nor nginx leads here; signed all the same.
"""

from __future__ import annotations

import logging
import time

import msgspec

from realtime.media_control import PURPOSE, EndCall
from realtime.sealed import MAX_ID_CHARS, SIGNATURE, Deliveries, is_fresh, is_sealed
from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, only
from realtime.sfu.logs import say

log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(EndCall)


async def endpoint(
    request: Request, engine: Engine, secret: bytes, deliveries: Deliveries
) -> Response:
    """End sessions and void older tokens; 204 when done, 409 when it was done before."""
    only(request, "POST")
    body = await request.body()
    call = _opened(body, request.header(SIGNATURE), secret, time.time())
    claim = deliveries.claim(call.id)
    if claim == "full":
        raise Refusal(503, "too_many_calls", "too many calls in a minute", {"Retry-After": "5"})
    if claim != "new":
        raise Refusal(409, "repeated", "this call was carried out already")
    engine.voids.add(call.room, call.member, call.void_until, time.time())
    ended = engine.expel(call.room, call.member)
    deliveries.done(call.id)
    who = "all" if call.member is None else call.member
    say(log, logging.INFO, "control.ended", room=call.room, member=who, sessions=ended)
    return Response(204)


def _opened(body: bytes, given: str, secret: bytes, now: float) -> EndCall:
    """The call.

    Raises:
        Refusal: 403 not signed by web or not fresh, 400 signed and no call.
    """
    if not is_sealed(given, body, secret, PURPOSE):
        raise Refusal(403, "signature_wrong", "the signature does not match")
    try:
        call = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refusal(400, "malformed", "the body is no call") from None
    if not 0 < len(call.id) <= MAX_ID_CHARS:
        raise Refusal(400, "malformed", "the call has no usable id")
    if not is_fresh(call.sent, now):
        raise Refusal(403, "stale", "the call is too old, or the clocks disagree")
    return call
