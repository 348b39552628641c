"""Pages on which members take the quiz of a lesson."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.catalog.models import Lesson
from courses.catalog.queries import may_edit
from courses.quizzes import actions, queries, rights, sheets
from courses.quizzes.forms import answers_from, saving
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.papers import BadAnswers
from courses.quizzes.refusals import Refused
from members.accounts.models import Member


def lesson_or_404(code: str, lesson: int) -> Lesson:
    """The quiz lesson of a course.

    Raises:
        Http404: the course has no such lesson.
    """
    rows = Lesson.objects.select_related("section__course").filter(kind="quiz")
    found = rows.filter(pk=lesson, section__course__code=code).first()
    if found is None:
        raise Http404
    return found


def _quiz(member: Member, code: str, lesson: int) -> Quiz:
    """The quiz that ``member`` may see: of a published course, taken before, or hers to edit.

    One that its author has not set up yet is not stored; it has no questions.
    """
    found = lesson_or_404(code, lesson)
    quiz = queries.quiz_of(found) or Quiz(lesson=found)
    seen = rights.may_take(found, timezone.now()) or may_edit(member, found.section.course)
    if not seen and not Attempt.objects.filter(quiz__lesson=found, member=member).exists():
        raise Http404
    return quiz


def _attempt(member: Member, quiz: Quiz, pk: int) -> Attempt:
    mine = Attempt.objects.filter(quiz__lesson=quiz.lesson_id, member=member)
    found = mine.filter(pk=pk).select_related("quiz").first()
    if found is None:
        raise Http404
    return found


@require_GET
@login_required
def lesson_page(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """What awaits her, the attempts so far, and the way in."""
    member = cast(Member, request.user)
    quiz = _quiz(member, code, lesson)
    if not quiz.is_set_up and may_edit(member, quiz.lesson.section.course):
        return redirect("quizzes:settings", code, lesson)
    return _lesson(request, member, quiz)


def _lesson(
    request: HttpRequest, member: Member, quiz: Quiz, refusal: Refused | None = None
) -> HttpResponse:
    now = timezone.now()
    period = actions.current_period(member.pk, quiz.lesson_id)
    if not quiz.is_set_up:
        return _unready(request, quiz)
    actions.end_over(member, quiz, now)
    taken = list(queries.attempts_of(member, quiz, period))
    running = next((one for one in taken if one.is_open), None)
    blocked = refusal or (None if running else _blocked(quiz, taken, now))
    context = {
        "quiz": quiz,
        "lesson": quiz.lesson,
        "course": quiz.lesson.section.course,
        "taken": [one for one in taken if one is not running],
        "running": running,
        "left": queries.attempts_left(quiz, taken),
        "count": queries.question_count(quiz),
        "best": max((one.permille for one in taken if not one.is_open), default=None),
        "passed": any(one.passed for one in taken),
        "blocked": blocked.sentence if blocked else "",
        "released": queries.is_released(quiz, taken, now),
        "may_edit": may_edit(member, quiz.lesson.section.course),
    }
    status = 409 if refusal else 200
    return _private(render(request, "courses/quizzes/lesson.html", context, status=status))


def _unready(request: HttpRequest, quiz: Quiz) -> HttpResponse:
    context = {
        "lesson": quiz.lesson,
        "course": quiz.lesson.section.course,
        "blocked": Refused("no_questions").sentence,
    }
    return render(request, "courses/quizzes/unready.html", context)


def _blocked(quiz: Quiz, taken: list[Attempt], now: datetime) -> Refused | None:
    try:
        actions.check_open(quiz, now)
    except Refused as refusal:
        return refusal
    return Refused("no_attempts") if queries.attempts_left(quiz, taken) == 0 else None


@require_POST
@login_required
def start_page(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """Begin an attempt, or go on with the one that is open."""
    member = cast(Member, request.user)
    quiz = _quiz(member, code, lesson)
    if not quiz.is_set_up:
        return _unready(request, quiz)
    try:
        attempt = actions.start(member, quiz)
    except Refused as refusal:
        return _lesson(request, member, quiz, refusal)
    return redirect("quizzes:attempt", code, lesson, attempt.pk)


@require_http_methods(["GET", "POST"])
@login_required
def attempt_page(request: HttpRequest, code: str, lesson: int, attempt: int) -> HttpResponse:
    """The paper while it is open; afterwards the result, and the review once it is released."""
    member = cast(Member, request.user)
    quiz = _quiz(member, code, lesson)
    found = _attempt(member, quiz, attempt)
    if request.method == "POST":
        return _posted(request, member, found)
    actions.end_over(member, quiz)
    found.refresh_from_db()
    return _paper(request, found) if found.is_open else _result(request, member, found)


def _posted(request: HttpRequest, member: Member, found: Attempt) -> HttpResponse:
    lesson = found.quiz.lesson
    here = redirect("quizzes:attempt", lesson.section.course.code, lesson.pk, found.pk)
    questions = [one.public for one in queries.paper_of(found)]
    answers = answers_from(request.POST, questions)
    wish = request.POST.get("action")
    try:
        if wish == "submit_anyway" or (wish == "submit" and len(answers) == len(questions)):
            actions.submit(member, found.pk, answers)
            return here
        found = actions.save(member, found.pk, answers)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return here
    return _paper(request, found, asked_to_submit=wish == "submit")


def _paper(request: HttpRequest, found: Attempt, *, asked_to_submit: bool = False) -> HttpResponse:
    now = timezone.now()
    public = [(one.public, one.points) for one in queries.paper_of(found)]
    rows = sheets.rows_of(public, queries.answers_of(found))
    context = {
        "attempt": found,
        "quiz": found.quiz,
        "lesson": found.quiz.lesson,
        "course": found.quiz.lesson.section.course,
        "rows": rows,
        "answered": sum(not row.blank for row in rows),
        "missing": [row for row in rows if row.blank] if asked_to_submit else [],
        "saved_now": request.method == "POST" and not asked_to_submit,
        "seconds": None if found.due_at is None else max(0, (found.due_at - now).total_seconds()),
    }
    return _private(render(request, "courses/quizzes/paper.html", context))


def _result(request: HttpRequest, member: Member, found: Attempt) -> HttpResponse:
    taken = list(queries.attempts_of(member, found.quiz, found.period))
    now = timezone.now()
    released = queries.is_released(found.quiz, taken, now)
    context = {
        "attempt": found,
        "quiz": found.quiz,
        "lesson": found.quiz.lesson,
        "course": found.quiz.lesson.section.course,
        "left": queries.attempts_left(found.quiz, taken),
        "blocked": _blocked(found.quiz, taken, now) is not None,
        "released": released,
        "rows": sheets.review_of(found) if released else [],
    }
    return _private(render(request, "courses/quizzes/result.html", context))


@require_POST
@login_required
def save_page(request: HttpRequest, code: str, lesson: int, attempt: int) -> HttpResponse:
    """Keep the draft of a page with JavaScript: JSON in, JSON out, never a word of what is right.

    Answers 200 ``{saved, seconds}``, or 409 ``{code, message}``.
    """
    member = cast(Member, request.user)
    found = _attempt(member, _quiz(member, code, lesson), attempt)
    now = timezone.now()
    try:
        number, answers = saving(request.body)
        kept = actions.save(member, found.pk, answers, number, now)
    except BadAnswers:
        return _refused(Refused("unreadable"))
    except Refused as refusal:
        return _refused(refusal)
    left = None if kept.due_at is None else max(0.0, (kept.due_at - now).total_seconds())
    return JsonResponse({"saved": kept.saves, "seconds": left})


def _refused(refusal: Refused) -> JsonResponse:
    return JsonResponse({"code": refusal.code, "message": refusal.sentence}, status=409)


def _private(answer: HttpResponse) -> HttpResponse:
    """Papers are nobody else's business: no cache keeps them."""
    add_never_cache_headers(answer)
    return answer
