"""Taking a quiz: begin, save, submit, and end by the clock. The server's clock alone decides."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from courses.catalog.models import Lesson
from courses.quizzes import grading, items, papers, queries
from courses.quizzes.kinds import AttemptState
from courses.quizzes.models import Attempt, Question, Quiz, Response
from courses.quizzes.papers import Answers, BadAnswers
from courses.quizzes.refusals import Refused
from courses.quizzes.rights import may_take
from members.accounts.models import Member

CLOSED_AT_ONCE = 200
"""Attempts that one run of the job ends at most; the next minute takes the rest."""

when_submitted: list[Callable[[int, int], None]] = []
"""Told (member, lesson) after the commit, once for every attempt that ends; set in ``apps.ready``.
"""
period_of: list[Callable[[int, int], str]] = []
"""Says for (member, lesson) in which period she is learning; the first one decides, none: ""."""

logger = logging.getLogger(__name__)


def current_period(member: int, lesson: int) -> str:
    """The period in which an attempt begun now counts."""
    return period_of[0](member, lesson) if period_of else ""


def start(member: Member, quiz: Quiz, now: datetime | None = None) -> Attempt:
    """Begin an attempt, or go on with the one that is open.

    Raises:
        Refused: ``unavailable``, ``not_open``, ``closed``, ``no_attempts``, ``no_questions``.
    """
    when = now or timezone.now()
    end_over(member, quiz, when)
    running = _running(member, quiz)
    if running is not None:
        return running
    check_open(quiz, when)
    period = current_period(member.pk, quiz.lesson_id)
    try:
        with transaction.atomic():
            return _begin(member, quiz, period, when)
    except (IntegrityError, Refused):
        # A second page was quicker, between our looks or at the same time: both go on with the
        # same paper.
        running = _running(member, quiz)
        if running is None:
            raise
        return running


def _running(member: Member, quiz: Quiz) -> Attempt | None:
    return Attempt.objects.filter(member=member, quiz=quiz, state=AttemptState.OPEN).first()


def check_open(quiz: Quiz, now: datetime) -> None:
    """Let through when an attempt may begin now.

    Raises:
        Refused: ``unavailable``, ``not_open``, ``closed``.
    """
    lesson = Lesson.objects.select_related("section__course").get(pk=quiz.lesson_id)
    if not may_take(lesson, now):
        raise Refused("unavailable")
    if quiz.opens_at is not None and now < quiz.opens_at:
        raise Refused("not_open")
    if quiz.closes_at is not None and now >= quiz.closes_at:
        raise Refused("closed")


def _begin(member: Member, quiz: Quiz, period: str, now: datetime) -> Attempt:
    mine = Attempt.objects.filter(member=member, quiz=quiz, period=period)
    number = (mine.aggregate(newest=Max("number"))["newest"] or 0) + 1
    if quiz.attempts is not None and number > quiz.attempts:
        raise Refused("no_attempts")
    seed = secrets.randbelow(papers.SEEDS)
    paper = drawn(quiz, seed)
    if not paper:
        raise Refused("no_questions")
    ends = [now + timedelta(minutes=quiz.minutes)] if quiz.minutes else []
    ends += [quiz.closes_at] if quiz.closes_at else []
    return Attempt.objects.create(
        quiz=quiz,
        member=member,
        period=period,
        number=number,
        seed=seed,
        paper=papers.encode(paper),
        started_at=now,
        due_at=min(ends, default=None),
        grace_seconds=quiz.grace_seconds,
    )


def drawn(quiz: Quiz, seed: int) -> papers.Paper:
    """The paper that ``seed`` draws for ``quiz`` from the questions of today."""
    pools = [(queries.pool(draw), draw.number) for draw in quiz.draws.order_by("order")]
    chosen = papers.draw(pools, seed, shuffled=quiz.shuffle_questions)
    rows = Question.objects.in_bulk(chosen)
    found = {one: (row.version, row.item) for one, row in rows.items()}
    return papers.lay_out(chosen, found, seed, shuffled=quiz.shuffle_options)


def save(
    member: Member,
    attempt: int,
    answers: Answers,
    number: int | None = None,
    now: datetime | None = None,
) -> Attempt:
    """Keep answers that are not submitted yet.

    Args:
        number: the page's number of this saving, above that of every earlier one; None: it was
            sent on purpose and takes the place of whatever is there.

    Raises:
        Refused: ``time_over``, ``ended``, ``stale``, ``unreadable``.
        Attempt.DoesNotExist: she has no such attempt.
    """
    when = now or timezone.now()
    with transaction.atomic():
        found = _locked(member, attempt)
        if not _must_end(found, when):
            if number is not None and number <= found.saves:
                raise Refused("stale")
            _keep(found, answers, number, when)
            return found
    end(attempt, when)
    raise Refused("time_over")


def submit(member: Member, attempt: int, answers: Answers, now: datetime | None = None) -> Attempt:
    """Hand the answers in. What arrives after the grace is refused: what was saved counts.

    Raises:
        Refused: ``time_over``, ``ended``, ``unreadable``.
        Attempt.DoesNotExist: she has no such attempt.
    """
    when = now or timezone.now()
    with transaction.atomic():
        found = _locked(member, attempt)
        if not _must_end(found, when):
            _keep(found, answers, None, when)
            _close(found, AttemptState.SUBMITTED, when)
            return found
    end(attempt, when)
    raise Refused("time_over")


def _locked(member: Member, attempt: int) -> Attempt:
    return Attempt.objects.select_for_update().get(pk=attempt, member=member)


def _must_end(found: Attempt, now: datetime) -> bool:
    """Whether its time is over.

    Raises:
        Refused: it has ended already (``ended``, or ``time_over`` when the clock did it).
    """
    if not found.is_open:
        raise Refused("ended" if found.state == AttemptState.SUBMITTED else "time_over")
    return queries.is_over(found, now)


def _keep(found: Attempt, answers: Answers, number: int | None, now: datetime) -> None:
    count = len(papers.decode(found.paper))
    try:
        draft = papers.encode_answers(answers)
        papers.decode_answers(draft, count)
    except BadAnswers as bad:
        raise Refused("unreadable") from bad
    found.draft, found.saved_at = draft, now
    found.saves = found.saves + 1 if number is None else number
    found.save(update_fields=["draft", "saved_at", "saves"])


def end(attempt: int, now: datetime | None = None) -> None:
    """End an attempt whose time is over; the answers saved last count. Ended ones stay."""
    when = now or timezone.now()
    with transaction.atomic():
        found = Attempt.objects.select_for_update().get(pk=attempt)
        if found.is_open and queries.is_over(found, when):
            _close(found, AttemptState.TIMED_OUT, found.due_at or when)


def end_over(member: Member, quiz: Quiz, now: datetime | None = None) -> None:
    """End the open attempt of ``member`` if its time is over: nobody waits for the job."""
    running = _running(member, quiz)
    if running is not None and queries.is_over(running, now or timezone.now()):
        end(running.pk, now)


def end_left_over(now: datetime | None = None) -> int:
    """End what was left open when its time was over, ``CLOSED_AT_ONCE`` at most.

    Returns:
        how many were ended.
    """
    when = now or timezone.now()
    overdue = queries.left_over(when, CLOSED_AT_ONCE)
    for attempt in overdue:
        end(attempt, when)
    if overdue:
        logger.info("attempts ended by the clock", extra={"attempts": len(overdue)})
    return len(overdue)


def _close(found: Attempt, state: AttemptState, when: datetime) -> None:
    """Mark ``found``, write what every answer earned, and tell the others after the commit."""
    answers = queries.answers_of(found)
    rows = [
        _marked(found, place, asked, answers.get(place))
        for place, asked in enumerate(queries.paper_of(found))
    ]
    Response.objects.bulk_create(rows, batch_size=queries.CHUNK)
    found.points, found.possible = sum(r.points for r in rows), sum(r.possible for r in rows)
    found.permille = found.points * 1000 // found.possible
    quiz = Quiz.objects.get(pk=found.quiz_id)
    found.passed = found.permille >= quiz.pass_permille
    found.state, found.ended_at = state, max(when, found.started_at)
    found.save()
    transaction.on_commit(lambda: _tell(found.member_id, quiz.lesson_id), robust=True)


def _tell(member: int, lesson: int) -> None:
    for told in when_submitted:
        told(member, lesson)


def _marked(found: Attempt, place: int, asked: queries.Asked, answer: items.Answer) -> Response:
    blank = grading.is_blank(answer)
    share = grading.share(asked.item, answer, asked.entry.order)
    return Response(
        attempt=found,
        place=place,
        question_id=asked.entry.question,
        version=asked.entry.version,
        answer="" if blank else papers.encode_answer(answer),
        points=0 if blank else grading.points(share, asked.points),
        possible=asked.points * 100,
    )
