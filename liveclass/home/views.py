"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courses.assignments.queries import may_assign
from courses.study.queries import continuing
from liveclass.classes.names import unit_of, zone, zone_name
from liveclass.classes.refusals import signed_in
from liveclass.home.queries import agenda
from members.accounts.models import Member


@signed_in
@require_GET
def home(request: HttpRequest, member: Member) -> HttpResponse:
    """What matters now: running and coming classes, what was begun and attended."""
    now = timezone.now()
    context = {
        "today": timezone.localtime(now, zone()),
        "zone": zone_name(),
        "where": unit_of(member.department),
        "may_assign": may_assign(member),
        "agenda": agenda(member, now, zone()),
        "continuing": continuing(member, now),
    }
    return render(request, "liveclass/home/home.html", context)
