"""Pages around a class: list, form, share page, calendar file, prepared polls."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from courses.activities.actions import change_class
from courses.activities.models import Session
from courses.activities.queries import expected_count, may_manage
from liveclass.acts import queries as acts
from liveclass.admission.actions import choose_lobby
from liveclass.classes import queries
from liveclass.classes.cards import Card
from liveclass.classes.forms import ClassForm, initial_of, suggestions
from liveclass.classes.names import language, name_of, unit_of, zone, zone_name
from liveclass.classes.paging import page
from liveclass.classes.permissions import may_schedule
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.classes.share import qr_image
from liveclass.guests.queries import guest_link
from liveclass.interop.ical import CalendarEntry, calendar_file
from liveclass.lateness.actions import MINUTES
from liveclass.lateness.queries import history, may_be_late
from liveclass.questions.queries import replies_to
from liveclass.recordings.queries import available
from liveclass.rooms.actions import schedule_class
from liveclass.rooms.models import Lobby, Phase
from liveclass.whisper.queries import count as whispers_of
from members.accounts.models import Member
from members.units.queries import organisation


@signed_in
@require_GET
def class_list(request: HttpRequest, member: Member) -> HttpResponse:
    """Classes that concern the reader: live and upcoming, or past; a page at a time."""
    over, now = request.GET.get("show") == "past", timezone.now()
    rows = queries.past(member, now) if over else queries.upcoming(member, now)
    found = page(
        rows,
        newest_first=over,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "show": "past" if over else "upcoming",
        "days": _by_day(queries.cards(found.rows, member, now, zone())),
        "newer": f"before={found.back}" if found.back else "",
        "older": f"after={found.on}" if found.on else "",
        "zone": zone_name(),
    }
    return render(request, "liveclass/classes/list.html", context)


def _by_day(cards: list[Card]) -> list[dict[str, object]]:
    days = groupby(cards, key=lambda card: card.starts_at.date())
    return [{"date": date, "cards": list(group)} for date, group in days]


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Schedule a class."""
    if not may_schedule(member):
        return refused(
            request,
            _("You cannot schedule classes"),
            _("Lecturers, unit admins and platform admins schedule classes."),
        )
    initial = {"lecturer": member.pk, "minutes": 45, "audience": "units", "recording": False}
    form = ClassForm(request.POST or None, author=member, zone=zone(), initial=initial)
    if form.is_valid():
        session = schedule_class(created_by=member, **form.fields_of_class())
        choose_lobby(session, member, form.chosen_lobby)
        messages.success(request, _("The class is scheduled. Share the link below."))
        return redirect("classes:detail", session.code)
    words = {"heading": _("Schedule a class"), "submit": _("Schedule")}
    return _form(request, form, reverse("classes:list"), words)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Change a class that has not ended."""
    session = find_session(code)
    detail = reverse("classes:detail", args=[code])
    if not may_manage(session.activity, member):
        reason = _("The lecturer, the assistants and whoever scheduled the class may change it.")
        return refused(request, _("You cannot change this class"), reason, back=detail)
    if session.room.state == Phase.ENDED:
        reason = _("The class is over. What was recorded stays as it was.")
        return refused(request, _("You cannot change this class"), reason, back=detail)
    form = ClassForm(
        request.POST or None,
        author=member,
        zone=zone(),
        session=session,
        initial=initial_of(session),
    )
    if form.is_valid():
        change_class(session, **form.fields_of_class())
        choose_lobby(session, member, form.chosen_lobby)
        messages.success(request, _("Saved"))
        return redirect(detail)
    return _form(request, form, detail, {"heading": _("Edit class"), "submit": _("Save")})


def _form(
    request: HttpRequest, form: ClassForm, cancel: str, words: dict[str, str]
) -> HttpResponse:
    context = {
        "form": form, "cancel": cancel, "zone": zone_name(), "people": suggestions(), **words,
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "liveclass/classes/form.html", context, status=status)


@signed_in
@require_GET
def detail(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The share page: when, who, for whom, and the way in. Anyone with an account may read it."""
    session = find_session(code)
    card = queries.card(session, member, timezone.now(), zone())
    link = request.build_absolute_uri(reverse("classes:detail", args=[session.code]))
    units = queries.audience_names(session.activity)
    listed = queries.sessions_of(session) if card.role else []
    begins = card.is_staff and card.stage in ("planned", "open", "not_held")
    rehearsal = session.rehearsals.order_by("-pk").first() if begins else None
    assistants = session.activity.assistants.order_by("staff_no")
    context = {
        "card": card,
        "zone": zone_name(session.starts_at),
        "description": session.activity.description,
        "assistants": _listed([name_of(one) for one in assistants]),
        "audience": _listed(units) or _("Anyone with an account"),
        "expected": expected_count(session),
        "recording": session.recording and available(),
        "may_edit": may_manage(session.activity, member) and card.stage != "ended",
        "outside": outside_audience(session),
        "acts": acts.about(session.room.pk, member.pk, zone()),
        **_guests(request, session, card.is_staff and card.stage != "ended"),
        "may_ask": _may_ask(session, card.role, card.stage),
        "may_stream": card.role == "host" and card.stage != "ended",
        "link": link,
        "qr": qr_image(link),
        "polls": queries.prepared_polls(session, member) if card.is_staff else None,
        "whispers": whispers_of(session.room.pk, member.pk),
        "answered": replies_to(session.room.pk, member.pk),
        "sessions": queries.cards(listed, member, timezone.now(), zone()) if listed[1:] else [],
        "may_add": may_manage(session.activity, member) and session.rehearses_id is None,
        "rehearses": session.rehearses,
        "rehearsal": rehearsal,
        "late_by": MINUTES if card.is_staff and may_be_late(session, timezone.now()) else (),
        "late_id": uuid4(),
        "delays": _told_later(session) if card.is_staff and card.was else [],
        "may_prepare": card.is_staff and card.stage != "ended",
    }
    return render(request, "liveclass/classes/detail.html", context)


def _guests(request: HttpRequest, session: Session, staff: bool) -> dict[str, Any]:
    """The guest link and its whole address, for staff where there may be guests."""
    found = guest_link(session, staff)
    if found is None or not found.token:
        return {"guest_link": found}
    path = reverse("classes:guest", args=[session.code, found.token])
    return {"guest_link": found, "guest_url": request.build_absolute_uri(path)}


def _may_ask(session: Session, role: str | None, stage: str) -> bool:
    """Whether somebody outside the audience may ask to be let in now."""
    return role is None and session.room.lobby == Lobby.OTHERS and stage in ("open", "live")


def _told_later(session: Session) -> list[dict[str, object]]:
    """Who put it off and how, in the organisation's time."""
    return [
        {
            "name": name_of(one.by),
            **{
                name: timezone.localtime(moment, zone())
                for name, moment in (("at", one.at), ("before", one.before), ("after", one.after))
            },
        }
        for one in history(session)
    ]


def _listed(names: list[str]) -> str:
    return pgettext("between items of a list", ", ").join(names)


@signed_in
@require_GET
def calendar(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The class as an .ics file."""
    session = find_session(code)
    activity = session.activity
    entry = CalendarEntry(
        code=session.code,
        host=request.get_host().partition(":")[0],
        title=activity.title,
        description=activity.description,
        url=request.build_absolute_uri(reverse("classes:detail", args=[session.code])),
        zone=zone().key,
        starts_at=session.starts_at,
        minutes=session.minutes,
        revision=session.revision,
        issued_at=timezone.now(),
        lecturer=f"{name_of(activity.lecturer)} {unit_of(activity.lecturer.department)}".strip(),
        organisation=organisation().name(language()),
    )
    answer = HttpResponse(calendar_file(entry), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="class-{session.code}.ics"'
    return answer
