"""What staff do with a class that is over: by whom, what comes of it, and that twice is once."""

from __future__ import annotations

import pytest

from courses.activities.models import Session
from courses.catalog.kinds import CourseState, LessonKind
from courses.catalog.models import Course, Lesson
from members.accounts.models import Member
from tests.liveclass.pages.conftest import NOW, PAST, Visit

URL = f"/classes/{PAST}/edition/"
CODE = f"LIVE-{PAST.upper()}"


def test_only_who_runs_the_class_looks_after_it(visit: Visit) -> None:
    # 1008 held it, 1007 was no part of it, 1011 may read its summary
    people = ("1008", "1005", "1007", "1013", "1058", "1011", "1002")
    found = {number: visit(number).get(URL).status_code for number in people}
    assert found == {
        "1008": 200, "1005": 403, "1007": 403, "1013": 403, "1058": 403, "1011": 403, "1002": 200,
    }  # fmt: skip
    sent = {number: visit(number).post(f"{URL}lesson/").status_code for number in people}
    assert {number for number, code in sent.items() if code != 403} == {"1008", "1002"}
    assert visit(None).get(URL)["Location"].startswith("/accounts/login/")
    assert visit("1005").get(f"/classes/{NOW}/edition/").status_code == 302


def test_the_summary_leads_there(visit: Visit) -> None:
    assert URL in visit("1008").get(f"/classes/{PAST}/summary/").content.decode()
    assert URL not in visit("1013").get(f"/classes/{PAST}/summary/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_click_makes_a_course_of_it_and_twice_is_once(visit: Visit, language: str) -> None:
    client = visit("1008", language)
    for _ in range(2):
        answer = client.post(f"{URL}lesson/", {"course": "new"})
        assert (answer.status_code, answer["Location"]) == (302, f"/courses/{CODE}/edit/")
    lesson = Lesson.objects.get(section__course__code=CODE)
    activity = Session.objects.get(code=PAST).activity
    assert (lesson.kind, lesson.activity, lesson.title) == (
        LessonKind.LIVE, activity, activity.title,
    )  # fmt: skip
    assert lesson.required
    assert CODE in client.get(URL).content.decode()


def test_a_course_of_one_s_own_takes_it_at_its_end(visit: Visit) -> None:
    client, host = visit("1008"), Member.objects.get(staff_no="1008")
    course = Course.objects.create(code="AFT-1", title="after", author=host)
    client.post(f"{URL}lesson/", {"course": course.pk})
    assert course.sections.get().lessons.get().activity == Session.objects.get(code=PAST).activity


def test_a_course_that_is_reviewed_or_somebody_else_s_is_not_offered(visit: Visit) -> None:
    client, host = visit("1008"), Member.objects.get(staff_no="1008")
    other = Member.objects.get(staff_no="1005")
    for code, author, state in (
        ("AFT-2", host, CourseState.REVIEW), ("AFT-3", other, CourseState.DRAFT),
    ):  # fmt: skip
        course = Course.objects.create(code=code, title=code, author=author, state=state)
        assert client.post(f"{URL}lesson/", {"course": course.pk}).status_code == 422
    assert not Lesson.objects.filter(section__course__code__startswith="AFT-").exists()


def test_a_code_that_somebody_else_took_is_refused_with_the_reason(visit: Visit) -> None:
    Course.objects.create(code=CODE, title="x", author=Member.objects.get(staff_no="1005"))
    answer = visit("1008").post(f"{URL}lesson/", {"course": "new"})
    assert answer.status_code == 422
    assert "Only its author" in answer.content.decode()
