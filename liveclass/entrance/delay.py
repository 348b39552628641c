"""The button with which those who hold a class say that it begins later."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liveclass.classes.names import language
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.lateness.actions import put_off
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal

MOST_DIGITS = 3


@signed_in
@require_POST
def delay(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Put the class off by ``minutes`` and go back to its page. ``id`` is the form's own, so that a
    button pressed twice counts once."""
    find_session(code)
    text = request.POST.get("minutes", "")
    number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    id = request.POST.get("id", "")[:36] or str(uuid4())
    try:
        put_off(admit(code, member), id, int(text) if number else 0)
    except Refusal as refusal:
        back = reverse("classes:detail", args=[code])
        reason = sentence(refusal.code, language())
        return refused(request, _("The start was not moved"), reason, back=back)
    messages.success(request, _("Everybody is told that the class begins later."))
    return redirect("classes:detail", code)
