"""``/metrics``: the figures of this web process, for those who watch over it and nobody else."""

from __future__ import annotations

import hmac
import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator
from http import HTTPStatus

import httpx
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.core import Metric

from liveclass.switchboard import switchboard
from realtime import media_stats, metrics, outbox
from realtime.media_grades import GRADES, grade_of
from realtime.protocol.state import LineGrade

MEDIA_SECONDS = 0.5
"""How long the media process may take to tell its figures."""
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")
"""Headers that say that somebody else stands behind the caller: a proxy always sends one."""
MEDIA_FIGURES = (
    ("rooms", "gauge", "Rooms with sound or picture."),
    ("publishers", "gauge", "Streams that are published."),
    ("viewers", "gauge", "Streams that are watched."),
    ("packets_in", "counter", "Media packets that came in."),
    ("packets_out", "counter", "Media packets that went out."),
    ("nacks", "counter", "Packets that viewers asked for again."),
    ("packets_repaired", "counter", "Packets that were sent again from the cache."),
    ("keyframe_wishes", "counter", "Key frames that viewers asked for."),
    ("keyframes_asked", "counter", "Key frames that publishers were asked for."),
    ("workers_up", "gauge", "Media workers that answer, where there are several."),
    ("relay_packets_out", "counter", "Packets that one worker gave to another."),
    ("relay_packets_dropped", "counter", "Packets that the line between two had no room for."),
)


@require_safe
@never_cache
async def metrics_page(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format. 403 for strangers, 401 for a token that is not ours.

    Written as a coroutine so that it runs on the loop's thread, to which the figures belong.
    """
    if refusal := _refusal(request):
        return refusal
    metrics.lag.start()  # from the first look on: who never looks does not pay
    board = switchboard()
    metrics.watch(
        hub=board.hub,
        losses=outbox.losses,
        writer=board.writer,
        reader=board.reader,
        bus=board.hub.bus,
        entrance=board.doorway,
    )
    page = metrics.render(await _media())
    return HttpResponse(page, content_type=metrics.CONTENT_TYPE)


def may_read(address: str, token: str, proxied: bool) -> bool:
    """Whether a caller at ``address`` with this bearer ``token`` ("" for none) may read figures."""
    wanted = settings.METRICS_TOKEN
    if token:
        return bool(wanted) and hmac.compare_digest(token.encode(), wanted.encode())
    return not proxied and _is_loopback(address)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    token = _bearer(request)
    proxied = any(name in request.META for name in FORWARDED)
    if may_read(str(request.META.get("REMOTE_ADDR") or ""), token, proxied):
        return None
    if token:
        answer = HttpResponse("wrong token\n", "text/plain", HTTPStatus.UNAUTHORIZED)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return HttpResponse("for this machine only\n", "text/plain", HTTPStatus.FORBIDDEN)


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # a Unix socket has no address: who stands behind it is not known
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


async def _media() -> list[Metric]:
    """What the media process says about itself; ``media_up`` 0 when it says nothing."""
    url = f"{settings.MEDIA_URL_INTERNAL}/media/healthz"
    try:
        async with httpx.AsyncClient(timeout=MEDIA_SECONDS, trust_env=False) as client:
            answer = await client.get(url)
            told = answer.json() if answer.status_code == HTTPStatus.OK else None
    except (httpx.HTTPError, ValueError):
        told = None
    figures = list(_figures(told)) if isinstance(told, dict) else []
    text = "1 while the media process answers."
    lines = await _lines() if figures else []
    return [metrics.gauge("media_up", text, bool(figures)), *figures, *lines]


async def _lines() -> list[Metric]:
    """How the streams of all rooms arrive, by grade: no room, member or session is a label."""
    url, secret = settings.MEDIA_URL_INTERNAL, settings.MEDIA_SECRET
    told = await media_stats.ask(url, secret, within=MEDIA_SECONDS)
    if told is None:
        return []
    text = "Watched streams by how they arrive, from the viewers' reports."
    viewers = metrics.by_label(
        "media_viewers_by_grade", text, "grade", _counts(map(grade_of, told.viewers))
    )
    lost = sum(track.lost for one in told.published() for track in one.tracks)
    text = "Packets of the streams published now that did not arrive at first."
    return [viewers, metrics.gauge("media_publish_lost", text, float(max(0, lost)))]


def _counts(grades: Iterable[LineGrade]) -> dict[str, float]:
    counted = Counter(grades)
    return {grade: float(counted[grade]) for grade in GRADES}


def _figures(told: dict[str, object]) -> Iterator[Metric]:
    for name, kind, text in MEDIA_FIGURES:
        value = told.get(name)
        if isinstance(value, int | float):
            family = metrics.counter if kind == "counter" else metrics.gauge
            yield family(f"media_{name}", text, float(value))
