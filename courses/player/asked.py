"""The border of the player's addresses: who asks, for which lesson, and how it is refused."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, JsonResponse

from courses.catalog.models import Lesson
from courses.player import queries
from members.accounts.models import Member


def found(request: HttpRequest, code: str, lesson: int) -> tuple[Member, Lesson]:
    """Who asks, and the lesson.

    Raises:
        Http404: there is none, or none for her: a draft does not show that it exists.
    """
    member, one = cast(Member, request.user), queries.find_lesson(code, lesson)
    if one is None or not queries.may_open(member, one.section.course):
        raise Http404(code)
    return member, one


def refusal(code: str, words: str, status: int) -> JsonResponse:
    """A stable code and a sentence."""
    return JsonResponse({"code": code, "words": words}, status=status)
