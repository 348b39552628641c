"""Pages on which the author of a course sets a quiz up, tries it, and sees how it went."""

from __future__ import annotations

import secrets
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.catalog.models import Lesson
from courses.catalog.queries import may_edit
from courses.quizzes import actions, queries, rights, sheets
from courses.quizzes.forms import answers_from
from courses.quizzes.models import Quiz
from courses.quizzes.papers import SEEDS
from courses.quizzes.setup import statistics
from courses.quizzes.setup.actions import set_up
from courses.quizzes.setup.forms import QuizForm
from courses.quizzes.views import lesson_or_404
from members.accounts.models import Member


def _held(request: HttpRequest, code: str, lesson: int) -> Lesson:
    """The lesson, for those who hold its course; 403 for others."""
    found = lesson_or_404(code, lesson)
    if not may_edit(cast(Member, request.user), found.section.course):
        raise PermissionDenied
    return found


def _quiz(lesson: Lesson) -> Quiz:
    quiz = queries.quiz_of(lesson)
    if quiz is None:
        raise Http404
    return quiz


@require_http_methods(["GET", "POST"])
@login_required
def settings_page(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """How the quiz is held, and from which banks it draws."""
    found = _held(request, code, lesson)
    member = cast(Member, request.user)
    quiz = queries.quiz_of(found)
    form = QuizForm(request.POST or None, author=member, quiz=quiz)
    if form.is_valid():
        set_up(member, found, form.wanted(), **form.fields_of_quiz())
        messages.success(request, _("Saved"))
        return redirect("quizzes:settings", code, lesson)
    context = {
        "form": form,
        "lesson": found,
        "course": found.section.course,
        "quiz": quiz,
        "count": queries.question_count(quiz) if quiz else 0,
        "has_banks": rights.banks_of(member).exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "courses/quizzes/setup/settings.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def preview_page(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """A paper as a member might get it; what is answered is marked and not kept."""
    quiz = _quiz(_held(request, code, lesson))
    seed = _seed(request)
    paper = queries.asked(actions.drawn(quiz, seed))
    public = [one.public for one in paper]
    answers = answers_from(request.POST, public) if request.method == "POST" else {}
    marked = sheets.checked(paper, answers) if request.method == "POST" else []
    context = {
        "quiz": quiz,
        "lesson": quiz.lesson,
        "course": quiz.lesson.section.course,
        "seed": seed,
        "rows": marked or sheets.rows_of(((one.public, one.points) for one in paper), answers),
        "marked": bool(marked),
        "points": sum(one.points for one in marked),
        "possible": sum(one.points for one in paper) * 100,
    }
    answer = render(request, "courses/quizzes/setup/preview.html", context)
    add_never_cache_headers(answer)
    return answer


def _seed(request: HttpRequest) -> int:
    typed = request.POST.get("seed", "") or request.GET.get("seed", "")
    known = typed.isascii() and typed.isdigit() and len(typed) <= 16 and int(typed) < SEEDS
    return int(typed) if known else secrets.randbelow(SEEDS)


@require_GET
@login_required
def statistics_page(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """How the questions did; nobody's name."""
    quiz = _quiz(_held(request, code, lesson))
    figures = statistics.quiz_figures(quiz)
    context = {
        "quiz": quiz,
        "lesson": quiz.lesson,
        "course": quiz.lesson.section.course,
        "figures": figures,
        "fewest": statistics.FEWEST,
        "questions": statistics.question_figures(quiz),
    }
    return render(request, "courses/quizzes/setup/statistics.html", context)
