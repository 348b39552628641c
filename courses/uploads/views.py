"""The files of a lesson: what is served, what is being made ready, and where a new one is sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.authoring.guards import for_editors, lesson_or_404
from courses.catalog.folders import POSTER, has_poster
from courses.catalog.kinds import PLAYED, MaterialState
from courses.catalog.models import Course, Lesson, Material
from courses.checkpoints.queries import beyond
from courses.completion.ranges import TICKS_PER_SECOND
from courses.uploads import actions
from courses.uploads.captions import LONGEST
from courses.uploads.kinds import accepted
from courses.uploads.models import Upload
from courses.uploads.queries import left_behind
from courses.uploads.sentences import sentence
from courses.uploads.tus import PART
from members.accounts.models import Member

SHOWN = 20
"""Versions on the page, newest first."""


def _lesson(course: Course, key: int) -> Lesson:
    found = lesson_or_404(course, key)
    if not found.is_filed:
        raise Http404(course.code)
    return found


@require_GET
@for_editors
def page(request: HttpRequest, member: Member, course: Course, lesson: int) -> HttpResponse:
    """All versions of a lesson's file."""
    found = _lesson(course, lesson)
    context = {
        "course": course,
        "lesson": found,
        "versions": _versions(found),
        "played": found.kind in PLAYED,
        "beyond": beyond(found) if found.kind in PLAYED else [],
        "languages": settings.LANGUAGES,
        "upload": {
            "endpoint": reverse("uploads:begin", args=[course.code, found.pk]),
            "state": reverse("uploads:state", args=[course.code, found.pk]),
            "accept": accepted(found.kind),
            "part": PART,
        },
    }
    return render(request, "courses/uploads/page.html", context)


@require_GET
@for_editors
def state(request: HttpRequest, member: Member, course: Course, lesson: int) -> HttpResponse:
    """How far each version is, and what the reader has begun to send, as JSON."""
    found = _lesson(course, lesson)
    rows = [
        {"version": one["version"], "state": one["state"], "progress": one["progress"]}
        for one in _versions(found)
    ]
    mine = Upload.objects.filter(lesson=found, owner=member).order_by("-changed_at")
    unfinished = [
        {"name": one.name, "size": one.size, "url": _address(course, found, one)}
        for one in mine[: actions.MOST]
    ]
    answer = {"versions": rows, "unfinished": unfinished}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _address(course: Course, lesson: Lesson, upload: Upload) -> str:
    return reverse("uploads:upload", args=[course.code, lesson.pk, upload.pk])


def _versions(lesson: Lesson) -> list[dict[str, Any]]:
    rows = lesson.materials.prefetch_related("captions").select_related("uploaded_by")
    found = list(rows.order_by("-version")[:SHOWN])
    served = next((one.pk for one in found if one.state == MaterialState.READY), None)
    return [_version(one, served) for one in found]


def _version(one: Material, served: int | None) -> dict[str, Any]:
    played = one.lesson.kind in PLAYED
    return {
        "version": one.version, "name": one.name, "state": one.state, "progress": one.progress,
        "label": one.get_state_display(), "size": one.size, "by": one.uploaded_by,
        "at": one.created_at, "served": one.pk == served,
        "why": sentence(one.error) if one.error else "",
        "seconds": one.length // TICKS_PER_SECOND if played else 0,
        "pages": 0 if played else one.length, "height": one.height,
        "poster": _poster(one),
        "captions": [(it.language, it.get_language_display()) for it in one.captions.all()],
        "behind": left_behind(one) if played and one.pk == served else [],
    }  # fmt: skip


def _poster(material: Material) -> str:
    """Where a picture of it is; nowhere for what has none, or not yet."""
    if material.state != MaterialState.READY or not has_poster(material.folder):
        return ""
    return reverse("materials:file", args=[material.folder, POSTER])


@require_POST
@for_editors
def captions(
    request: HttpRequest, member: Member, course: Course, lesson: int, version: int
) -> HttpResponse:
    """Captions of one version, as a WebVTT file."""
    material = _material(course, lesson, version)
    language = request.POST.get("language", "")
    sent = request.FILES.get("file")
    if language not in dict(settings.LANGUAGES) or sent is None or (sent.size or 0) > LONGEST * 4:
        messages.error(request, _("Please choose a WebVTT file and its language."))
    else:
        try:
            actions.write_captions(material, language, sent.read().decode("utf-8"))
            messages.success(request, _("The captions are saved."))
        except (UnicodeDecodeError, ValueError):
            messages.error(request, _("This is no WebVTT file in UTF-8. Nothing was changed."))
    return redirect("uploads:page", course.code, lesson)


@require_POST
@for_editors
def carry(
    request: HttpRequest, member: Member, course: Course, lesson: int, version: int
) -> HttpResponse:
    """Take over the captions of the earlier file."""
    if actions.carry_captions(_material(course, lesson, version)):
        messages.success(request, _("The captions are taken over. Please look whether they fit."))
    return redirect("uploads:page", course.code, lesson)


@require_POST
@for_editors
def uncaption(
    request: HttpRequest, member: Member, course: Course, lesson: int, version: int
) -> HttpResponse:
    """Remove the captions of one version in one language."""
    material = _material(course, lesson, version)
    if actions.remove_captions(material, request.POST.get("language", "")[:10]):
        messages.success(request, _("The captions are removed."))
    return redirect("uploads:page", course.code, lesson)


@require_POST
@for_editors
def drop(
    request: HttpRequest, member: Member, course: Course, lesson: int, version: int
) -> HttpResponse:
    """Remove a version that could not be made ready."""
    material = _material(course, lesson, version)
    if material.state == MaterialState.FAILED:
        actions.drop_failed(material)
    return redirect("uploads:page", course.code, lesson)


def _material(course: Course, lesson: int, version: int) -> Material:
    found = _lesson(course, lesson).materials.filter(version=version).first()
    if found is None:
        raise Http404(course.code)
    return found
