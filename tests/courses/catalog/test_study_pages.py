"""The catalogue, the page of a course and its articles, as members use them."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from courses.assignments import actions as assignments
from courses.assignments import changing
from courses.catalog import actions, publishing
from courses.catalog.models import Course, Lesson
from courses.completion.models import Completion, Enrolment, Progress
from courses.completion.queries import lessons_of
from courses.credits.certificates.models import Certificate
from courses.credits.certificates.numbers import months_after
from courses.credits.models import CreditEntry
from courses.credits.queries import today
from courses.study import queries
from tests.courses.catalog.conftest import make_draft, publish
from tests.people import People, signed_in

pytestmark = pytest.mark.django_db
OPENED = re.compile(r'name="opened" value="([^"]+)"')


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def read(client: Client, lesson: Lesson, after: int = 30) -> int:
    """Open an article and say ``after`` seconds later that it was read."""
    address = f"/courses/{lesson.section.course.code}/lessons/{lesson.pk}/"
    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        seal = OPENED.findall(page(client, address))[0]
    with time_machine.travel(begun + timedelta(seconds=after), tick=False):
        return client.post(f"{address}read/", {"opened": seal}).status_code


def test_a_member_starts_reads_and_completes(course: Course, people: People) -> None:
    client = signed_in(people.member, "en")
    assert "Start" in page(client, f"/courses/{course.code}/")
    first, second = lessons_of(course)
    answer = client.post(f"/courses/{course.code}/start/")
    assert answer["Location"] == f"/courses/{course.code}/lessons/{first.pk}/"
    assert read(client, first) == 302
    shown = page(client, f"/courses/{course.code}/")
    assert "50</b>" in shown
    assert "Read “第2讲”" in shown
    assert "Read “第1讲”" not in shown
    assert read(client, second) == 302
    assert Completion.objects.get().member == people.member
    assert CreditEntry.objects.get().value == 100
    assert Certificate.objects.count() == 1
    assert "Completed" in page(client, "/courses/?show=done")


def test_nobody_reads_faster_than_the_eye(first: Lesson, people: People) -> None:
    client = signed_in(people.member, "en")
    client.post(f"/courses/{first.section.course.code}/start/")
    assert read(client, first, after=1) == 422
    assert not Progress.objects.exists()
    address = f"/courses/{first.section.course.code}/lessons/{first.pk}/read/"
    for seal in ("", "nonsense"):
        client.post(address, {"opened": seal})
    other = signed_in(people.outsider)
    other.post(f"/courses/{first.section.course.code}/start/")
    seal = OPENED.findall(page(other, address.removesuffix("read/")))[0]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        client.post(address, {"opened": seal})
    assert not Progress.objects.exists()


def test_pressing_too_early_costs_no_time(first: Lesson, people: People) -> None:
    client = signed_in(people.member)
    client.post(f"/courses/{first.section.course.code}/start/")
    address = f"/courses/{first.section.course.code}/lessons/{first.pk}/"
    seal = OPENED.findall(page(client, address))[0]
    answer = client.post(f"{address}read/", {"opened": seal})
    assert OPENED.findall(answer.content.decode()) == [seal]


def test_reading_twice_counts_once(first: Lesson, people: People) -> None:
    client = signed_in(people.member)
    client.post(f"/courses/{first.section.course.code}/start/")
    address = f"/courses/{first.section.course.code}/lessons/{first.pk}/"
    seal = OPENED.findall(page(client, address))[0]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        for _ in range(2):
            client.post(f"{address}read/", {"opened": seal})
    assert Progress.objects.get().permille == 1000
    assert Enrolment.objects.get().permille == 500


def test_the_catalogue_is_searched_in_chinese_and_by_lesson(course: Course, people: People) -> None:
    client = signed_in(people.member, "en")
    for words in ("安全生产", "从业人员 权利", "aq-101", "第2讲", "拒绝什么"):
        assert course.title in page(client, f"/courses/?q={words}"), words
    for words in ("供热", "安全 供热", "%", "_"):
        assert course.title not in page(client, f"/courses/?q={words}"), words


def test_filters_and_continue(course: Course, people: People, monkeypatch: object) -> None:
    client = signed_in(people.member, "en")
    assert course.title not in page(client, "/courses/?show=mine")
    assert course.title not in page(client, "/courses/?show=required")
    made = assignments.assign(
        people.admin, courses=[course], title="必修", begins_on=today(), due_days=3,
        audience={"is": "people", "members": [people.member.pk]},
    )  # fmt: skip
    assert course.title in page(client, "/courses/?show=required")
    assert course.title not in page(client, "/courses/?show=elective")
    assert "Required" in page(client, f"/courses/{course.code}/")
    other = signed_in(people.host, "en")
    assert course.title in page(other, "/courses/?show=elective")
    changing.end(people.admin, made.pk)
    assert course.title not in page(client, "/courses/?show=required")
    Enrolment.objects.all().delete()
    assert course.title not in page(client, "/courses/?kind=theory")
    assert course.title in page(client, "/courses/?kind=safety")
    page(client, "/courses/?category=99999999999999999999&show=odd&kind=odd&after=%00&q=%00a")
    client.post(f"/courses/{course.code}/start/")
    client.get(f"/courses/{course.code}/lessons/{lessons_of(course)[1].pk}/")
    shown = page(client, "/courses/")
    assert f"/courses/{course.code}/lessons/{lessons_of(course)[1].pk}/" in shown


def test_the_catalogue_is_paged_by_code(
    people: People, django_assert_max_num_queries: object
) -> None:
    for number in range(queries.PAGE + 2):
        publish(make_draft(people, f"NY-{number:03}", articles=1), people)
    client = signed_in(people.member, "en")
    shown = page(client, "/courses/")
    assert "NY-000" in shown
    assert "NY-023" in shown
    assert "NY-024" not in shown
    after = re.findall(r"after=([A-Z0-9-]+)", shown)[0]
    assert "NY-024" in page(client, f"/courses/?after={after}")
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        client.get("/courses/")


def test_who_may_open_what(draft: Course, people: People) -> None:
    addresses = ["/courses/", f"/courses/{draft.code}/"]
    addresses.append(f"/courses/{draft.code}/lessons/{lessons_of(draft)[0].pk}/")
    sees = {"host", "admin"}
    for role, member in people.everybody.items():
        codes = [signed_in(member).get(address).status_code for address in addresses]
        if member is None:
            assert codes == [302] * 3
        else:
            assert codes == ([200] * 3 if role in sees else [200, 404, 404]), role
    publish(draft, people)
    for member in (people.member, people.outsider):
        codes = [signed_in(member).get(address).status_code for address in addresses]
        assert codes == [200, 200, 302]  # a lesson is opened after the course was begun


def test_an_expired_course_is_gone_but_not_the_record(course: Course, people: People) -> None:
    client = signed_in(people.member, "en")
    client.post(f"/courses/{course.code}/start/")
    lesson = lessons_of(course)[0]
    actions.change_facts(course, people.admin, expires_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert course.title not in page(client, "/courses/")
        assert "no longer available" in page(client, f"/courses/{course.code}/")
        assert client.get(f"/courses/{course.code}/lessons/{lesson.pk}/").status_code == 302
        assert client.post(
            f"/courses/{course.code}/lessons/{lesson.pk}/read/", {"opened": "x"}
        ).status_code == 404  # fmt: skip
        page(signed_in(people.outsider), f"/courses/{course.code}/", 404)
        assert publishing.expire() == 1
    course.refresh_from_db()
    assert course.state == "archived"


def test_lessons_without_a_door_say_so(course: Course, people: People) -> None:
    section = course.sections.get()
    client = signed_in(people.host, "en")
    for kind in ("video", "quiz", "live", "in_person"):
        lesson = actions.add_lesson(section, people.host, kind, kind)
        address = f"/courses/{course.code}/lessons/{lesson.pk}/"
        answer = client.get(address)
        assert answer.status_code == 302 or "no content yet" in answer.content.decode()
    assert client.get(f"/courses/{course.code}/lessons/999999/").status_code == 404


def rule_with_a_choice(people: People) -> Course:
    """The first article, and one of the three others."""
    course = make_draft(people, "AQ-300", articles=4)
    first, *others = lessons_of(course)
    choice = {"rule": "any", "of": [{"rule": "read", "lesson": one.pk} for one in others]}
    rule = {"rule": "all", "of": [{"rule": "read", "lesson": first.pk}, choice]}
    actions.set_rule(course, people.host, json.dumps(rule))
    return publish(course, people)


def test_a_choice_is_told_as_one_and_what_is_not_needed_is_not_next(people: People) -> None:
    course = rule_with_a_choice(people)
    client = signed_in(people.member, "en")
    client.post(f"/courses/{course.code}/start/")
    shown = page(client, f"/courses/{course.code}/")
    missing = shown.split('class="c-missing"', 1)[1]
    assert missing.index("第1讲") < missing.index("One of these:") < missing.index("第2讲")
    first, _, third, _ = lessons_of(course)
    read(client, third)
    standing = queries.course_of(people.member, course)
    assert [one.lesson for one in standing.missing] == [first]
    assert standing.next == first
    assert "One of these" not in page(client, f"/courses/{course.code}/")
    read(client, first)
    assert Completion.objects.filter(member=people.member, course=course).exists()


def test_the_evidence_of_a_course_is_told_in_words(people: People) -> None:
    course = rule_with_a_choice(people)
    client = signed_in(people.member, "en")
    client.post(f"/courses/{course.code}/start/")
    first, second, *_ = lessons_of(course)
    for lesson in (first, second):
        read(client, lesson)
    entry = CreditEntry.objects.get(member=people.member, source_id=str(course.pk))
    shown = page(client, f"/record/entries/{entry.pk}/")
    for text in ("Read “第1讲”", "Read “第2讲”", "100%, asked for 100%", "Was not needed",
                 "Course AQ-300, version 1."):  # fmt: skip
        assert text in shown, text
    assert "{'rule'" not in shown
    assert "&#x27;rule&#x27;" not in shown


def test_a_certificate_is_valid_for_as_long_as_its_course_says(people: People) -> None:
    course = make_draft(people, "AQ-400", articles=1)
    address = f"/courses/{course.code}/edit/facts/"
    author = signed_in(people.host, "en")
    facts = {
        "title": course.title, "language": "zh-hans", "estimated_minutes": "45",
        "credit_kind": "safety", "certificate": "on",
    }  # fmt: skip
    assert b"id_certificate_months_error" in author.post(
        address, {**facts, "certificate_months": "121"}
    ).content  # fmt: skip
    assert author.post(address, {**facts, "certificate_months": "12"}).status_code == 302
    course.refresh_from_db()
    publish(course, people)
    client = signed_in(people.member, "en")
    client.post(f"/courses/{course.code}/start/")
    read(client, lessons_of(course)[0])
    made = Certificate.objects.get(member=people.member, source_id=str(course.pk))
    assert made.expires_on == months_after(made.issued_on, 12)
    shown = page(client, f"/courses/{course.code}/")
    assert f"/certificates/{made.number}/pdf/" in shown


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)), (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)  # fmt: skip
def test_months_end_where_a_month_ends(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after
