"""Pages of the polls prepared for a class, for its lecturer and assistants."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.classes.names import language, zone
from liveclass.classes.queries import card, prepared_polls
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.polls.actions import write
from liveclass.polls.models import Poll, PollPhase
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Phase
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from liveclass.tray import actions
from liveclass.tray.forms import PollForm, initial_of
from liveclass.tray.queries import classes_with_polls
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal


@signed_in
@require_http_methods(["GET", "POST"])
def tray(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """What waits, and a form for one more."""
    session = find_session(code)
    if no := _refused(request, member, session):
        return no
    form = PollForm(request.POST or None)
    if form.is_valid():
        return _done(request, member, code, lambda actor, id: write(actor, id, form.plan, False))
    return _page(request, member, session, form)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, member: Member, code: str, poll: int) -> HttpResponse:
    """Change a poll that waits."""
    session = find_session(code)
    if no := _refused(request, member, session):
        return no
    found = get_object_or_404(Poll, room=session.room, pk=poll, phase=PollPhase.PREPARED)
    form = PollForm(request.POST or None, initial=initial_of(found))
    if form.is_valid():
        plan = form.plan
        return _done(request, member, code, lambda actor, id: actions.change(actor, id, poll, plan))
    return _page(request, member, session, form, poll)


@signed_in
@require_POST
def move(request: HttpRequest, member: Member, code: str, poll: int) -> HttpResponse:
    """Move a poll one place up or down."""
    by = {"up": -1, "down": 1}.get(request.POST.get("to", ""))
    if by is None:
        raise Http404
    return _done(request, member, code, lambda actor, id: actions.move(actor, id, poll, by))


@signed_in
@require_POST
def drop(request: HttpRequest, member: Member, code: str, poll: int) -> HttpResponse:
    """Take a poll out of the tray."""
    return _done(request, member, code, lambda actor, id: actions.drop(actor, id, poll))


@signed_in
@require_POST
def copy(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Copy the polls of another class of one's own."""
    offered = classes_with_polls(member, find_session(code))
    chosen = next((one for one in offered if one.code == request.POST.get("from")), None)
    if chosen is None:
        raise Http404
    source = chosen.room.pk
    return _done(request, member, code, lambda actor, id: actions.copy(actor, id, source))


def _refused(request: HttpRequest, member: Member, session: Session) -> HttpResponse | None:
    back = reverse("classes:detail", args=[session.code])
    if role_in(session, member) not in ("host", "assistant"):
        reason = sentence("staff_only", language())
        return refused(request, _("You cannot prepare polls here"), reason, back=back)
    if session.room.state == Phase.ENDED:
        reason = sentence("class_ended", language())
        return refused(request, _("You cannot prepare polls here"), reason, back=back)
    return None


def _done(
    request: HttpRequest, member: Member, code: str, act: Callable[[Actor, str], int]
) -> HttpResponse:
    """Carry it out and go back to the tray; a refusal says why."""
    find_session(code)
    try:
        act(admit(code, member), str(uuid4()))
    except Refusal as refusal:
        back = reverse("classes:detail", args=[code])
        reason = sentence(refusal.code, language())
        return refused(request, _("The poll was not saved"), reason, back=back)
    messages.success(request, _("Saved"))
    return redirect("classes:tray", code)


def _page(
    request: HttpRequest, member: Member, session: Session, form: PollForm, changed: int = 0
) -> HttpResponse:
    context = {
        "card": card(session, member, timezone.now(), zone()),
        "polls": prepared_polls(session, member),
        "poll_form": form,
        "changed": changed,
        "sources": [] if changed else classes_with_polls(member, session),
    }
    status = 422 if form.is_bound else 200
    return render(request, "liveclass/tray/tray.html", context, status=status)
