"""``POST /control/end``: web says that a class is over or that somebody has lost her place.
``POST /control/record``: that a class is to be recorded, or no more.
``POST /control/mute``: that nobody may hear a speaker, or again.
``POST /control/spotlight``: which speaker is shown, whoever speaks.

Not under ``/media/``, so that neither our proxy nor nginx leads here; signed all the same.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TypeVar

import msgspec

from realtime.media_control import (
    MUTE_PURPOSE,
    PURPOSE,
    RECORD_PURPOSE,
    SPOT_PURPOSE,
    EndCall,
    MuteCall,
    RecordCall,
    SpotCall,
)
from realtime.sealed import MAX_ID_CHARS, SIGNATURE, Deliveries, is_fresh, is_sealed
from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, only
from realtime.sfu.logs import say

log = logging.getLogger(__name__)
ROOM = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What may name a folder."""
LAST_RUN = 1 << 48
Call = TypeVar("Call", EndCall, RecordCall, MuteCall, SpotCall)


async def endpoint(
    request: Request, engine: Engine, secret: bytes, deliveries: Deliveries
) -> Response:
    """End sessions and void older tokens; 204 when done, 409 when it was done before."""
    only(request, "POST")
    call = await _opened(request, EndCall, secret, PURPOSE)
    _claim(deliveries, call.id)
    engine.voids.add(call.room, call.member, call.void_until, time.time(), call.speaking)
    ended = engine.expel(call.room, call.member, call.speaking)
    engine.streams.forget_mutes(call.room, call.member)
    if call.member is None:
        engine.taps.end(call.room)
    if not call.speaking:
        engine.taps.passes.expel(call.room, call.member)
    deliveries.done(call.id)
    who = "all" if call.member is None else call.member
    say(log, logging.INFO, "control.ended", room=call.room, member=who, sessions=ended)
    return Response(204)


async def record(
    request: Request, engine: Engine, secret: bytes, deliveries: Deliveries
) -> Response:
    """Begin or stop a recording; 202, the hook ``recording`` tells what came of it."""
    only(request, "POST")
    call = await _opened(request, RecordCall, secret, RECORD_PURPOSE)
    if not ROOM.fullmatch(call.room) or not 0 < call.run < LAST_RUN:
        raise Refusal(400, "malformed", "no such room or run can be")
    _claim(deliveries, call.id)
    engine.taps.record(call.room, call.run, call.on)
    deliveries.done(call.id)
    say(log, logging.INFO, "control.record", room=call.room, run=call.run, on=call.on)
    return Response(202)


async def mute(request: Request, engine: Engine, secret: bytes, deliveries: Deliveries) -> Response:
    """Forward no sound of a speaker, or again; 204 when done, also for who sends nothing yet."""
    only(request, "POST")
    call = await _opened(request, MuteCall, secret, MUTE_PURPOSE)
    _claim(deliveries, call.id)
    engine.streams.mute(call.room, call.member, call.on)
    deliveries.done(call.id)
    say(log, logging.INFO, "control.mute", room=call.room, member=call.member, on=call.on)
    return Response(204)


async def spotlight(
    request: Request, engine: Engine, secret: bytes, deliveries: Deliveries
) -> Response:
    """Show one speaker whoever speaks, or nobody so; 204 when done, also for who sends nothing."""
    only(request, "POST")
    call = await _opened(request, SpotCall, secret, SPOT_PURPOSE)
    _claim(deliveries, call.id)
    engine.streams.spotlight(call.room, call.member)
    deliveries.done(call.id)
    say(log, logging.INFO, "control.spotlight", room=call.room, member=call.member or 0)
    return Response(204)


def _claim(deliveries: Deliveries, call: str) -> None:
    """Go on only with a call that was not carried out before.

    Raises:
        Refusal: 409; 503 when there are too many.
    """
    claim = deliveries.claim(call)
    if claim == "full":
        raise Refusal(503, "too_many_calls", "too many calls in a minute", {"Retry-After": "5"})
    if claim != "new":
        raise Refusal(409, "repeated", "this call was carried out already")


async def _opened(request: Request, kind: type[Call], secret: bytes, purpose: bytes) -> Call:
    """The call.

    Raises:
        Refusal: 403 not signed by web or not fresh, 400 signed and no call.
    """
    body = await request.body()
    if not is_sealed(request.header(SIGNATURE), body, secret, purpose):
        raise Refusal(403, "signature_wrong", "the signature does not match")
    try:
        call = msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refusal(400, "malformed", "the body is no call") from None
    if not 0 < len(call.id) <= MAX_ID_CHARS:
        raise Refusal(400, "malformed", "the call has no usable id")
    if not is_fresh(call.sent, time.time()):
        raise Refusal(403, "stale", "the call is too old, or the clocks disagree")
    return call
