"""The form below an open question of the summary."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.activities.queries import role_in
from liveclass.classes.names import language
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.questions.afterwards.actions import answer_later
from liveclass.rooms.actor import Actor
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal


@signed_in
@require_POST
def answer(request: HttpRequest, member: Member, code: str, question: int) -> HttpResponse:
    """Answer a question in writing after the class, for its lecturer and assistants."""
    session = find_session(code)
    summary = reverse("classes:summary", args=[code])
    role = role_in(session, member)
    if role not in ("host", "assistant"):
        reason = _("Questions are answered by the lecturer and the assistants of the class.")
        return refused(request, _("This is not your class"), reason, back=summary)
    actor = Actor(session.room.pk, session.code, member.pk, role)
    try:
        answer_later(actor, question, request.POST.get("text", ""))
    except Refusal as no:
        messages.error(request, sentence(no.code, language()))
        return redirect(summary)
    messages.success(request, _("The answer is on this page, and its author was told."))
    return redirect(f"{summary}#question-{question}")
