"""What a member sees of courses: the catalogue with her own state, and one course's standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from courses.catalog.models import Category, Course, Lesson, Section
from courses.catalog.queries import PAGE, matching, materials_of, outline, visible_to
from courses.completion.measures import measure
from courses.completion.models import Enrolment
from courses.completion.queries import condition_of, enrolment_of, run_of, standing
from courses.completion.rules import (
    All,
    Answered,
    AtLeast,
    Finished,
    Judged,
    Leaf,
    Some,
    leaves,
    next_steps,
    still_missing,
)
from members.accounts.models import Member

CONTINUED = 3
"""Courses under *Continue*."""
PERMILLE = 1000

required_of: list[Callable[[int], set[int]]] = []
"""Who knows which courses are required of a member; set in ``apps.ready``."""


@dataclass(frozen=True)
class Card:
    """A course in the catalogue. ``enrolment``: how the reader takes it; None: not yet."""

    course: Course
    lessons: int
    required: bool
    enrolment: Enrolment | None

    @property
    def percent(self) -> int:
        """Her progress, in whole percent, truncated."""
        return self.enrolment.permille // 10 if self.enrolment else 0


@dataclass(frozen=True)
class Asked:
    """What the catalogue is asked for; ``show``: all, required, elective, mine, done."""

    words: str = ""
    category: int | None = None
    kind: str = ""
    show: str = "all"
    after: str = ""


@dataclass(frozen=True)
class Shelf:
    """One page of the catalogue; ``after``: the code after which the next one begins, or empty."""

    cards: list[Card]
    after: str


def required_courses(member: int) -> set[int]:
    """Courses that are required of ``member`` now."""
    return {course for asked in required_of for course in asked(member)}


def shelf(member: Member, asked: Asked, now: datetime) -> Shelf:
    """The courses ``asked`` for, by code."""
    rows = visible_to(member, now).filter(matching(asked.words[:100]))
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.kind:
        rows = rows.filter(credit_kind=asked.kind)
    rows = _shown(rows, member.pk, asked.show)
    if asked.after:
        rows = rows.filter(code__gt=asked.after)
    found = list(rows.select_related("category").order_by("code")[: PAGE + 1])
    more = found[PAGE - 1].code if len(found) > PAGE else ""
    return Shelf(cards(member.pk, found[:PAGE]), more)


def _shown(rows: QuerySet[Course], member: int, show: str) -> QuerySet[Course]:
    if show == "required":
        return rows.filter(pk__in=required_courses(member))
    if show == "elective":
        return rows.exclude(pk__in=required_courses(member))
    mine = Enrolment.objects.filter(member=member, course=OuterRef("pk"))
    newest = mine.order_by("-began_at", "-pk")
    if show in {"mine", "done"}:
        rows = rows.annotate(
            taken=Subquery(newest.values("pk")[:1]),
            done=Subquery(newest.values("completed_at")[:1]),
        )
        return rows.filter(taken__isnull=False, done__isnull=show == "mine")
    return rows


def cards(member: int, courses: Sequence[Course]) -> list[Card]:
    """The reader's state of each of ``courses``; three queries."""
    keys = [one.pk for one in courses]
    counted = Lesson.objects.filter(section__course__in=keys, removed=False)
    rows = counted.order_by().values_list("section__course").annotate(n=Count("pk"))
    lessons = dict(rows)
    taken = _newest(member, keys)
    required = required_courses(member)
    return [
        Card(one, lessons.get(one.pk, 0), one.pk in required, taken.get(one.pk)) for one in courses
    ]


def _newest(member: int, courses: Iterable[int]) -> dict[int, Enrolment]:
    """How she takes each course now."""
    rows = Enrolment.objects.filter(member=member, course__in=list(courses))
    return {one.course_id: one for one in rows.order_by("began_at", "pk")}


def continuing(member: Member, now: datetime, most: int = CONTINUED) -> list[Enrolment]:
    """Courses she has begun and not completed, the one she opened last first."""
    rows = Enrolment.objects.filter(
        member=member, completed_at__isnull=True, course__in=visible_to(member, now)
    )
    return list(
        rows.filter(Q(seen_at__isnull=False) | Q(permille__gt=0))
        .select_related("course__category", "lesson")
        .order_by("-seen_at", "-pk")[:most]
    )


def categories() -> list[Category]:
    """The shelves that have something on them."""
    return list(Category.objects.filter(courses__state="published").distinct())


@dataclass(frozen=True)
class Row:
    """A lesson on the course page: ``has`` of ``needs`` thousandths, ``length`` of its file."""

    lesson: Lesson
    has: int
    needs: int
    length: int
    is_next: bool

    @property
    def done(self) -> bool:
        """Whether it is done as far as the course asks."""
        return self.has >= self.needs

    @property
    def percent(self) -> int:
        """How much of it she has, in whole percent, truncated."""
        return self.has // 10


@dataclass(frozen=True)
class Missing:
    """One condition that is not fulfilled: of a lesson, or of another course."""

    leaf: Leaf
    has: int
    needs: int
    lesson: Lesson | None
    course: Course | None


@dataclass(frozen=True)
class Choice:
    """Steps of which ``left`` more are needed, whichever she likes; they may be choices again."""

    left: int
    of: list[Missing | Choice]

    @property
    def is_all(self) -> bool:
        """Whether there is nothing to choose: they belong together."""
        return self.left == len(self.of)


@dataclass(frozen=True)
class Standing:
    """One course as one member has it. ``missing``: every condition that would bring her nearer;
    ``steps``: the same as it is to be read, with choices kept together."""

    enrolment: Enrolment | None
    sections: list[tuple[Section, list[Row]]]
    missing: list[Missing]
    steps: list[Missing | Choice]
    judged: Judged
    next: Lesson | None

    @property
    def rows(self) -> list[Row]:
        """Every lesson in order."""
        return [row for _, rows in self.sections for row in rows]

    @property
    def done(self) -> int:
        """Lessons that are done."""
        return sum(row.done for row in self.rows)


def course_of(member: Member, course: Course) -> Standing:
    """The standing of ``member``, with what is missing, rule by rule, and where she goes on."""
    enrolment = enrolment_of(member.pk, course.pk)
    judged = standing(member.pk, course, enrolment)
    parts = outline(course)
    lessons = [lesson for _, inside in parts for lesson in inside]
    asked = _asked(judged)
    for lesson in lessons:
        asked.setdefault(lesson.pk, condition_of(lesson))
    has = measure({member.pk: run_of(enrolment)}, asked.values())
    files = materials_of(one.pk for one in lessons if one.is_filed)

    missing = _missing(still_missing(judged), lessons)
    steps = _steps(judged, lessons)
    unanswered = {one.lesson.pk for one in missing if one.lesson and isinstance(one.leaf, Answered)}

    def row(lesson: Lesson) -> Row:
        leaf = asked[lesson.pk]
        file = files.get(lesson.pk)
        needs = PERMILLE if isinstance(leaf, Finished) else leaf.permille
        length = file.length if file else 0
        reached = has.get((member.pk, leaf), 0)
        if lesson.pk in unanswered:
            reached = min(reached, needs - 1)
        return Row(lesson, reached, needs, length, False)

    rows = {lesson.pk: row(lesson) for lesson in lessons}
    useful = {one.lesson.pk for one in missing if one.lesson} or set(rows)
    if enrolment is not None and enrolment.completed_at is not None:
        useful = set(rows)  # it is hers: now she may go on in order
    upcoming = _next(enrolment, [rows[one.pk] for one in lessons if one.pk in useful])
    if upcoming is not None:
        before = rows[upcoming.pk]
        rows[upcoming.pk] = Row(before.lesson, before.has, before.needs, before.length, True)
    sections = [(section, [rows[one.pk] for one in inside]) for section, inside in parts]
    return Standing(enrolment, sections, missing, steps, judged, upcoming)


def _asked(judged: Judged) -> dict[int, Leaf]:
    """Lesson → the first condition on it."""
    found: dict[int, Leaf] = {}
    for leaf in leaves(judged.rule):
        if not isinstance(leaf, Finished):
            found.setdefault(leaf.lesson, leaf)
    return found


def _next(enrolment: Enrolment | None, rows: Sequence[Row]) -> Lesson | None:
    """Where she left it, if that is not done; else the first that is not done, required first."""
    open_ones = [row.lesson for row in rows if not row.done]
    last = enrolment.lesson_id if enrolment else None
    for lesson in open_ones:
        if lesson.pk == last:
            return lesson
    required = [lesson for lesson in open_ones if lesson.required]
    return next(iter(required or open_ones), None)


def _steps(judged: Judged, lessons: Sequence[Lesson]) -> list[Missing | Choice]:
    """What is left to do, as it is to be read: choices stay together, to any depth."""
    missing = {id(end): end for one in next_steps(judged) for end in still_missing(one)}
    texts = dict(zip(missing, _each(missing.values(), lessons), strict=True))

    def step(one: Judged) -> Missing | Choice | None:
        if not one.parts:
            return texts.get(id(one))
        inside = [found for part in one.parts if not part.met and (found := step(part))]
        if len(inside) < 2:
            return inside[0] if inside else None
        return Choice(min(one.needs - one.has, len(inside)), inside)

    return [found for one in next_steps(judged) if (found := step(one))]


def _missing(ends: Iterable[Judged], lessons: Sequence[Lesson]) -> list[Missing]:
    """Those of ``ends`` that can be named."""
    return [one for one in _each(ends, lessons) if one is not None]


def _each(ends: Iterable[Judged], lessons: Sequence[Lesson]) -> list[Missing | None]:
    by_key = {one.pk: one for one in lessons}
    open_ones = list(ends)
    wanted = [one.rule.course for one in open_ones if isinstance(one.rule, Finished)]
    courses = Course.objects.in_bulk(wanted)
    found: list[Missing | None] = []
    for one in open_ones:
        leaf = one.rule
        if isinstance(leaf, Finished):
            found.append(Missing(leaf, one.has, one.needs, None, courses.get(leaf.course)))
        elif not isinstance(leaf, All | Some | AtLeast) and leaf.lesson in by_key:
            found.append(Missing(leaf, one.has, one.needs, by_key[leaf.lesson], None))
        else:
            found.append(None)
    return found


def neighbours(lessons: Sequence[Lesson], lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after ``lesson``."""
    keys = [one.pk for one in lessons]
    at = keys.index(lesson.pk)
    before = lessons[at - 1] if at else None
    return before, lessons[at + 1] if at + 1 < len(lessons) else None
