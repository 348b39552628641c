"""The questions at times of a recording: one is shown, and its answer taken."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.checkpoints import actions
from courses.checkpoints import queries as checkpoints
from courses.checkpoints.actions import Marked
from courses.checkpoints.models import Checkpoint
from courses.checkpoints.refusals import CheckpointRefused
from courses.completion.queries import period_of
from courses.player import queries
from courses.player.asked import found, refusal
from courses.quizzes import asking
from courses.quizzes.items import MAX_ANSWER, MAX_OPTIONS

MAX_BODY = 4096

Position = Annotated[int, msgspec.Meta(ge=-1, lt=MAX_OPTIONS)]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer, and the page's own name of it."""

    id: Annotated[str, msgspec.Meta(min_length=8, max_length=36)]
    answer: (
        Position
        | Annotated[list[Position], msgspec.Meta(max_length=MAX_OPTIONS)]
        | Annotated[str, msgspec.Meta(max_length=MAX_ANSWER)]
        | None
    ) = None


@require_http_methods(["GET", "POST"])
@login_required
def checkpoint(request: HttpRequest, code: str, lesson: int, checkpoint: int) -> JsonResponse:
    """The question without its key; or, by POST, what an answer to it is.

    409 ``too_soon`` with ``retry_s`` after a wrong answer, until the minute before the question can
    have been watched again. In a preview nothing is written.
    """
    member, place = found(request, code, lesson)
    asked = checkpoints.of_lesson(place).filter(pk=checkpoint).first()
    if asked is None:
        raise Http404(code)
    if request.method == "GET":
        return _json(_shown(asked, member.pk))
    try:
        said = msgspec.json.decode(request.body[: MAX_BODY + 1], type=Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return refusal("malformed", _("The request cannot be read."), 400)
    if not queries.may_play(member, place.section.course):
        return _json(_marked(actions.check(asked, member.pk, said.answer)))
    try:
        period = period_of(member.pk, place.pk)
        marked = actions.answer(asked, member.pk, period, said.id, said.answer)
    except CheckpointRefused as no:
        answer = {"code": no.code, "words": no.sentence, "retry_s": no.wait}
        return JsonResponse(answer, status=409)
    return _json(_marked(marked))


def _shown(asked: Checkpoint, member: int) -> dict[str, Any]:
    form = asking.public_form(asked.question, actions.seed_of(member, asked.pk))
    return {"kind": form.kind, "text": form.text, "options": form.options, "unit": form.unit}


def _marked(marked: Marked) -> dict[str, Any]:
    return {"right": marked.right, "wait": marked.wait, "explanation": marked.explanation}


def _json(answer: dict[str, Any]) -> JsonResponse:
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})
