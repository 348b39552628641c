"""The pages of the guest link: making and closing it, and coming in by it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.activities.models import Session
from liveclass.classes.names import language
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.guests import actions
from liveclass.guests.door import KEY, visitor
from liveclass.guests.queries import find_link
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from members.accounts.models import Member
from members.units.queries import organisation
from realtime.protocol.refusals import Refusal, RefusalCode

SESSION_SECONDS = 12 * 3600
"""How long a browser remembers that it is a guest."""


@signed_in
@require_POST
def make(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """A new link, for host and assistants."""
    session = find_session(code)
    most = request.POST.get("most", "")
    try:
        actions.make_link(admit(code, member), int(most) if most.isdecimal() else 0)
    except Refusal as refusal:
        return _refused(request, session, refusal.code)
    messages.success(request, _("The guest link is ready. Share it with your guests."))
    return redirect("classes:detail", code)


@signed_in
@require_POST
def close(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Close the link, for host and assistants."""
    session = find_session(code)
    try:
        actions.close_link(admit(code, member))
    except Refusal as refusal:
        return _refused(request, session, refusal.code)
    return redirect("classes:detail", code)


@never_cache
@require_http_methods(["GET", "POST"])
def guest(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Where the link leads: a name, then the class. Who has an account uses it."""
    session = find_session(code)
    if isinstance(request.user, Member) or visitor(request, code) is not None:
        return redirect("classes:room", code)
    link = find_link(session, token)
    if link is None or not organisation().guests_allowed:
        return _refused(request, session, "guest_link")
    name, problem = request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            member = actions.come_in(link, name)
        except Refusal as refusal:
            if refusal.code not in ("text_empty", "text_too_long"):
                return _refused(request, session, refusal.code)
            problem = sentence(refusal.code, language())
        else:
            request.session[KEY.format(code)] = member.pk
            request.session.set_expiry(SESSION_SECONDS)
            return redirect("classes:room", code)
    context = {"session": session, "name": name[:200], "problem": problem}
    status = 422 if problem else 200
    return render(request, "liveclass/guests/guest.html", context, status=status)


def _refused(request: HttpRequest, session: Session, code: RefusalCode) -> HttpResponse:
    heading = _("You cannot enter this class")
    if isinstance(request.user, Member):
        heading = _("You cannot change the guest link")
    return refused(request, heading, sentence(code, language()))
