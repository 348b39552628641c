"""The evidence of one course of one member: what it shows, to whom, and who is told of a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.activities.models import Activity, Attendance, Session
from courses.catalog.models import Course, Lesson, Material, Section
from courses.completion.actions import enrol
from courses.completion.models import Enrolment, Progress
from courses.completion.ranges import pack
from courses.credits.models import ViewLog
from courses.quizzes.models import Attempt, Quiz
from courses.reports.evidence.queries import evidence_of
from members.units.actions import give_role
from tests.people import People, signed_in

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def course(people: People) -> Course:
    """A film of ten minutes, a document, a quiz and a class; the member did something of each."""
    made = Course.objects.create(
        code="AQ-101", title="安全生产法", author=people.host, state="published"
    )
    section = Section.objects.create(course=made, order=1, title="1")
    activity = Activity.objects.create(title="液氨", lecturer=people.host, created_by=people.host)
    for order, kind in enumerate(("video", "document", "quiz", "live")):
        lesson = Lesson.objects.create(
            section=section, order=order, kind=kind, title=f"第{order}课",
            activity=activity if kind == "live" else None,
        )  # fmt: skip
        if lesson.is_filed:
            Material.objects.create(
                lesson=lesson, version=1, uploaded_by=people.host, file="x", name="x",
                length=6000 if kind == "video" else 9, state="ready",
            )  # fmt: skip
    enrol([people.member.pk], made.pk, now=NOW)
    _do_some(people, made, activity)
    return made


def _do_some(people: People, course: Course, activity: Activity) -> None:
    lessons = {one.kind: one for one in Lesson.objects.filter(section__course=course)}
    for kind, cover, length in (("video", ((0, 1200), (3000, 6000)), 6000),
                                ("document", ((0, 2), (3, 4)), 9)):  # fmt: skip
        done = sum(end - start for start, end in cover)
        Progress.objects.create(
            member=people.member, lesson=lessons[kind], version=1, length=length,
            cover=pack(cover), covered=done, permille=done * 1000 // length, changed_at=NOW,
        )  # fmt: skip
    quiz = Quiz.objects.create(lesson=lessons["quiz"], pass_permille=600)
    for number, reached in ((1, 400), (2, 800)):
        Attempt.objects.create(
            quiz=quiz, member=people.member, number=number, seed=1, paper="[]", state="submitted",
            started_at=NOW, ended_at=NOW + timedelta(minutes=5), permille=reached,
            passed=reached >= 600,
        )  # fmt: skip
    session = Session.objects.create(activity=activity, code="ABCDEFGH", starts_at=NOW, minutes=60)
    Attendance.objects.create(
        session=session, member=people.member, started_at=NOW, seen_at=NOW,
        ended_at=NOW + timedelta(minutes=40),
    )  # fmt: skip


def address(people: People, course: Course) -> str:
    return f"/record/{people.member.staff_no}/courses/{course.code}/"


def test_each_kind_of_evidence_is_there(people: People, course: Course) -> None:
    [(_section, lessons)] = evidence_of(people.member, course).sections
    film, document, quiz, lecture = lessons
    assert film.coverage is not None
    assert (film.coverage.done, film.coverage.whole) == (420, 600)
    assert film.coverage.gaps == [(120, 300)]
    assert document.coverage is not None
    assert document.coverage.gaps == [(3, 3), (5, 9)]
    assert [(one.number, one.passed) for one in quiz.attempts] == [(1, False), (2, True)]
    [stretch] = lecture.presence
    assert stretch.ended_at == NOW + timedelta(minutes=40)
    said = signed_in(people.member, "en").get(f"/record/courses/{course.code}/").content.decode()
    for words in ("7:00 of 10:00", "2:00–5:00", "3 of 9 pages", "3, 5–9", "Attempt 2", "80",
                  "Still missing"):  # fmt: skip
        assert words in said, words


def test_who_may_look(people: People, course: Course) -> None:
    seen = {"member": 200, "admin": 200}
    for role, who in people.everybody.items():
        wanted = 302 if who is None else seen.get(role, 403)
        assert signed_in(who).get(address(people, course)).status_code == wanted, role
    give_role(people.crew, people.assistant.pk, "leader")
    assert signed_in(people.assistant).get(address(people, course)).status_code == 200
    assert signed_in(people.outsider).get("/record/NOBODY/courses/AQ-101/").status_code == 403


def test_what_she_cannot_know_of_is_not_there(people: People, course: Course) -> None:
    own = signed_in(people.outsider)
    assert own.get("/record/courses/AQ-101/").status_code == 200, "on the shelf, nothing done yet"
    Course.objects.update(state="draft")
    assert own.get("/record/courses/AQ-101/").status_code == 404
    assert own.get("/record/courses/ZZ-999/").status_code == 404
    assert signed_in(people.member).get("/record/courses/AQ-101/").status_code == 200


def test_looking_is_told_to_her_and_only_of_others(people: People, course: Course) -> None:
    signed_in(people.member).get(address(people, course))
    assert not ViewLog.objects.exists()
    signed_in(people.admin).get(address(people, course))
    look = ViewLog.objects.get()
    assert (look.viewer, look.subject, look.what) == (people.admin, people.member, "course")
    record = signed_in(people.member, "en").get("/record/").content.decode()
    assert "A course: what was watched, answered and attended" in record


def test_another_file_says_so_and_takes_nothing(people: People, course: Course) -> None:
    film = Lesson.objects.get(kind="video")
    Material.objects.create(
        lesson=film, version=2, uploaded_by=people.host, file="y", name="y", length=900,
        state="ready",
    )  # fmt: skip
    said = signed_in(people.member, "en").get("/record/courses/AQ-101/").content.decode()
    assert "That was an earlier file of this lesson" in said
    assert "7:00 of 10:00" in said


def test_more_lessons_cost_no_more_questions(people: People, course: Course) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            evidence_of(people.member, Course.objects.get())
        return len(found)

    before = asked()
    section = Section.objects.get()
    for order in range(4, 12):
        lesson = Lesson.objects.create(section=section, order=order, kind="video", title="x")
        Material.objects.create(
            lesson=lesson, version=1, uploaded_by=people.host, file="x", name="x", length=100,
            state="ready",
        )  # fmt: skip
    assert asked() == before
    assert Enrolment.objects.count() == 1
