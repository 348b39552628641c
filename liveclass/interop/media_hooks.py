"""What the media process tells us: who went on the stage and who left it.

``POST /hooks/media`` with JSON, signed with the secret both processes share. Hooks arrive in order
and may arrive twice. Somebody may have kept one: it says inside what is signed when it was sent and
which delivery it is, an old one is refused and none is carried out twice (``realtime.sealed``).
Where web and media share a machine, only this machine is listened to.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from typing import Annotated, Literal, cast, get_args
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from liveclass.recordings import actions as recordings
from liveclass.rooms import actions as rooms
from liveclass.speaking import actions as speaking
from realtime.protocol.state import StreamName
from realtime.sealed import MAX_ID_CHARS, SIGNATURE, Claim, Deliveries, is_fresh, is_sealed, seal

MAX_BODY = 16 * 1024
STAGE = get_args(StreamName)
STREAM = rf"^({'|'.join(STAGE)}|speaker-[0-9]{{1,18}})$"
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")
"""Headers of a proxy; the media process comes without one."""

logger = logging.getLogger(__name__)


class MediaHook(msgspec.Struct, frozen=True, kw_only=True):
    """One event. ``started`` speaks of the media process itself and names no room."""

    id: str
    sent: float
    """Unix seconds of this attempt; ``id`` stays the same when it is repeated."""
    event: Literal["started", "published", "ended", "recording"]
    at: float
    room: str | None = None
    stream: Annotated[str, msgspec.Meta(pattern=STREAM)] | None = None
    """``camera``, ``screen``, or ``speaker-<member>`` of somebody who was asked to speak."""
    member: int | None = None
    session: str | None = None
    """The stream's public name, not the address of the session."""
    run: int | None = None
    state: Literal["recording", "stopped", "disk_full", "ended"] | None = None
    """Of a recording, with its ``run``."""


_decoder = msgspec.json.Decoder(MediaHook)
deliveries = Deliveries()
"""Of this web process."""


class Refused(Exception):
    """The hook is not believed."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def signature(body: bytes, secret: str) -> str:
    """What ``SIGNATURE`` must say for ``body``."""
    return seal(body, secret.encode())


@csrf_exempt
@require_POST
def media_hook(request: HttpRequest) -> HttpResponse:
    """Verify, decode, act: 204.

    403 from elsewhere, with a wrong signature or too late; 400 for a body that is no hook; 409 for
    one that was carried out; 503 while an earlier attempt of it runs.
    """
    try:
        hook = _believed(request)
        _once(hook)
    except Refused as refused:
        return JsonResponse({"code": refused.code}, status=refused.status)
    except (msgspec.MsgspecError, ValueError):
        return JsonResponse({"code": "malformed"}, status=400)
    return HttpResponse(status=204)


def _believed(request: HttpRequest) -> MediaHook:
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        raise Refused(413, "too_large")
    if shares_machine() and not _is_local(request):
        raise Refused(403, "not_local")
    given = request.headers.get(SIGNATURE, "")
    if not is_sealed(given, request.body, settings.MEDIA_SECRET.encode()):
        logger.warning("media hook with a wrong signature")
        raise Refused(403, "signature_wrong")
    hook = _decoder.decode(request.body)
    if not 0 < len(hook.id) <= MAX_ID_CHARS:
        raise ValueError("a delivery has an id")
    if not is_fresh(hook.sent, time.time()):
        logger.warning("media hook that is too old, or clocks that disagree")
        raise Refused(403, "stale")
    return hook


def shares_machine() -> bool:
    """Whether media runs here and reports over the loopback."""
    addresses = settings.MEDIA_URL_INTERNAL, settings.MEDIA_HOOK_URL
    return all(_is_loopback(urlsplit(address).hostname or "") for address in addresses)


def _is_local(request: HttpRequest) -> bool:
    passed_on = any(name in request.META for name in PASSED_ON)
    return not passed_on and _is_loopback(str(request.META.get("REMOTE_ADDR") or ""))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _once(hook: MediaHook) -> None:
    """Carry the hook out unless it was; what fails may be tried again."""
    claim: Claim = deliveries.claim(hook.id)
    if claim != "new":
        raise Refused(409, "repeated") if claim == "done" else Refused(503, "busy")
    try:
        carry_out(hook)
    except BaseException:
        deliveries.failed(hook.id)
        raise
    deliveries.done(hook.id)


def carry_out(hook: MediaHook) -> None:
    """Bring the stage up to date; ValueError when the event does not say enough."""
    if hook.event == "started":
        rooms.clear_all_streams()
        recordings.claim_again()
        return
    if hook.event == "recording":
        if not (hook.room and hook.run and hook.state):
            raise ValueError("room, run and state are required")
        recordings.heard(hook.room, hook.run, hook.state)
        return
    if not (hook.room and hook.stream and hook.session and hook.member is not None):
        raise ValueError("room, stream, member and session are required")
    if hook.stream not in STAGE:
        speaking.heard(hook.room, hook.member, published=hook.event == "published")
        return
    change = rooms.set_stream if hook.event == "published" else rooms.clear_stream
    change(hook.room, cast(StreamName, hook.stream), hook.member, hook.session, hook.at)
