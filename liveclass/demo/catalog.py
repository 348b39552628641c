"""Loads the demo's courses, by the same actions their authors use."""

from __future__ import annotations

from datetime import time

from courses.activities.models import Activity
from courses.catalog import actions, publishing
from courses.catalog.models import Category, Course, Section, Series
from courses.completion.actions import enrol
from courses.completion.queries import enrolment_of, lessons_of
from courses.completion.reading import record_read, remember
from liveclass.demo import courses
from liveclass.demo.courses import DemoCourse, DemoLesson
from members.accounts.models import Member

REVIEWER = "1002"


def load_courses(people: dict[str, Member]) -> None:
    """Every course that is not there yet, and who has begun which."""
    shelves = {}
    for order, (name_zh, name_en) in enumerate(courses.SHELVES):
        found = Category.objects.get_or_create(
            name_zh=name_zh, defaults={"name_en": name_en, "order": order}
        )
        shelves[name_zh] = found[0]
    fresh = [one for one in courses.ALL if not Course.objects.filter(code=one.code).exists()]
    for demo in fresh:
        _write(demo, people, shelves[demo.shelf])
    codes = {one.code for one in fresh}
    for number, code, articles in courses.READ:
        if code in codes:
            _read(people[number], Course.objects.get(code=code), articles)


def _write(demo: DemoCourse, people: dict[str, Member], shelf: Category) -> None:
    author = people[demo.author]
    course = actions.create_course(
        author, demo.code, title=demo.title, summary=demo.summary, category=shelf,
        credit_kind=demo.kind, estimated_minutes=demo.minutes, language="zh-hans",
    )  # fmt: skip
    for at, (title, lessons) in enumerate(demo.sections):
        if at == 0:
            section = course.sections.get()
            actions.rename_section(section, author, title)
        else:
            section = actions.add_section(course, author, title)
        for lesson in lessons:
            _add(section, author, lesson)
    publishing.submit(course, series=_series(people[REVIEWER]) if demo.waits else None)
    if not demo.waits:
        publishing.approve(course, people[REVIEWER])


def _add(section: Section, author: Member, demo: DemoLesson) -> None:
    facts = {"estimated_minutes": demo.minutes, "required": demo.required}
    if demo.article:
        actions.add_lesson(section, author, "article", demo.title, article=demo.article, **facts)
        return
    held = Activity.objects.filter(title=demo.title).order_by("pk").first()
    actions.add_lesson(section, author, "live", demo.title, activity=held, **facts)


def _series(admin: Member) -> Series:
    """The first Monday of each month at nine."""
    found = Series.objects.filter(title=courses.SERIES).first()
    return found or publishing.plan_series(admin, courses.SERIES, 1, 0, time(9))


def _read(member: Member, course: Course, articles: int) -> None:
    enrol([member.pk], course.pk)
    lessons = lessons_of(course)
    for lesson in lessons[:articles]:
        record_read(member.pk, lesson)
    taken = enrolment_of(member.pk, course.pk)
    if taken is not None and articles < len(lessons):
        remember(taken, lessons[articles])
