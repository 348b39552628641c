"""The border of these pages: only those who run the class, and only once it is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.activities.models import Session
from courses.activities.queries import may_manage
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.rooms.models import Phase
from members.accounts.models import Member

Page = Callable[[HttpRequest, Member, Session], HttpResponse]


def for_staff(view: Page) -> Callable[..., HttpResponse]:
    """``view`` gets the class that is over; others are refused with the reason."""

    @wraps(view)
    def guarded(request: HttpRequest, member: Member, code: str) -> HttpResponse:
        session = find_session(code)
        if not may_manage(session.activity, member):
            back = reverse("classes:detail", args=[code])
            reason = _("Only the lecturer, the assistants and admins do this.")
            return refused(request, _("You cannot change this class"), reason, back=back)
        if session.room.state != Phase.ENDED:
            return redirect("classes:detail", code)
        return view(request, member, session)

    return signed_in(guarded)
