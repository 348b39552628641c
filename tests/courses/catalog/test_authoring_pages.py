"""Writing a course on its pages, and bringing it to the members through the review."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from django.utils import timezone

from courses.authoring.actions import settle_everybody
from courses.catalog import actions, publishing
from courses.catalog.models import Course, Lesson, Section, Series
from courses.catalog.queries import may_review, outline, to_review
from courses.catalog.refusals import CourseRefused
from courses.completion.actions import enrol
from courses.completion.models import Completion, Progress
from courses.completion.queries import lessons_of
from courses.completion.reading import record_read
from members.accounts.models import Member
from members.units.actions import give_role
from tests.courses.catalog.conftest import TEXT, make_draft
from tests.people import People, signed_in

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "  受限空间 作业安全 ", "summary": "先通风，再检测，后作业。", "language": "zh-hans",
    "estimated_minutes": "60", "credit_kind": "safety", "certificate": "on",
}  # fmt: skip


def order_of(course: Course) -> list[tuple[str, list[str]]]:
    return [(one.title, [row.title for row in inside]) for one, inside in outline(course)]


def test_a_course_is_written_reviewed_and_published(people: People) -> None:
    author = signed_in(people.host)
    answer = author.post("/courses/teach/new/", {**FACTS, "code": "AQ-104"})
    assert answer["Location"] == "/courses/AQ-104/edit/"
    course = Course.objects.get(code="AQ-104")
    assert (course.title, course.author, course.state) == (
        "受限空间 作业安全",
        people.host,
        "draft",
    )
    section = course.sections.get()
    added = {"kind": "article", "title": "检测"}
    answer = author.post(f"/courses/AQ-104/edit/sections/{section.pk}/add/", added)
    lesson = Lesson.objects.get()
    assert answer["Location"] == f"/courses/AQ-104/edit/lessons/{lesson.pk}/"
    answer = author.post("/courses/AQ-104/edit/submit/", {"when": "now"})
    assert answer.status_code == 422  # no text yet
    lesson_page = f"/courses/AQ-104/edit/lessons/{lesson.pk}/"
    text = {"article": "<p>氧</p><script>1</script>", "required": "on"}
    author.post(lesson_page, {**text, "title": "检测", "estimated_minutes": "20"})
    lesson.refresh_from_db()
    assert lesson.article == "<p>氧</p>"
    assert author.post("/courses/AQ-104/edit/submit/", {"when": "now"}).status_code == 302
    assert author.post("/courses/AQ-104/review/").status_code == 403
    admin = signed_in(people.admin)
    assert "AQ-104" in admin.get("/courses/teach/").content.decode()
    answer = admin.post("/courses/AQ-104/review/", {"back": "1", "note": ""})
    assert answer.status_code == 422
    admin.post("/courses/AQ-104/review/", {"back": "1", "note": "请补充救援要求。"})
    assert "请补充救援要求。" in author.get("/courses/AQ-104/edit/").content.decode()
    author.post("/courses/AQ-104/edit/submit/", {"when": "now"})
    admin.post("/courses/AQ-104/review/")
    course.refresh_from_db()
    assert (course.state, course.version, course.reviewer) == ("published", 1, people.admin)
    assert signed_in(people.member).get("/courses/AQ-104/").status_code == 200


def test_bad_facts_are_refused_and_nothing_is_written(people: People) -> None:
    author = signed_in(people.host, "en")
    make_draft(people, "AQ-101")
    past = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    for wrong in (
        {"code": "aq 1"}, {"code": "AQ-101"}, {"code": "AQ-9", "title": ""},
        {"code": "AQ-9", "estimated_minutes": "0"}, {"code": "AQ-9", "credit_kind": "gold"},
        {"code": "AQ-9", "expires_at": past}, {"code": "AQ-9", "category": "77"},
    ):  # fmt: skip
        answer = author.post("/courses/teach/new/", {**FACTS, **wrong})
        assert answer.status_code == 422, wrong
    assert Course.objects.count() == 1


def test_order_by_buttons_and_by_dragging(draft: Course, people: People) -> None:
    author = signed_in(people.host)
    address = f"/courses/{draft.code}/edit/"
    author.post(f"{address}sections/", {"title": "二"})
    first, second = Section.objects.order_by("order")
    a, b = lessons_of(draft)
    author.post(f"{address}order/", {"move": f"lesson-{b.pk}-up"})
    assert order_of(draft) == [(first.title, ["第2讲", "第1讲"]), ("二", [])]
    author.post(f"{address}order/", {"order": f"{second.pk}:{a.pk};{first.pk}:{b.pk}"})
    assert order_of(draft) == [("二", ["第1讲"]), (first.title, ["第2讲"])]
    assert author.post(f"{address}order/", {"order": "x"}).status_code == 400
    assert author.post(f"{address}order/", {"move": "lesson-1"}).status_code == 400
    author.post(f"{address}order/", {"order": f"{second.pk}:{a.pk};{first.pk}:"})
    assert order_of(draft) == [("二", ["第1讲"]), (first.title, ["第2讲"])]
    with pytest.raises(CourseRefused, match="stale_order"):
        actions.arrange(draft, people.host, [(first.pk, [a.pk, b.pk])])


def test_sections_and_lessons_are_taken_out(draft: Course, people: People) -> None:
    author = signed_in(people.host, "en")
    address = f"/courses/{draft.code}/edit/"
    author.post(f"{address}sections/", {"title": "二"})
    first, second = Section.objects.order_by("order")
    answer = author.post(f"{address}sections/{first.pk}/", {"remove": "1"}, follow=True)
    assert "still has lessons" in answer.content.decode()
    author.post(f"{address}sections/{second.pk}/", {"remove": "1"})
    assert draft.sections.get() == first
    a, b = lessons_of(draft)
    author.post(f"{address}lessons/{b.pk}/remove/")
    assert not Lesson.objects.filter(pk=b.pk).exists()
    record_read(people.member.pk, Lesson.objects.select_related("section").get(pk=a.pk))
    author.post(f"{address}lessons/{a.pk}/remove/")
    assert Lesson.objects.get(pk=a.pk).removed  # what was learnt is kept
    assert lessons_of(draft) == []
    assert author.post(f"{address}lessons/{b.pk}/restore/").status_code == 404
    assert "Put back" in author.get(address).content.decode()
    for code in (302, 404):  # the second time it is not out any more
        assert author.post(f"{address}lessons/{a.pk}/restore/").status_code == code
    assert [one.pk for one in lessons_of(draft)] == [a.pk]
    assert Progress.objects.get(member=people.member, lesson=a).permille == 1000


def test_the_rule_editor_writes_the_tree(course: Course, people: People) -> None:
    author = signed_in(people.host, "en")
    a, b = lessons_of(course)
    address = f"/courses/{course.code}/edit/rule/"
    form = {
        "own": "own", "number-choice": "1", f"part-{a.pk}": "choice", f"percent-{a.pk}": "100",
        f"part-{b.pk}": "choice", f"percent-{b.pk}": "100",
    }  # fmt: skip
    assert author.post(address, form).status_code == 302
    course.refresh_from_db()
    leaf = {"rule": "read", "permille": 1000}
    assert json.loads(course.rule) == {
        "rule": "all",
        "of": [
            {
                "rule": "at_least",
                "number": 1,
                "of": [{**leaf, "lesson": a.pk}, {**leaf, "lesson": b.pk}],
            }
        ],
    }
    assert author.get(address).status_code == 200
    two = {**form, f"part-{b.pk}": "choice2", "number-choice2": "1"}
    assert author.post(address, two).status_code == 302
    course.refresh_from_db()
    assert [part["of"][0]["lesson"] for part in json.loads(course.rule)["of"]] == [a.pk, b.pk]
    author.post(address, form)
    for wrong in ({"number-choice": "3"}, {f"percent-{a.pk}": "0"}, {f"part-{a.pk}": "x"}):
        assert author.post(address, {**form, **wrong}).status_code == 422
    nothing = {**form, f"part-{a.pk}": "", f"part-{b.pk}": ""}
    assert author.post(address, nothing).status_code == 422
    answer = author.post(f"/courses/{course.code}/edit/lessons/{a.pk}/remove/", follow=True)
    assert "rule of completion asks" in answer.content.decode()
    enrol([people.member.pk], course.pk)
    record_read(people.member.pk, Lesson.objects.select_related("section").get(pk=a.pk))
    assert Completion.objects.get().course == course  # one of two was enough
    author.post(address, {**form, "own": ""})
    course.refresh_from_db()
    assert course.rule == ""


def test_whoever_fulfils_a_softer_rule_is_met_at_once(
    course: Course, people: People, django_capture_on_commit_callbacks: object, settings: object
) -> None:
    a, b = lessons_of(course)
    enrol([people.member.pk], course.pk)
    record_read(people.member.pk, Lesson.objects.select_related("section").get(pk=a.pk))
    assert not Completion.objects.exists()
    heard: list[int] = []
    before = actions.when_changed[:]
    actions.when_changed[:] = [heard.append]
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            actions.change_lesson(b, people.host, required=False)
    finally:
        actions.when_changed[:] = before
    assert heard == [course.pk]
    settle_everybody.call(course.pk)
    assert Completion.objects.get().member == people.member


def test_scheduled_publishing_waits_for_approval_and_for_its_time(
    draft: Course, people: People
) -> None:
    now = timezone.now()
    with pytest.raises(CourseRefused, match="past"):
        publishing.submit(draft, publish_at=now - timedelta(minutes=1))
    at = now + timedelta(days=1)
    publishing.submit(draft, publish_at=at)
    assert publishing.publish_due(at) == 0  # nobody has approved it
    assert publishing.approve(draft, people.admin).state == "review"
    assert publishing.publish_due(at - timedelta(minutes=1)) == 0
    assert publishing.publish_due(at) == 1
    assert publishing.publish_due(at) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.published_at) == ("published", at)


def test_a_series_publishes_one_course_each_time(people: People) -> None:
    series = publishing.plan_series(people.admin, "周一安全课", 0, 0, time(9))
    drafts = [make_draft(people, f"AQ-20{number}") for number in range(3)]
    for one in drafts:
        publishing.submit(one, series=series)
    for one in drafts[:2]:
        assert publishing.approve(one, people.admin).state == "review"
    due = series.next_at
    assert publishing.run_series(due - timedelta(seconds=1)) == 0
    assert publishing.run_series(due) == 1
    assert publishing.run_series(due) == 0
    assert publishing.run_series(due + timedelta(weeks=5)) == 1  # once after a standstill
    assert publishing.run_series(due + timedelta(weeks=6)) == 0  # the third is not approved
    states = Course.objects.order_by("code").values_list("state", flat=True)
    assert list(states) == ["published", "published", "review"]
    publishing.pause_series(series, running=False)
    publishing.approve(drafts[2], people.admin)
    assert publishing.run_series(due + timedelta(weeks=9)) == 0


def test_the_author_does_not_review_herself_while_somebody_else_can(people: People) -> None:
    course = make_draft(people)
    Course.objects.filter(pk=course.pk).update(author=people.admin)
    course.refresh_from_db()
    assert may_review(people.admin, course)  # the only one
    Member.objects.filter(pk=people.assistant.pk).update(is_platform_admin=True)
    assert not may_review(people.admin, course)
    assert may_review(Member.objects.get(pk=people.assistant.pk), course)


def test_a_change_after_publication_is_shown_to_the_reviewers(
    course: Course, people: People
) -> None:
    lesson = lessons_of(course)[0]
    actions.change_lesson(lesson, people.admin, title="甲")
    assert to_review() == []
    actions.change_lesson(lesson, people.host, article=TEXT + "改")
    assert to_review() == [course]
    signed_in(people.admin).post(f"/courses/{course.code}/review/")
    course.refresh_from_db()
    assert (course.unreviewed, course.version) == (False, 2)


def test_what_is_reviewed_is_not_changed_meanwhile(draft: Course, people: People) -> None:
    publishing.submit(draft)
    author = signed_in(people.host, "en")
    answer = author.post(f"/courses/{draft.code}/edit/sections/", {"title": "x"}, follow=True)
    assert "being reviewed" in answer.content.decode()
    assert draft.sections.count() == 1
    author.post(f"/courses/{draft.code}/edit/withdraw/")
    author.post(f"/courses/{draft.code}/edit/sections/", {"title": "x"})
    assert draft.sections.count() == 2
    author.post(f"/courses/{draft.code}/edit/archive/")
    with pytest.raises(CourseRefused, match="archived"):
        actions.add_section(draft, people.host, "y")


def test_a_course_has_a_bounded_size(draft: Course, people: People) -> None:
    section = draft.sections.get()
    for number in range(actions.MAX_LESSONS):
        Lesson.objects.create(section=section, order=number + 9, kind="article", title="x")
    with pytest.raises(CourseRefused, match="full"):
        actions.add_lesson(section, people.host, "article", "x")
    Section.objects.bulk_create(
        Section(course=draft, order=number, title="x") for number in range(actions.MAX_SECTIONS)
    )
    with pytest.raises(CourseRefused, match="full"):
        actions.add_section(draft, people.host, "x")


def test_who_may_write(draft: Course, people: People) -> None:
    lesson, section = lessons_of(draft)[0], draft.sections.get()
    base = f"/courses/{draft.code}/edit/"
    own = [
        base, f"{base}facts/", f"{base}rule/", f"{base}submit/", f"{base}archive/",
        f"{base}lessons/{lesson.pk}/", f"{base}sections/{section.pk}/",
    ]  # fmt: skip
    posts = [
        f"{base}order/", f"{base}sections/", f"{base}sections/{section.pk}/add/",
        f"{base}lessons/{lesson.pk}/remove/", f"{base}lessons/{lesson.pk}/restore/",
        f"{base}withdraw/", f"/courses/{draft.code}/review/",
        "/courses/teach/series/", "/courses/teach/series/1/pause/",
    ]  # fmt: skip
    for role, member in people.everybody.items():
        client = signed_in(member)
        codes = {client.get(address).status_code for address in own}
        teach = [client.get(f"/courses/teach/{one}").status_code for one in ("", "new/", "series/")]
        if member is None:
            assert (codes, teach) == ({302}, [302] * 3)
        elif role in {"host", "admin"}:
            assert (codes, teach) == ({200}, [200] * 3)
        else:
            assert (codes, teach) == ({403}, [403] * 3), role
            assert {client.post(address).status_code for address in posts} == {403}, role
    other = people.assistant
    give_role(people.lecturers, other.pk, "member")
    client = signed_in(other)
    assert client.get("/courses/teach/").status_code == 200
    assert {client.get(address).status_code for address in own} == {403}  # not her course
    assert signed_in(people.host).post("/courses/teach/series/", {}).status_code == 403


def test_series_are_planned_on_their_page(people: People) -> None:
    admin = signed_in(people.admin, "en")
    wanted = {"title": "月初安全课", "nth": "1", "weekday": "0", "at": "09:00"}
    assert admin.post("/courses/teach/series/", wanted).status_code == 302
    assert admin.post("/courses/teach/series/", wanted).status_code == 422
    assert (
        admin.post("/courses/teach/series/", {**wanted, "title": "b", "nth": "9"}).status_code
        == 422
    )
    shown = admin.get("/courses/teach/series/").content.decode()
    assert "月初安全课" in shown
    assert "First of the month" in shown
    series = Series.objects.get()
    admin.post(f"/courses/teach/series/{series.pk}/pause/")
    series.refresh_from_db()
    assert not series.active
    assert admin.post("/courses/teach/series/999/pause/").status_code == 404


def test_lessons_without_content_are_not_handed_in(draft: Course, people: People) -> None:
    section = draft.sections.get()
    added = {
        kind: actions.add_lesson(section, people.host, kind, kind)
        for kind in ("video", "quiz", "live", "in_person", "article")
    }
    assert {one.kind for one in publishing.unfinished(draft)} == set(added)
    with pytest.raises(CourseRefused, match="nothing_inside"):
        publishing.submit(draft)
    for lesson in added.values():
        actions.remove_lesson(lesson, people.host)
    assert publishing.submit(draft).state == "review"
