"""What may be kept of a class that is over: the recorded tracks, and the chat as text.

Members get them where the staff of the class allow it, and the recording only as long as all of it
is shown: a file cannot be cut. Those who run the class always get everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from courses.activities.intervals import unix
from courses.activities.models import Session
from courses.activities.queries import may_manage
from liveclass.chat.models import Message
from liveclass.classes.names import name_of, zone
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.recordings.folder import Piece, folder_of, read_index
from liveclass.recordings.models import Recording
from liveclass.recordings.queries import edition_of, hidden_in, newest
from liveclass.replay import queries
from liveclass.replay.files import send_file
from liveclass.rooms.models import Phase
from members.accounts.models import Member

MOST_FILES = 200
"""Tracks on the page; the longest recording of one evening has far fewer."""


@dataclass(frozen=True)
class Track:
    """One file of a recording as the page shows it; ``size`` in bytes."""

    file: str
    name: str
    minutes: int
    size: int


def may_download(session: Session, member: Member) -> bool:
    """Whether she may keep anything of it."""
    if session.room.state != Phase.ENDED or not queries.may_watch(session, member):
        return False
    return may_manage(session.activity, member) or edition_of(session.room.pk).downloads


def _gets_recording(session: Session, member: Member) -> bool:
    return session.shown_from is None or may_manage(session.activity, member)


def _refusal(request: HttpRequest, session: Session, member: Member) -> HttpResponse | None:
    """The page that says why not; None when she may."""
    if may_download(session, member):
        return None
    back = reverse("classes:detail", args=[session.code])
    reason = _("The lecturer has not allowed downloads of this class.")
    if not queries.may_watch(session, member):
        reason = outside_audience(session)
    return refused(request, _("There is nothing to download"), reason, back=back)


@signed_in
@require_GET
def downloads(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The list of files."""
    session = find_session(code)
    if (no := _refusal(request, session, member)) is not None:
        return no
    recording = newest(session.room.pk)
    gets = _gets_recording(session, member)
    context = {
        "card": card(session, member, timezone.now(), zone()),
        "tracks": _tracks(session, recording) if recording and gets else [],
        "is_cut": not gets,
    }
    return render(request, "liveclass/replay/downloads.html", context)


@signed_in
@require_safe
def track(request: HttpRequest, member: Member, code: str, name: str) -> HttpResponseBase:
    """One file of the recording, to be kept; whole or the part that ``Range`` asks for."""
    session = find_session(code)
    if (no := _refusal(request, session, member)) is not None:
        return no
    recording = newest(session.room.pk)
    if recording is None or not _gets_recording(session, member):
        raise Http404(name)
    if name not in {one.file for one in _pieces(session, recording)}:
        raise Http404(name)
    try:
        answer = send_file(request, _folder(session, recording) / name)
    except OSError:
        raise Http404(name) from None
    answer["Content-Disposition"] = f'attachment; filename="{code}-{name}"'
    return answer


@signed_in
@require_GET
def chat(request: HttpRequest, member: Member, code: str) -> HttpResponseBase:
    """What was written, as text: what was taken back or hidden is left out, and for members what
    lies outside of what is shown."""
    session = find_session(code)
    if (no := _refusal(request, session, member)) is not None:
        return no
    answer = HttpResponse(
        _lines(session, all_of_it=_gets_recording(session, member)),
        content_type="text/plain; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}-chat.txt"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _lines(session: Session, all_of_it: bool) -> Iterator[str]:
    room, here = session.room, zone()
    rows = Message.objects.filter(room=room, recalled_at__isnull=True).order_by("pk")
    began = unix(room.started_at or timezone.now())
    hidden = hidden_in(room.pk)[0]
    for one in rows.select_related("author").iterator(chunk_size=500):
        second = unix(one.at) - began
        first, last = session.shown_from, session.shown_to
        cut = first is not None and last is not None and not first <= second <= last
        if one.pk in hidden or (cut and not all_of_it):
            continue
        clock = timezone.localtime(one.at, here).strftime("%H:%M:%S")
        yield f"{clock} {name_of(one.author)}: {one.text}\n"


def _folder(session: Session, recording: Recording) -> Path:
    return folder_of(settings.MEDIA_RECORDINGS, session.code, recording.run)


def _pieces(session: Session, recording: Recording) -> list[Piece]:
    index = read_index(_folder(session, recording))
    return [] if index is None else [one for one in index.pieces if one.closed][:MOST_FILES]


def _tracks(session: Session, recording: Recording) -> list[Track]:
    folder, found = _folder(session, recording), []
    for one in _pieces(session, recording):
        try:
            size = (folder / one.file).stat().st_size
        except OSError:
            continue  # taken away by the operator: it is not offered
        found.append(Track(one.file, _name(one), max(1, round(one.duration / 60)), size))
    return found


def _name(piece: Piece) -> str:
    names = {
        ("camera", "video"): _("Picture of the camera"), ("camera", "audio"): _("Sound"),
        ("screen", "video"): _("Picture of the screen"),
        ("screen", "audio"): _("Sound of the screen"),
    }  # fmt: skip
    return names.get((piece.stream, piece.kind)) or _("A member who spoke")
