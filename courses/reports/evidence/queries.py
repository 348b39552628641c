"""What stands behind how far a member is in a course; each kind of evidence is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from courses.activities.models import Attendance
from courses.catalog.kinds import LessonKind
from courses.catalog.models import Course, Lesson, Section
from courses.catalog.queries import materials_of
from courses.checkpoints.models import CheckpointAnswer
from courses.checkpoints.queries import answers_in
from courses.completion.models import Progress
from courses.completion.queries import run_of
from courses.completion.ranges import TICKS_PER_SECOND, Cover, missing, unpack
from courses.quizzes.models import Attempt
from courses.study.queries import Row, Standing, course_of
from members.accounts.models import Member

MOST = 400
"""Attempts, and stretches of presence, that are read; the newest."""
GAPS = 12
"""Parts that are named one by one."""


@dataclass(frozen=True)
class Coverage:
    """What was played or read of the version ``version`` of a file.

    ``cover`` and ``length`` are ticks, or pages. ``current``: that version is the one in use.
    """

    progress: Progress
    cover: Cover
    length: int
    current: bool
    paged: bool

    @property
    def bars(self) -> list[tuple[int, int]]:
        """Begin and length of each part."""
        return [(start, end - start) for start, end in self.cover]

    @property
    def done(self) -> int:
        """Seconds played, or pages read."""
        return self.progress.covered // self._unit

    @property
    def whole(self) -> int:
        """Seconds, or pages."""
        return self.length // self._unit

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """What is not covered: from and to, in seconds, or first and last page; the first few."""
        found = missing(self.cover, self.length)
        if self.paged:
            return [(start + 1, end) for start, end in found][:GAPS]
        seconds = [(start // TICKS_PER_SECOND, -(-end // TICKS_PER_SECOND)) for start, end in found]
        return [part for part in seconds if part[1] > part[0]][:GAPS]

    @property
    def _unit(self) -> int:
        return 1 if self.paged else TICKS_PER_SECOND


@dataclass(frozen=True)
class LessonEvidence:
    """One lesson: how far it is by the rules of the course, and what shows it."""

    row: Row
    coverage: Coverage | None
    attempts: list[Attempt] = field(default_factory=list)
    presence: list[Attendance] = field(default_factory=list)
    answers: list[CheckpointAnswer] = field(default_factory=list)


@dataclass(frozen=True)
class CourseEvidence:
    """All of a course."""

    standing: Standing
    sections: list[tuple[Section, list[LessonEvidence]]]


def evidence_of(member: Member, course: Course) -> CourseEvidence:
    """Everything that ``member`` did of ``course`` as she takes it now."""
    standing = course_of(member, course)
    period = run_of(standing.enrolment).period
    lessons = [row.lesson for row in standing.rows]
    covers = _coverage(member, lessons, period)
    attempts = _attempts(member, lessons, period)
    presence = _presence(member, lessons)
    answers = defaultdict(list)
    for one in answers_in(member.pk, course.pk, period):
        answers[one.reached.checkpoint.lesson_id].append(one)

    def told(row: Row) -> LessonEvidence:
        key = row.lesson.pk
        return LessonEvidence(
            row, covers.get(key), attempts[key], presence[row.lesson.activity_id or 0], answers[key]
        )

    sections = [(section, [told(row) for row in rows]) for section, rows in standing.sections]
    return CourseEvidence(standing, sections)


def _coverage(member: Member, lessons: Iterable[Lesson], period: str) -> dict[int, Coverage]:
    filed = {one.pk: one for one in lessons if one.is_filed}
    files = materials_of(filed)
    rows = Progress.objects.filter(member=member, lesson__in=list(filed), period=period)
    return {
        one.lesson_id: Coverage(
            one, unpack(bytes(one.cover)), one.length,
            current=one.lesson_id in files and files[one.lesson_id].version == one.version,
            paged=filed[one.lesson_id].kind == LessonKind.DOCUMENT,
        )
        for one in rows
    }  # fmt: skip


def _attempts(member: Member, lessons: Iterable[Lesson], period: str) -> dict[int, list[Attempt]]:
    """Lesson → attempts that have ended, oldest first."""
    keys = [one.pk for one in lessons if one.kind == LessonKind.QUIZ]
    rows = Attempt.objects.filter(
        member=member, quiz__lesson__in=keys, period=period, ended_at__isnull=False
    ).select_related("quiz")
    found = defaultdict(list)
    for one in reversed(list(rows.order_by("-ended_at", "-pk")[:MOST])):
        found[one.quiz.lesson_id].append(one)
    return found


def _presence(member: Member, lessons: Iterable[Lesson]) -> dict[int, list[Attendance]]:
    """Activity → stretches of presence, in the class and in its replay, oldest first."""
    keys = [one.activity_id for one in lessons if one.activity_id]
    rows = Attendance.objects.filter(
        member=member, session__activity__in=keys, session__rehearses__isnull=True
    ).select_related("session", "entered_by")
    found = defaultdict(list)
    for one in reversed(list(rows.order_by("-started_at", "-pk")[:MOST])):
        found[one.session.activity_id].append(one)
    return found
