"""``/media/session/<id>/layer``: which size of the picture a viewer wants, in JSON.

WHEP has no way to say this (draft-ietf-wish-whep-03 leaves it to extensions), so this is ours:
GET tells, POST ``{"video": "auto" | "high" | "low" | "off"}`` changes; both answer with the wish
and with the layer that is sent now.
"""

from __future__ import annotations

import time
from typing import Literal

import msgspec

from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, json_response, only, preflight
from realtime.sfu.resource import own
from realtime.sfu.session import Viewer

JSON = "application/json"
METHODS = ("GET", "HEAD", "POST")


class LayerCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a viewer wants of the picture (``selection.Wish``)."""

    video: Literal["auto", "high", "low", "off"]


_decoder = msgspec.json.Decoder(LayerCall)


async def endpoint(request: Request, engine: Engine, secret: bytes, session_id: str) -> Response:
    """Serve the resource to whoever opened the session.

    Raises:
        Refusal: 401, 403, 404 as for the session; 409 when it publishes; 415, 413, 400.
    """
    if request.method == "OPTIONS":
        return preflight(*METHODS, post=JSON)
    only(request, *METHODS)
    viewer = _watching(request, engine, secret, session_id)
    if request.method == "POST":
        request.require_type(JSON, "Accept-Post", "not_json")
        call = _call(await request.body())
        # the body may have come slowly: she may be gone, or sent away, by now
        viewer = _watching(request, engine, secret, session_id)
        viewer.ask(call.video, time.monotonic())
    return json_response(_told(viewer))


def _watching(request: Request, engine: Engine, secret: bytes, session_id: str) -> Viewer:
    session = own(request, engine, secret, session_id)
    if not isinstance(session, Viewer):
        raise Refusal(409, "session_publishes", "only who watches can choose a layer")
    return session


def _call(body: bytes) -> LayerCall:
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refusal(
            400, "layer_invalid", 'the body must be {"video": "auto", "high", "low" or "off"}'
        ) from None


def _told(viewer: Viewer) -> dict[str, object]:
    """``layer`` counts from the largest, 0; null while no picture is sent."""
    layers, layer = viewer.stream.ladder, None
    if layers is not None and viewer.selection is not None:
        sent = viewer.selection.layer
        layer = None if sent is None else layers.layers.index(sent)
    count = 0 if layers is None else len(layers.sounding(time.monotonic()))
    return {"video": viewer.wish, "layer": layer, "layers": count}
