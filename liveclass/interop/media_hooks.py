"""What the media process tells us: who went on the stage and who left it.

``POST /hooks/media`` with JSON, signed with the secret both processes share. Hooks arrive in order
and may arrive twice; each of them may be repeated without harm.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from typing import Literal

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from liveclass.rooms import actions as rooms
from realtime.protocol.state import StreamName

SIGNATURE = "X-LiveClass-Signature"
"""Header with the hex HMAC-SHA256 of the body."""
MAX_BODY = 16 * 1024

logger = logging.getLogger(__name__)


class MediaHook(msgspec.Struct, frozen=True, kw_only=True):
    """One event. ``started`` speaks of the media process itself and names no room."""

    event: Literal["started", "published", "ended"]
    at: float
    room: str | None = None
    stream: StreamName | None = None
    member: int | None = None
    session: str | None = None


_decoder = msgspec.json.Decoder(MediaHook)


def signature(body: bytes, secret: str) -> str:
    """What ``SIGNATURE`` must say for ``body``."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@csrf_exempt
@require_POST
def media_hook(request: HttpRequest) -> HttpResponse:
    """Verify, decode, act. 403 for a wrong signature, 400 for a body that is no hook, else 204."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        return _refused(413, "too_large")
    given = request.headers.get(SIGNATURE, "")
    if not hmac.compare_digest(
        given.encode(), signature(request.body, settings.MEDIA_SECRET).encode()
    ):
        logger.warning("media hook with a wrong signature")
        return _refused(403, "signature_wrong")
    try:
        carry_out(_decoder.decode(request.body))
    except (msgspec.MsgspecError, ValueError):
        return _refused(400, "malformed")
    return HttpResponse(status=204)


def carry_out(hook: MediaHook) -> None:
    """Bring the stage up to date; ValueError when the event does not say enough."""
    if hook.event == "started":
        rooms.clear_all_streams()
        return
    if not (hook.room and hook.stream and hook.session and hook.member is not None):
        raise ValueError("room, stream, member and session are required")
    change = rooms.set_stream if hook.event == "published" else rooms.clear_stream
    change(hook.room, hook.stream, hook.member, hook.session, hook.at)


def _refused(status: int, code: str) -> JsonResponse:
    return JsonResponse({"code": code}, status=status)
