"""Many at once: one paper for two pages that start together, one mark for two that submit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.quizzes import actions
from courses.quizzes.models import Attempt, Response
from courses.quizzes.refusals import Refused
from tests.courses.quizzes.school import make_quiz, right_answers
from tests.factories import make_member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PAGES = 6


def together(act: Callable[[], str]) -> list[str]:
    """What ``act`` answers to ``PAGES`` threads that call it at the same moment."""
    gate = Barrier(PAGES, timeout=30)

    def one(_: int) -> str:
        try:
            gate.wait()
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(PAGES) as pool:
        return list(pool.map(one, range(PAGES)))


def test_pages_that_start_together_get_one_paper() -> None:
    quiz, member = make_quiz(make_member(), attempts=1), make_member()
    papers = together(lambda: actions.start(member, quiz).paper)
    assert len(set(papers)) == 1
    assert Attempt.objects.count() == 1


def test_what_is_submitted_together_is_marked_once() -> None:
    quiz, member = make_quiz(make_member()), make_member()
    attempt = actions.start(member, quiz)
    right = right_answers(attempt)
    told: list[int] = []
    actions.when_submitted.append(lambda who, lesson: told.append(who))
    try:
        said = together(lambda: actions.submit(member, attempt.pk, right).state)
    finally:
        actions.when_submitted.pop()
    assert sorted(said) == ["ended"] * (PAGES - 1) + ["submitted"]
    assert told == [member.pk]
    assert Response.objects.count() == 6
