"""Taking a quiz: the same paper again, attempts that are counted, and the server's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from courses.quizzes import actions, queries
from courses.quizzes.actions import end_left_over, save, start, submit
from courses.quizzes.items import Single
from courses.quizzes.kinds import AttemptState
from courses.quizzes.models import Attempt, Draw, Edition, Quiz, Response
from courses.quizzes.papers import draw
from courses.quizzes.refusals import SENTENCES, Refused
from members.accounts.models import Member
from tests.courses.quizzes.school import add, make_bank, make_quiz, right_answers
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 9, 4, 0, tzinfo=UTC)


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)


@pytest.fixture
def author(db: None) -> Member:
    return make_member("郭建业")


@pytest.fixture
def member(db: None) -> Member:
    return make_member("田蕊")


def refusal(call: Any, *args: Any, **kw: Any) -> str:
    with pytest.raises(Refused) as no:
        call(*args, **kw)
    assert no.value.sentence == str(SENTENCES[no.value.code])
    return no.value.code


def test_everything_right_earns_everything(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author), NOON)
    done = submit(member, attempt.pk, right_answers(attempt), later(minutes=5))
    assert (done.points, done.possible, done.permille, done.passed) == (600, 600, 1000, True)
    assert done.state == AttemptState.SUBMITTED
    assert Response.objects.filter(attempt=done, points=100).count() == 6


def test_starting_again_goes_on_with_the_same_paper(author: Member, member: Member) -> None:
    quiz = make_quiz(author)
    first = start(member, quiz, NOON)
    again = start(member, quiz, later(minutes=3))
    assert (again.pk, again.paper) == (first.pk, first.paper)


def test_a_paper_stays_what_it_was_when_the_bank_changes(author: Member, member: Member) -> None:
    bank = make_bank(author)
    question = add(bank, "A1", Single(options=("甲", "乙"), right=0))
    quiz = make_quiz(author, bank)
    attempt = start(member, quiz, NOON)
    before = [one.public for one in queries.paper_of(attempt)]
    Edition.objects.create(
        question=question, version=1, text=question.text, points=1, content=question.content
    )
    question.content, question.version, question.text = '{"kind":"true_false","right":true}', 2, "?"
    question.save()
    assert [one.public for one in queries.paper_of(attempt)] == before
    assert submit(member, attempt.pk, right_answers(attempt), NOON).permille == 1000


def test_a_draw_takes_so_many_of_each_pool_and_none_twice() -> None:
    pools = [([1, 2, 3, 4], 2), ([3, 4, 5], None), ([1, 2], 9)]
    for seed in range(200):
        chosen = draw(pools, seed, shuffled=True)
        assert chosen == draw(pools, seed, shuffled=True)
        assert len(chosen) == len(set(chosen)) == 5
    assert len({tuple(draw(pools, seed, shuffled=True)) for seed in range(200)}) > 50
    assert len(draw([(range(500), None)], 1, shuffled=False)) == 100


def test_attempts_run_out_and_the_best_counts(author: Member, member: Member) -> None:
    quiz = make_quiz(author, attempts=2)
    first = start(member, quiz, NOON)
    submit(member, first.pk, right_answers(first), NOON)
    second = start(member, quiz, NOON)
    submit(member, second.pk, {}, NOON)
    assert refusal(start, member, quiz, NOON) == "no_attempts"
    key = (member.pk, quiz.lesson_id)
    assert queries.best([member.pk, 10**9], [quiz.lesson_id]) == {key: 1000}
    assert queries.best([member.pk], [quiz.lesson_id], "2027") == {}


def test_another_period_has_attempts_of_its_own(
    author: Member, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz = make_quiz(author, attempts=1)
    first = start(member, quiz, NOON)
    submit(member, first.pk, {}, NOON)
    monkeypatch.setattr(actions, "period_of", [lambda member, lesson: "2027"])
    second = start(member, quiz, NOON)
    assert (second.period, second.number) == ("2027", 1)
    submit(member, second.pk, right_answers(second), NOON)
    lesson = quiz.lesson_id
    assert queries.best([member.pk], [lesson], "") == {(member.pk, lesson): 0}
    assert queries.best([member.pk], [lesson], "2027") == {(member.pk, lesson): 1000}


def test_what_arrives_within_the_grace_counts(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author, minutes=10, grace_seconds=30), NOON)
    assert attempt.due_at == later(minutes=10)
    done = submit(member, attempt.pk, right_answers(attempt), later(minutes=10, seconds=30))
    assert done.permille == 1000


def test_what_arrives_after_it_is_refused_and_the_draft_counts(
    author: Member, member: Member
) -> None:
    attempt = start(member, make_quiz(author, minutes=10, grace_seconds=30), NOON)
    right = right_answers(attempt)
    save(member, attempt.pk, {0: right[0], 1: right[1], 2: right[2]}, 1, later(minutes=9))
    late = later(minutes=10, seconds=31)
    assert refusal(submit, member, attempt.pk, right, late) == "time_over"
    assert refusal(save, member, attempt.pk, right, 2, late) == "time_over"
    found = Attempt.objects.get()
    assert (found.state, found.permille) == (AttemptState.TIMED_OUT, 500)
    assert found.ended_at == found.due_at


def test_the_job_ends_what_was_left_open_and_nothing_else(
    author: Member, member: Member, django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(actions, "when_submitted", [lambda *who: told.append(who)])
    quiz = make_quiz(author, minutes=10, grace_seconds=30)
    open_still = start(make_member(), quiz, later(minutes=9))
    left = start(member, quiz, NOON)
    save(member, left.pk, right_answers(left), 1, later(minutes=4))
    assert end_left_over(later(minutes=10, seconds=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert end_left_over(later(minutes=11)) == 1
        assert end_left_over(later(minutes=11)) == 0
    assert told == [(member.pk, quiz.lesson_id)]
    assert Attempt.objects.get(pk=left.pk).permille == 1000
    assert Attempt.objects.get(pk=open_still.pk).is_open


def test_the_quiz_closes_before_the_time_is_over(author: Member, member: Member) -> None:
    quiz = make_quiz(author, minutes=60, closes_at=later(minutes=10))
    assert start(member, quiz, NOON).due_at == later(minutes=10)
    assert refusal(start, make_member(), quiz, later(minutes=10)) == "closed"


def test_a_quiz_that_cannot_be_taken_says_why(author: Member, member: Member) -> None:
    quiz = make_quiz(author, opens_at=later(hours=1))
    assert refusal(start, member, quiz, NOON) == "not_open"
    Quiz.objects.update(opens_at=None)
    Draw.objects.all().delete()
    quiz.refresh_from_db()
    assert refusal(start, member, quiz, NOON) == "no_questions"
    course = quiz.lesson.section.course
    course.state = "archived"
    course.save()
    assert refusal(start, member, quiz, NOON) == "unavailable"


def test_an_old_saving_never_overwrites_a_newer_one(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author), NOON)
    save(member, attempt.pk, {0: 1}, 2, NOON)
    assert refusal(save, member, attempt.pk, {0: 0}, 1, NOON) == "stale"
    assert refusal(save, member, attempt.pk, {0: 0}, 2, NOON) == "stale"
    assert save(member, attempt.pk, {0: 2}, None, NOON).saves == 3
    assert queries.answers_of(Attempt.objects.get()) == {0: 2}


def test_answers_to_what_is_not_asked_are_refused(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author), NOON)
    assert refusal(save, member, attempt.pk, {6: 1}, 1, NOON) == "unreadable"
    assert refusal(submit, member, attempt.pk, {0: "字" * 201}, NOON) == "unreadable"
    assert Attempt.objects.get().is_open


def test_submitting_twice_marks_once(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author), NOON)
    submit(member, attempt.pk, {}, NOON)
    assert refusal(submit, member, attempt.pk, right_answers(attempt), NOON) == "ended"
    assert refusal(save, member, attempt.pk, {}, 9, NOON) == "ended"
    assert Attempt.objects.get().permille == 0


def test_nobody_hands_in_for_somebody_else(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author), NOON)
    with pytest.raises(Attempt.DoesNotExist):
        submit(author, attempt.pk, {}, NOON)


def test_the_database_allows_one_open_attempt(author: Member, member: Member) -> None:
    attempt = start(member, make_quiz(author), NOON)
    attempt.pk, attempt.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save(force_insert=True)
