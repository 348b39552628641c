"""The page on which a lesson is played, and the address at which it is opened."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.catalog.folders import POSTER, has_poster
from courses.catalog.kinds import LessonKind
from courses.catalog.models import Lesson, Material
from courses.checkpoints import queries as checkpoints
from courses.completion.door import PATH
from courses.completion.policy import policy
from courses.completion.queries import period_of
from courses.player import queries
from courses.player.actions import open_lesson
from courses.player.asked import found as found_lesson
from courses.player.asked import refusal
from members.accounts.models import Member

MAX_BODY = 4096


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page asks for: to take over from another page, and the lease it had before."""

    take_over: bool = False
    own: str = ""


@require_GET
@login_required
def lesson_page(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """The player of a video, a recording of sound, or a document."""
    member, found = found_lesson(request, code, lesson)
    material = queries.material_of(found)
    course = found.section.course
    rows = queries.rows(member.pk, found)
    context = {
        "lesson": found, "course": course, "material": material, "rows": rows,
        "number": next(at for at, row in enumerate(rows, 1) if row.lesson.pk == found.pk),
        "preview": not queries.may_play(member, course),
        "data": material and _page_data(request, member, found, material),
        "earlier": material and _earlier(member, found, material),
    }  # fmt: skip
    return render(request, "courses/player/lesson.html", context)


@require_POST
@login_required
def open_page(request: HttpRequest, code: str, lesson: int) -> JsonResponse:
    """Give the page that asks the lesson: JSON with its sealed lease and where the member is.

    409 ``playing_elsewhere`` when another page is playing: the page asks before it takes over.
    """
    member, found = found_lesson(request, code, lesson)
    material = queries.material_of(found)
    if material is None:
        return refusal("material_missing", _("This lesson has no file yet."), 409)
    if not queries.may_play(member, found.section.course):
        return refusal("preview_only", _("This is a preview: nothing is counted."), 403)
    try:
        wish = msgspec.json.decode(request.body[:MAX_BODY] or b"{}", type=Wish)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return refusal("malformed", _("The request cannot be read."), 400)
    opened = open_lesson(member.pk, found, material, take_over=wish.take_over, own=wish.own)
    if opened is None:
        words = _("You are playing on another page or device.")
        return refusal("playing_elsewhere", words, 409)
    answer = {
        "lease": opened.lease, **_place(member, found, material),
        "checkpoints": _checkpoints(member, found),
    }  # fmt: skip
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _earlier(member: Member, lesson: Lesson, material: Material) -> int:
    """Percent that she had reached with an earlier file, while she has nothing of this one."""
    place = queries.place_of(member.pk, lesson.pk, material.version)
    return 0 if place.watched else place.permille // 10


def _place(member: Member, lesson: Lesson, material: Material) -> dict[str, Any]:
    place = queries.place_of(member.pk, lesson.pk, material.version)
    return {
        "version": material.version,
        "length": material.length,
        "watched": place.watched,
        "position": place.position,
        "permille": place.permille,
    }


def _checkpoints(member: Member, lesson: Lesson) -> list[dict[str, Any]]:
    """Where questions are asked, and which of them she has answered; not what they are."""
    done = checkpoints.passed(member.pk, lesson, period_of(member.pk, lesson.pk))
    address = [lesson.section.course.code, lesson.pk]
    return [
        {
            "id": one.pk, "at": one.second, "passed": one.pk in done,
            "url": reverse("player:checkpoint", args=[*address, one.pk]),
        }
        for one in checkpoints.of_lesson(lesson)
    ]  # fmt: skip


def _page_data(
    request: HttpRequest, member: Member, lesson: Lesson, material: Material
) -> dict[str, Any]:
    """What the page's program is told; its twin is ``LessonData`` in ``assets/src/player``."""
    address = [lesson.section.course.code, lesson.pk]
    folder = material.folder
    return {
        **_place(member, lesson, material),
        "kind": LessonKind(lesson.kind).value,
        "lang": "zh-Hans" if (get_language() or "").startswith("zh") else "en",
        "csrf": get_token(request),
        "title": lesson.title,
        "member": member.pk,
        "preview": not queries.may_play(member, lesson.section.course),
        "needs": queries.needed(lesson),
        "checkpoints": _checkpoints(member, lesson),
        "fastest": policy().rate,
        "captions": [
            {"language": one, "src": reverse("materials:captions", args=[folder, one])}
            for one in material.captions.order_by("language").values_list("language", flat=True)
        ],
        "urls": {
            "open": reverse("player:open", args=address),
            "watched": PATH,
            "file": reverse("materials:file", args=[folder, material.file]),
            "poster": _poster(material),
            "hls": static("build/hls.js"),
            "pdf": static("build/pdf.js"),
            "pdfWorker": static("build/pdf.worker.js"),
            "pdfMaps": static("build/cmaps/"),
            "pdfFonts": static("build/fonts/"),
        },
    }  # fmt: skip


def _poster(material: Material) -> str:
    """Where a picture of the film is; nowhere for what has none."""
    if not has_poster(material.folder):
        return ""
    return reverse("materials:file", args=[material.folder, POSTER])
