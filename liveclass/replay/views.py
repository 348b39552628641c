"""The page of a replay, its events as JSON, and its files; all for the people of the class only."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from courses.activities.intervals import unix
from courses.activities.models import Session
from courses.activities.shares import covered
from courses.completion.door import PATH as WATCHED
from liveclass.captions.queries import cues
from liveclass.captions.webvtt import webvtt
from liveclass.classes.names import zone, zone_name
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.recordings.folder import folder_of, is_file_of_run, read_index
from liveclass.recordings.models import Recording
from liveclass.recordings.queries import PHASES, edition_of, find_run, newest
from liveclass.replay import asking, queries
from liveclass.replay.downloads import may_download
from liveclass.replay.files import send_file
from liveclass.rooms.models import Phase
from liveclass.slides.program import pdf_urls
from members.accounts.models import Member

MOST_STRETCHES = 2000
"""Of what a page is told that its reader has seen; behind them everything counts as missed."""


@signed_in
@require_GET
def replay(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The player: after the class, and while it runs for who wants to see it from its beginning."""
    session = find_session(code)
    if not queries.may_watch(session, member):
        back = reverse("classes:detail", args=[code])
        heading = _("You are not in the audience of this class")
        return refused(request, heading, outside_audience(session), back=back)
    recording = newest(session.room.pk)
    if recording is None:
        page = "summary" if session.room.state == Phase.ENDED else "detail"
        return redirect(f"classes:{page}", code)
    context = {
        "title": edition_of(session.room.pk).title or session.activity.title,
        "card": card(session, member, timezone.now(), zone()),
        "may_download": may_download(session, member),
        "zone": zone_name(recording.started_at),
        "began": timezone.localtime(recording.started_at, zone()),
        "replay_data": _page_data(session, recording, member, get_token(request)),
    }
    return render(request, "liveclass/replay/replay.html", context)


def _page_data(session: Session, recording: Recording, member: Member, csrf: str) -> dict[str, Any]:
    """What the page's program is told; its twin is ``ReplayData`` in ``assets/src/replay``."""
    code = session.code
    return {
        "title": edition_of(session.room.pk).title or session.activity.title,
        "timeZone": zone().key,
        "csrf": csrf,
        "covered": covered(session, member.pk)[:MOST_STRETCHES],
        "asked": asking.asked(session, member),
        "urls": {
            "events": reverse("classes:replay_events", args=[code]),
            "files": reverse("classes:recording_file", args=[code, recording.run, "x"])[:-1],
            "room": reverse("classes:room", args=[code]),
            "summary": reverse("classes:summary", args=[code]),
            "open": reverse("classes:replay_lease", args=[code]),
            "answer": reverse("classes:replay_answer", args=[code, 0])[: -len("0/")],
            "watched": WATCHED,
            "hls": static("build/hls.js"),
            "slides": reverse("lectern:decks", args=[code]),
            **pdf_urls(),
        },
    }


@signed_in
@require_GET
def events(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """A stretch of the log behind ``?after=``, and the pieces as they are now, as JSON."""
    session = find_session(code)
    if not queries.may_watch(session, member):
        return JsonResponse({"code": "not_in_audience"}, status=403)
    recording = newest(session.room.pk)
    if recording is None:
        raise Http404(code)
    after = request.GET.get("after", "")
    began = recording.run / 1000
    log = queries.log(session.room.pk, began, int(after) if _is_number(after) else 0)
    index = read_index(folder_of(settings.MEDIA_RECORDINGS, code, recording.run))
    room = session.room
    answer = {
        "began": began,
        "now": round(unix(timezone.now()) - began, 3),
        "phase": room.state,
        "started": _since(room.started_at, began),
        "ended": _since(room.ended_at, began),
        "bounds": _bounds(session, began),
        "recording": PHASES[recording.state],
        "pieces": [] if index is None else msgspec.to_builtins(index.pieces),
        "events": log.events,
        "withdrawn": log.withdrawn,
        "last": log.last,
        "more": log.more,
    }
    return JsonResponse(answer)


@signed_in
@require_safe
def captions(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """What was said as a file of captions, for players of recordings and for reading."""
    session = find_session(code)
    if not queries.may_watch(session, member):
        return JsonResponse({"code": "not_in_audience"}, status=403)
    recording = newest(session.room.pk)
    if recording is None:
        raise Http404(code)
    text = webvtt(cues(session.room.pk, recording.run / 1000))
    return HttpResponse(
        text,
        content_type="text/vtt; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{code}.vtt"'},
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _bounds(session: Session, began: float) -> dict[str, float] | None:
    """What of the recording is shown, in its seconds; None: all of it."""
    first, last, room = session.shown_from, session.shown_to, session.room
    if first is None or last is None or room.started_at is None:
        return None
    offset = unix(room.started_at) - began
    return {"start": round(max(0.0, offset + first), 3), "end": round(offset + last, 3)}


def _since(moment: Any, began: float) -> float | None:
    return None if moment is None else round(unix(moment) - began, 3)


@signed_in
@require_safe
def file(request: HttpRequest, member: Member, code: str, run: int, name: str) -> HttpResponseBase:
    """One file of a recording, or the part of it that ``Range`` asks for."""
    session = find_session(code)
    if not queries.may_watch(session, member):
        return JsonResponse({"code": "not_in_audience"}, status=403)
    if not is_file_of_run(name) or find_run(session.room.pk, run) is None:
        raise Http404(name)
    try:
        return send_file(request, folder_of(settings.MEDIA_RECORDINGS, code, run) / name)
    except OSError:
        raise Http404(name) from None
