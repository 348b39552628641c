"""The two buttons of a rehearsal: begin, and throw away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liveclass.classes.names import language
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.rehearsals import actions
from liveclass.rehearsals.purge import InUse
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal


@signed_in
@require_POST
def begin(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Into the room of the rehearsal, with one press."""
    session = find_session(code)
    try:
        made = actions.rehearse(session, member)
    except Refusal as refusal:
        return _no(request, code, refusal)
    return redirect("classes:room", made.code)


@signed_in
@require_POST
def throw_away(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Back to the class; nothing of the rehearsal is left."""
    session = find_session(code)
    try:
        actions.throw_away(session, member)
    except Refusal as refusal:
        return _no(request, code, refusal)
    except InUse:
        return _no(request, code, Refusal("rehearsal_only"))
    messages.success(request, _("The rehearsal was thrown away."))
    # what is gone is not asked: the session in hand still knows what it rehearsed
    return redirect("classes:detail", session.rehearses.code if session.rehearses else code)


def _no(request: HttpRequest, code: str, refusal: Refusal) -> HttpResponse:
    back = reverse("classes:detail", args=[code])
    reason = sentence(refusal.code, language())
    return refused(request, _("This rehearsal is not possible"), reason, back=back)
