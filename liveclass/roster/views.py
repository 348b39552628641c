"""Pages of sessions held in a place: plan, look at, and mark who was there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.activities import roster as rules
from courses.activities.actions import change_class, schedule_class
from courses.activities.models import Session
from courses.activities.queries import may_manage
from liveclass.classes.forms import initial_of, suggestions
from liveclass.classes.names import name_of, unit_of, zone, zone_name
from liveclass.classes.permissions import may_schedule
from liveclass.classes.queries import audience_names
from liveclass.classes.refusals import refused, signed_in
from liveclass.roster.forms import BadMinutes, RosterForm, SessionForm, marks
from members.accounts.models import Member


def _find(code: str) -> Session:
    """A session in a place, also one that is held online at the same time.

    Raises:
        Http404: there is none.
    """
    related = ("room", "activity__lecturer__department")
    found = Session.objects.select_related(*related).filter(code=code).exclude(place="").first()
    if found is None:
        raise Http404(code)
    return found


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Plan a session in a place."""
    if not may_schedule(member):
        reason = _("Lecturers, unit admins and platform admins schedule classes.")
        return refused(request, _("You cannot schedule classes"), reason)
    initial = {"lecturer": member.pk, "minutes": 45, "audience": "units"}
    form = SessionForm(request.POST or None, author=member, zone=zone(), initial=initial)
    if form.is_valid():
        session = schedule_class(created_by=member, **form.fields_of_class())
        messages.success(request, _("The session is planned."))
        return redirect("sessions:detail", session.code)
    return _form(request, form, reverse("classes:list"), _("Plan an in-person session"))


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Change a session of which nothing was counted yet."""
    session = _find(code)
    back = reverse("sessions:detail", args=[code])
    if not may_manage(session.activity, member):
        reason = _("The lecturer, the assistants and whoever scheduled the class may change it.")
        return refused(request, _("You cannot change this class"), reason, back=back)
    if session.held_to is not None:
        reason = _("The class is over. What was recorded stays as it was.")
        return refused(request, _("You cannot change this class"), reason, back=back)
    initial = {
        **initial_of(session), "place": session.place, "quorum": session.activity.quorum,
    }  # fmt: skip
    form = SessionForm(
        request.POST or None, author=member, zone=zone(), session=session, initial=initial
    )
    if form.is_valid():
        change_class(session, **form.fields_of_class())
        messages.success(request, _("Saved"))
        return redirect(back)
    return _form(request, form, back, _("Edit session"))


def _form(request: HttpRequest, form: SessionForm, cancel: str, heading: str) -> HttpResponse:
    context = {
        "form": form, "cancel": cancel, "zone": zone_name(), "people": suggestions(),
        "heading": heading, "submit": _("Save"),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "liveclass/classes/form.html", context, status=status)


@signed_in
@require_GET
def detail(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """When, where, who, for whom. Anyone with an account may read it."""
    session = _find(code)
    began, ended = rules.held(session)
    context = {
        "session": session,
        "began": timezone.localtime(began, zone()),
        "ended": timezone.localtime(ended, zone()),
        "zone": zone_name(session.starts_at),
        "lecturer": name_of(session.activity.lecturer),
        "unit": unit_of(session.activity.lecturer.department),
        "audience": audience_names(session.activity),
        "may_manage": may_manage(session.activity, member),
        "is_over": session.held_to is not None,
        "quorum": rules.quorum_of(session) if session.held_to is not None else None,
    }
    return render(request, "liveclass/roster/detail.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Mark who was there, and for which part."""
    session = _find(code)
    if not may_manage(session.activity, member):
        reason = _("The lecturer, the assistants and whoever scheduled the session mark the list.")
        back = reverse("sessions:detail", args=[code])
        return refused(request, _("You cannot mark this list"), reason, back=back)
    began, ended = rules.held(session)
    form = RosterForm(
        request.POST or None,
        zone=zone(),
        fixed=hasattr(session, "room"),
        counted=session.counted_at is not None,
        initial={"began": began, "ended": ended},
    )
    extra = _added(request.POST.get("added", ""))
    if form.is_valid() and form.cleaned_data["staff_no"]:
        extra.append(form.cleaned_data["staff_no"].pk)
    elif form.is_valid() and _save(request, session, member, form, extra):
        messages.success(request, _("Saved. The hours are counted."))
        return redirect("sessions:roster", code)
    return _list(request, session, form, extra)


def _save(
    request: HttpRequest, session: Session, by: Member, form: RosterForm, extra: list[int]
) -> bool:
    """Write the list; what is wrong with it is said by the form."""
    lines = rules.lines(session, extra)
    try:
        written = marks(request.POST, lines, rules.part_spans(session))
        listed = [line.member.pk for line in lines]
        reason = form.cleaned_data.get("reason", "")
        known = form.cleaned_data["without_quorum"]
        rules.mark(session, by, form.times, listed, written, reason, without_quorum=known)
    except BadMinutes as bad:
        name = next(name_of(line.member) for line in lines if line.member.pk == bad.member)
        form.add_error(None, _("Please look at the minutes of %(name)s.") % {"name": name})
    except rules.NotOver:
        form.add_error(None, _("The list is written when the session is over."))
    except rules.NoQuorum as too_few:
        form.quorum = too_few.quorum
        form.add_error(None, _("Too few people were there. Please look at the list once more."))
    except rules.NoReason:
        form.add_error("reason", _("Hours were counted already: please say why they change."))
    except ValueError:
        form.add_error("ended", _("The end lies after the beginning, on the same day."))
    return form.is_valid()


def _added(text: str) -> list[int]:
    """People put on the list before it is saved; more than fit are not looked at."""
    numbers = [part for part in text.split(",")[: rules.MOST] if part.isdecimal()]
    return [int(number) for number in numbers if len(number) <= 18]


def _list(
    request: HttpRequest, session: Session, form: RosterForm, extra: list[int]
) -> HttpResponse:
    parts = list(session.activity.segments.order_by("order"))
    spans = rules.part_spans(session)
    lengths = [round((end - start) / 60) for start, end in spans]
    heads = [
        {"title": part.title, "minutes": minutes}
        for part, minutes in zip(parts, lengths, strict=False)
    ]
    sent = request.POST if form.is_bound else None
    context: dict[str, Any] = {
        "session": session,
        "form": form,
        "zone": zone_name(session.starts_at),
        "heads": heads,
        "added": ",".join(map(str, extra)),
        "rows": [_row(line, lengths, sent) for line in rules.lines(session, extra)],
        "counted": session.counted_at is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "liveclass/roster/roster.html", context, status=status)


def _row(line: rules.Line, lengths: list[int], sent: Any) -> dict[str, Any]:
    """One person as the page shows her: as marked, or as it was just sent."""
    cells = []
    for part, (marked, minutes) in enumerate(zip(line.marked, lengths, strict=True)):
        key = f"{line.member.pk}-{part}"
        cell = {"key": key, "there": marked is not None, "minutes": minutes, "from": "", "to": ""}
        if sent is not None:
            cell |= {
                "there": f"there-{key}" in sent,
                "from": sent.get(f"from-{key}", ""),
                "to": sent.get(f"to-{key}", ""),
            }
        elif marked is not None:
            cell["from"] = marked[0] or ""
            cell["to"] = marked[1] if marked[1] < minutes else ""
        cells.append(cell)
    person = line.member
    return {
        "name": name_of(person), "number": person.staff_no, "unit": unit_of(person.department),
        "cells": cells,
    }  # fmt: skip
