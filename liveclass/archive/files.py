"""The chat of a class as a file, for those who hold it; each file is in the log of acts."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.reports.views import later
from liveclass.archive import sheets
from liveclass.archive.actions import take_out
from liveclass.classes.names import language, zone
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal

KINDS = {
    "csv": (sheets.table, "text/csv; charset=utf-8"),
    "txt": (sheets.text, "text/plain; charset=utf-8"),
}


@signed_in
@require_GET
def export(request: HttpRequest, member: Member, code: str, kind: str) -> HttpResponseBase:
    """All lines but those taken back, while the class runs and afterwards; 403 for members."""
    session = find_session(code)
    if kind not in KINDS:
        raise Http404(kind)
    try:
        actor = take_out(code, member)
    except Refusal as refusal:
        why = sentence(refusal.code, language())
        back = reverse("classes:detail", args=[code])
        return refused(request, _("The chat cannot be downloaded"), why, back=back)
    write, content_type = KINDS[kind]
    pieces = write(sheets.Taken(actor.room_id, language(), zone()))
    body = later(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(body, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{session.code}-chat.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
