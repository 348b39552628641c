"""The page a class leaves behind, and its tables as files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.classes.names import zone, zone_name
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.rooms.models import Phase
from liveclass.summary import queries
from liveclass.summary.records import COMPLETE_PERCENT
from liveclass.summary.roster import roster
from liveclass.summary.sheets import sheet
from liveclass.summary.tables import TABLES
from liveclass.summary.timeline import ticks
from members.accounts.models import Member

PEOPLE_SHOWN = 100
"""People on one page of the list; the file has all."""


@signed_in
@require_GET
def summary(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """After the end: everything for those who run it, own time and what was public for members."""
    session = find_session(code)
    everything = queries.sees_everything(session, member)
    if not everything and role_in(session, member) is None:
        back = reverse("classes:detail", args=[code])
        heading = _("You are not in the audience of this class")
        return refused(request, heading, outside_audience(session), back=back)
    if session.room.state != Phase.ENDED:
        return redirect("classes:detail", code)
    context = _common(session, member, everything)
    if everything:
        asked = request.GET.get("show", ""), request.GET.get("after", "")
        context.update(_everybody(session, *asked))
    return render(request, "liveclass/summary/summary.html", context)


def _common(session: Session, member: Member, everything: bool) -> dict[str, Any]:
    room, here = session.room, zone()
    began, ended = queries.lasted(room)
    mine = queries.own_time(session, room, member, here)
    reader = None if everything else member
    return {
        "card": card(session, member, timezone.now(), here),
        "zone": zone_name(began),
        "began": timezone.localtime(began, here),
        "ended": timezone.localtime(ended, here),
        "length": mine.line.length,
        "mine": mine if mine.present or not everything else None,
        "stretches": mine.stretches,
        "ticks": ticks(mine.line.width),
        "questions": queries.questions(session, here, reader),
        "polls": queries.polls(session, here, member, published_only=not everything),
    }


def _everybody(session: Session, show: str, after: str) -> dict[str, Any]:
    """The part for those who run the class; ``after``: last staff number of the page before."""
    room, here = session.room, zone()
    everybody = queries.people(session, room, here)
    return {
        "complete_percent": COMPLETE_PERCENT,
        "turnout": queries.turnout(everybody),
        "roster": roster(everybody, show, after, PEOPLE_SHOWN),
        "message_count": queries.message_count(room),
        "messages_shown": queries.newest_messages(room, here),
    }


@signed_in
@require_GET
def export(request: HttpRequest, member: Member, code: str, table: str) -> HttpResponse:
    """One table of the summary as CSV, for those who see everything."""
    session = find_session(code)
    if not queries.sees_everything(session, member):
        reason = _("The lecturer, the assistants and admins may download these tables.")
        back = reverse("classes:detail", args=[code])
        return refused(request, _("You cannot download this table"), reason, back=back)
    if table not in TABLES or session.room.state != Phase.ENDED:
        raise Http404(table)
    header, rows = TABLES[table](session, member, zone())
    return _file(f"{table}-{code}.csv", header, rows)


def _file(name: str, header: list[str], rows: Iterable[list[Any]]) -> HttpResponse:
    answer = HttpResponse(sheet(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
