"""Reported whispers, for those whom the organisation named: two agree, or one closes it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from liveclass.classes.names import language
from liveclass.classes.refusals import refused, signed_in
from liveclass.sentences import sentence
from liveclass.whisper import cases
from liveclass.whisper.keeping import expire
from liveclass.whisper.reports import agree, close, is_guardian
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal
from realtime.protocol.whisper import WHISPER_REASON_CHARS


@signed_in
@require_GET
@never_cache
def reports(request: HttpRequest, member: Member) -> HttpResponse:
    """What was reported; of a thread itself something is shown only when two have agreed."""
    if not is_guardian(member):
        return _refused(request)
    expire()
    context = {"cases": cases.cases_for(member), "limit": WHISPER_REASON_CHARS}
    return render(request, "liveclass/whisper/reports.html", context)


@signed_in
@require_POST
@sensitive_post_parameters()
def decide(request: HttpRequest, member: Member, report: int) -> HttpResponse:
    """Agree to open a thread, or close the report."""
    if not is_guardian(member):
        return _refused(request)
    act = request.POST.get("act")
    if act not in ("agree", "close"):
        raise Http404
    try:
        if act == "agree":
            agree(member, report, request.POST.get("grounds", ""))
        else:
            close(member, report)
    except Refusal as refusal:
        reason = sentence(refusal.code, language())
        return refused(request, _("This is not possible here"), reason)
    return redirect("whispers:reports")


def _refused(request: HttpRequest) -> HttpResponse:
    heading = _("You cannot open reported whispers")
    return refused(request, heading, _("The organisation has named others for this."))
