"""Reading quizzes: attempts, papers, what may be reviewed, and the best of many members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from courses.catalog.models import Lesson
from courses.quizzes import items, papers
from courses.quizzes.asking import shown
from courses.quizzes.items import Item, PublicQuestion
from courses.quizzes.kinds import AttemptState, Review
from courses.quizzes.models import Attempt, Draw, Edition, Question, Quiz
from courses.quizzes.papers import Answers, Entry
from members.accounts.models import Member

CHUNK = 500
"""Most keys put into one SQL statement."""


@dataclass(frozen=True)
class Asked:
    """One question of a paper as it was when the paper was drawn. ``item`` holds the key."""

    entry: Entry
    text: str
    points: int
    item: Item

    @property
    def public(self) -> PublicQuestion:
        """What a member sees of it."""
        return shown(self.entry, self.text, self.item)


def best(
    members: Iterable[int], lessons: Iterable[int], period: str | None = None
) -> dict[tuple[int, int], int]:
    """The best finished attempt of every member at every lesson's quiz, in thousandths.

    Args:
        period: only attempts of this one; None: of all.

    Returns:
        by (member, lesson); absent where nobody finished an attempt.
    """
    people, wanted = sorted(set(members)), sorted(set(lessons))
    found: dict[tuple[int, int], int] = {}
    for start in range(0, len(people), CHUNK):
        rows = Attempt.objects.filter(
            member__in=people[start : start + CHUNK], quiz__lesson__in=wanted
        ).exclude(state=AttemptState.OPEN)
        if period is not None:
            rows = rows.filter(period=period)
        for member, lesson, permille in (
            rows.order_by().values_list("member", "quiz__lesson").annotate(Max("permille"))
        ):
            found[member, lesson] = permille
    return found


def pass_mark(lesson: int) -> int | None:
    """The pass mark of the quiz of ``lesson`` in thousandths; None before it is set up."""
    return Quiz.objects.filter(lesson=lesson).values_list("pass_permille", flat=True).first()


def has_quiz(lesson: Lesson) -> bool:
    """Whether a quiz with questions is set up for ``lesson``."""
    return bool(with_questions([lesson.pk]))


def with_questions(lessons: Iterable[int]) -> set[int]:
    """Those of ``lessons`` whose quiz would draw at least one question now."""
    quizzes = Quiz.objects.filter(lesson__in=list(lessons))
    return {one.lesson_id for one in quizzes if question_count(one)}


def quiz_of(lesson: Lesson) -> Quiz | None:
    """The quiz of ``lesson``, once its author has set it up."""
    return Quiz.objects.filter(lesson=lesson).select_related("lesson__section__course").first()


def attempts_of(member: Member, quiz: Quiz, period: str) -> QuerySet[Attempt]:
    """The attempts of ``member``, newest first."""
    return Attempt.objects.filter(quiz=quiz, member=member, period=period).order_by("-number")


def pool(draw: Draw) -> list[int]:
    """The questions that ``draw`` takes from, in an order that does not change by itself."""
    rows = Question.objects.filter(bank=draw.bank_id, retired=False)
    if draw.topic:
        rows = rows.filter(topic=draw.topic)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def question_count(quiz: Quiz) -> int:
    """How many questions a paper drawn now would have."""
    pools = [(pool(draw), draw.number) for draw in quiz.draws.order_by("order")]
    return len(papers.draw(pools, 0, shuffled=False))


def paper_of(attempt: Attempt) -> list[Asked]:
    """The questions of ``attempt`` in the version that was drawn."""
    return asked(papers.decode(attempt.paper))


def asked(paper: papers.Paper) -> list[Asked]:
    """The questions of ``paper``: today's text where it is still the same, else the edition."""
    keys = {entry.question for entry in paper}
    current = Question.objects.in_bulk(keys)
    older = [one for one in paper if current[one.question].version != one.version]
    wanted = Q(pk__in=[])
    for entry in older:
        wanted |= Q(question=entry.question, version=entry.version)
    editions = {(one.question_id, one.version): one for one in Edition.objects.filter(wanted)}
    found = []
    for entry in paper:
        row = editions.get((entry.question, entry.version)) or current[entry.question]
        found.append(Asked(entry, row.text, row.points, items.decode(row.content)))
    return found


def answers_of(attempt: Attempt) -> Answers:
    """What has been saved last."""
    return papers.decode_answers(attempt.draft)


def closes_at(attempt: Attempt) -> datetime | None:
    """From when on nothing of ``attempt`` is taken any more; None: it has no end."""
    if attempt.due_at is None:
        return None
    return attempt.due_at + timedelta(seconds=attempt.grace_seconds)


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Whether its time, grace included, has run out."""
    end = closes_at(attempt)
    return end is not None and now > end


def left_over(now: datetime, limit: int) -> list[int]:
    """Open attempts whose time is over, the oldest first."""
    rows = Attempt.objects.filter(state=AttemptState.OPEN, due_at__lt=now).order_by("due_at")
    return [one.pk for one in rows[: limit * 2] if is_over(one, now)][:limit]


def attempts_left(quiz: Quiz, taken: Iterable[Attempt]) -> int | None:
    """How many more may be begun; None: no limit. One that is running is no longer left."""
    return None if quiz.attempts is None else max(0, quiz.attempts - sum(1 for _ in taken))


def is_released(quiz: Quiz, taken: Iterable[Attempt], now: datetime) -> bool:
    """Whether the member whose attempts these are may see right answers now.

    Never while one of her attempts is running: it may ask the same questions.
    """
    mine = list(taken)
    if any(one.is_open for one in mine) or not mine:
        return False
    match Review(quiz.review):
        case Review.NEVER:
            return False
        case Review.SUBMITTED:
            return True
        case Review.CLOSED:
            grace = timedelta(seconds=quiz.grace_seconds)
            return quiz.closes_at is not None and now > quiz.closes_at + grace
        case Review.FINISHED:
            left = attempts_left(quiz, mine)
            return left == 0 or any(one.passed for one in mine)
