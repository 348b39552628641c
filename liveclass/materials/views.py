"""Files of a lesson's material: whole, or the part that ``Range`` asks for."""

from __future__ import annotations

import re
import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from courses.catalog.folders import folder_of
from courses.catalog.kinds import MaterialState
from courses.catalog.models import Material
from courses.player.queries import may_open
from liveclass.classes.refusals import signed_in
from liveclass.replay.files import TYPES, send_file
from members.accounts.models import Member

_NAME = re.compile(r"(?:[\w-]{1,40}/)?[\w-]{1,60}(\.[a-z0-9]{2,4})", re.ASCII)


@signed_in
@require_safe
def file(request: HttpRequest, member: Member, folder: uuid.UUID, name: str) -> HttpResponseBase:
    """One file; 404 for what is not there and for what is not hers alike."""
    material = _found(member, folder)
    match = _NAME.fullmatch(name)
    if match is None or match[1] not in TYPES:
        raise Http404(name)
    try:
        return send_file(request, folder_of(material.folder) / name)
    except OSError:
        raise Http404(name) from None


@signed_in
@require_safe
def captions(
    request: HttpRequest, member: Member, folder: uuid.UUID, language: str
) -> HttpResponse:
    """Captions in one language."""
    found = _found(member, folder).captions.filter(language=language).first()
    if found is None:
        raise Http404(language)
    answer = HttpResponse(found.text, content_type="text/vtt; charset=utf-8")
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _found(member: Member, folder: uuid.UUID) -> Material:
    """The material in ``folder``.

    Raises:
        Http404: there is none that is ready, or ``member`` may not open its lesson.
    """
    rows = Material.objects.select_related("lesson__section__course")
    found = rows.filter(folder=folder, state=MaterialState.READY).first()
    if found is None or not may_open(member, found.lesson.section.course):
        raise Http404(str(folder))
    return found
