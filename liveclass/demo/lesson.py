"""The demo's course with a film, an article and a quiz. The film is made by the worker, so that the
start waits for nothing; then the course goes the way of every course: handed in, reviewed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from courses.assignments.actions import assign
from courses.assignments.models import Assignment
from courses.catalog import actions, publishing
from courses.catalog.folders import folder_of
from courses.catalog.kinds import CourseState, MaterialState
from courses.catalog.models import Category, Course, Lesson, Material
from courses.credits.queries import today
from courses.quizzes.models import Bank
from courses.quizzes.setup.actions import Wanted, set_up
from courses.uploads.jobs import make_ready
from liveclass.demo.film import SECONDS, make_film
from members.accounts.models import Member
from members.units.models import Unit
from realtime.jobs import task

CODE = "AQ-105"
AUTHOR, REVIEWER = "1005", "1002"
ASSIGNED = "脱硝区域人员必修"
DUE_DAYS = 12
SHELF = "安全生产"
ARTICLE = (
    "<p>液氨用来把烟气里的氮氧化物变成氮气和水。它在常压下是气体，有强烈的刺激气味，遇水成碱，"
    "对眼睛和呼吸道伤害最快。</p><h2>上岗前自己核对</h2><ul>"
    "<li>最近的洗眼器和喷淋在哪里，走过去要几秒。</li>"
    "<li>两个方向的撤离路线，哪一条在上风。</li>"
    "<li>正压式呼吸器的气压，够用多少分钟。</li></ul>"
    "<blockquote>先看风向，再看仪表，然后才动手。</blockquote>"
    "<p>报警时说清三件事：在哪里，有多大，有没有人受伤。</p>"
)


def load_lesson(people: dict[str, Member], bank: Bank) -> None:
    """Write the course as a draft, unless it is there, and ask for its film."""
    author = people[AUTHOR]
    if not Course.objects.filter(code=CODE).exists():
        _write(author, bank)
    ask_for_film()


def ask_for_film() -> None:
    """Have the worker make the film if the demo's course still waits for one."""
    if _waiting() is not None:
        film_for_demo.enqueue_after_commit()


def _waiting() -> Lesson | None:
    rows = Lesson.objects.filter(section__course__code=CODE, kind="video")
    rows = rows.filter(section__course__state=CourseState.DRAFT)
    author = {"section__course__author__staff_no": AUTHOR}
    return rows.filter(**author).select_related("section__course__author").first()


def _write(author: Member, bank: Bank) -> None:
    course = actions.create_course(
        author, CODE, title="液氨与脱硝系统安全", credit_kind="safety", language="zh-hans",
        summary="一段一分钟的短片、一篇短文、五道题。泄漏时先看风向，再看仪表，然后才动手。",
        category=Category.objects.filter(name_zh=SHELF).first(), estimated_minutes=30,
    )  # fmt: skip
    section = course.sections.get()
    actions.rename_section(section, author, "看、读、答")
    minutes = max(1, SECONDS // 60)
    add = actions.add_lesson
    add(
        section, author, "video", "泄漏时先看风向（短片）", estimated_minutes=minutes, required=True
    )
    add(section, author, "article", "上岗前自己核对三件事", article=ARTICLE, estimated_minutes=20)
    quiz = add(section, author, "quiz", "五道题", estimated_minutes=9, required=True)
    set_up(
        author, quiz, [Wanted(bank, "", 5)], timezone.now(), introduction="五道题，可作答三次。",
        minutes=10, attempts=3, pass_permille=600,
    )  # fmt: skip


@task
def film_for_demo() -> None:
    """Make the film, publish the course and assign it. Doing it again is harmless."""
    lesson = _waiting()
    if lesson is None:
        return
    if not lesson.materials.filter(state=MaterialState.READY).exists():
        _make(lesson)
    course = Course.objects.get(code=CODE)
    reviewer = Member.objects.get(staff_no=REVIEWER)
    publishing.submit(course)
    publishing.approve(course, reviewer)
    if not Assignment.objects.filter(title=ASSIGNED).exists():
        _assign(course, reviewer)


def _make(lesson: Lesson) -> None:
    newest = lesson.materials.order_by("-version").first()
    material = Material(
        lesson=lesson, version=newest.version + 1 if newest else 1, name="脱硝安全.mp4",
        uploaded_by=lesson.section.course.author,
    )  # fmt: skip
    source = folder_of(material.folder) / "source"
    make_film(source)
    material.size = source.stat().st_size
    material.save()
    make_ready.call(material.pk)


def _assign(course: Course, by: Member) -> None:
    day = today()
    crews = Unit.objects.get(code="operations")
    assign(
        by, title=ASSIGNED, courses=[course], audience={"is": "unit", "unit": crews.pk},
        begins_on=day, due_on=day + timedelta(days=DUE_DAYS), note="短片、短文和五道题。",
    )  # fmt: skip
