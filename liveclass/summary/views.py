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
from courses.activities.queries import may_manage, role_in
from liveclass.acts import queries as acts
from liveclass.classes.names import zone, zone_name
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.polls.queries import result
from liveclass.reporting import queries as reporting
from liveclass.rooms.models import Phase
from liveclass.summary import queries
from liveclass.summary.records import COMPLETE_PERCENT
from liveclass.summary.roster import roster
from liveclass.summary.sheets import sheet
from liveclass.summary.tables import TABLES, votes
from liveclass.summary.timeline import ticks
from liveclass.whisper.queries import count as whispers_of
from members.accounts.models import Member
from realtime.protocol.questions import ANSWER_CHARS
from realtime.protocol.state import PollState

VOTES_SHOWN = 200
"""Votes on the page of one poll; the file has all."""

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
    staff = role_in(session, member) in ("host", "assistant")
    began, ended = queries.lasted(room)
    mine, account = queries.own_time(session, room, member, here)
    return {
        "card": card(session, member, timezone.now(), here),
        "zone": zone_name(began),
        "began": timezone.localtime(began, here),
        "ended": timezone.localtime(ended, here),
        "length": mine.line.length,
        "mine": mine if mine.present or not everything else None,
        "account": account,
        "ticks": ticks(mine.line.width),
        "whispers": whispers_of(session.room.pk, member.pk),
        "names_votes": staff,
        "may_answer": staff,
        "answer_chars": ANSWER_CHARS,
        "may_manage": may_manage(session.activity, member),
        "questions": queries.questions(session, here, member, everything=everything),
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
        "reports": reporting.everything(room.pk, here),
        "acts": acts.everything(room.pk, here),
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


def _asked(request: HttpRequest, member: Member, code: str, poll: int) -> PollState | HttpResponse:
    """The poll, for those whom its voters were told of: lecturer and assistants; else why not."""
    session = find_session(code)
    if role_in(session, member) not in ("host", "assistant"):
        reason = _("Only the lecturer and the assistants see who chose what.")
        back = reverse("classes:detail", args=[code])
        return refused(request, _("You cannot see these votes"), reason, back=back)
    found = result(session, poll)
    if found is None:
        raise Http404(poll)
    return found


@signed_in
@require_GET
def poll(request: HttpRequest, member: Member, code: str, poll: int) -> HttpResponse:
    """One poll with who chose what, while the class runs and afterwards."""
    found = _asked(request, member, code, poll)
    if isinstance(found, HttpResponse):
        return found
    header, rows = votes(found, zone())
    context = {
        "card": card(find_session(code), member, timezone.now(), zone()),
        "poll": queries.poll_row(found, None, zone()),
        "header": header,
        "rows": rows[:VOTES_SHOWN],
        "more": max(0, len(rows) - VOTES_SHOWN),
    }
    return render(request, "liveclass/summary/poll.html", context)


@signed_in
@require_GET
def poll_file(request: HttpRequest, member: Member, code: str, poll: int) -> HttpResponse:
    """Who chose what in one poll, as CSV."""
    found = _asked(request, member, code, poll)
    if isinstance(found, HttpResponse):
        return found
    return _file(f"poll-{code}-{poll}.csv", *votes(found, zone()))


def _file(name: str, header: list[str], rows: Iterable[list[Any]]) -> HttpResponse:
    answer = HttpResponse(sheet(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
