"""The page of a lesson, opening it, and its files: for whom, and what they answer."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from courses.catalog.models import Caption, Course, Lesson, Material, Section
from courses.completion import measures
from courses.completion.actions import enrol
from courses.completion.models import Enrolment, Lease, Progress
from courses.completion.ranges import pack
from courses.completion.rules import Passed
from courses.player import queries
from members.accounts.models import Member
from realtime.tickets import LessonLease, verify
from tests.people import People, people, signed_in

__all__ = ["people"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(people: People) -> Lesson:
    """A video of ten minutes in a published course of the host."""
    course = Course.objects.create(
        code="AQ-101", title="液氨安全", author=people.host, state="published"
    )
    section = Section.objects.create(course=course, order=1, title="1")
    made = Lesson.objects.create(section=section, order=1, kind="video", title="巡检与泄漏处置")
    Lesson.objects.create(
        section=section, order=2, kind="article", title="规程", article="<p>1</p>"
    )
    add_material(made, people.host)
    return made


def add_material(lesson: Lesson, by: Member, version: int = 1, **fields: Any) -> Material:
    known = {"file": "media.mp4", "length": 6000, "state": "ready", "name": "a.mp4"}
    return Material.objects.create(
        lesson=lesson, version=version, uploaded_by=by, **(known | fields)
    )


def page_of(lesson: Lesson, name: str = "play") -> str:
    return f"/courses/{lesson.section.course.code}/lessons/{lesson.pk}/{name}/"


def open_as(member: Member, lesson: Lesson, **wish: Any) -> Any:
    return signed_in(member, "en").post(
        page_of(lesson, "open"), json.dumps(wish), content_type="application/json"
    )


def lease_in(answer: Any) -> LessonLease:
    token = json.loads(answer.content)["lease"]
    return verify(token, LessonLease, settings.SECRET_KEY.encode(), time.time())


def set_state(lesson: Lesson, **fields: Any) -> None:
    Course.objects.filter(pk=lesson.section.course_id).update(**fields)


PUBLISHED = {"host": 200, "assistant": 200, "member": 200, "outsider": 200, "admin": 200}
DRAFT = {"host": 200, "assistant": 404, "member": 404, "outsider": 404, "admin": 200}


@pytest.mark.parametrize(
    ("state", "expected"), [("published", PUBLISHED), ("draft", DRAFT), ("archived", DRAFT)]
)
def test_who_sees_the_page_and_its_files(
    people: People, lesson: Lesson, state: str, expected: dict[str, int]
) -> None:
    set_state(lesson, state=state)
    [material] = lesson.materials.all()
    folder = Path(settings.DATA_DIR) / "materials" / str(material.folder)
    folder.mkdir(parents=True)
    (folder / "media.mp4").write_bytes(b"0123456789")
    Caption.objects.create(material=material, language="en", text="WEBVTT\n")
    files = f"/courses/materials/{material.folder}/"
    for role, who in people.everybody.items():
        client = signed_in(who)
        for address in (page_of(lesson), files + "media.mp4", files + "captions/en.vtt"):
            answer = client.get(address)
            answer.getvalue()
            if who is None:
                assert answer.status_code == 302
            else:
                assert answer.status_code == expected[role], (role, address)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("published", PUBLISHED | {"host": 403, "admin": 403}),
        ("draft", DRAFT | {"host": 403, "admin": 403}),
    ],
)
def test_who_may_open(people: People, lesson: Lesson, state: str, expected: dict[str, int]) -> None:
    set_state(lesson, state=state)
    for role, who in people.everybody.items():
        if who is None:
            assert signed_in(None).post(page_of(lesson, "open")).status_code == 302
        else:
            assert open_as(who, lesson).status_code == expected[role], role
    assert Lease.objects.exists() == (state == "published")


@pytest.mark.parametrize("who", ["host", "admin"])
def test_who_looks_after_a_course_does_not_take_it_by_looking(
    people: People, lesson: Lesson, who: str
) -> None:
    member = people.everybody[who]
    assert member is not None
    assert "nothing is counted" in signed_in(member, "en").get(page_of(lesson)).content.decode()
    assert json.loads(open_as(member, lesson).content)["code"] == "preview_only"
    assert not Enrolment.objects.exists()
    signed_in(member).post(f"/courses/{lesson.section.course.code}/start/")
    assert open_as(member, lesson).status_code == 200


def test_an_expired_course_is_closed(people: People, lesson: Lesson) -> None:
    set_state(lesson, expires_at=timezone.now() - timedelta(minutes=1))
    assert open_as(people.member, lesson).status_code == 404
    assert signed_in(people.member).get(page_of(lesson)).status_code == 404
    assert b"preview" in signed_in(people.host, "en").get(page_of(lesson)).content


def test_opening_takes_the_course_and_remembers_where(people: People, lesson: Lesson) -> None:
    lease = lease_in(open_as(people.member, lesson))
    assert (lease.member, lease.lesson, lease.version, lease.length) == (
        people.member.pk, lesson.pk, 1, 6000,
    )  # fmt: skip
    taking = Enrolment.objects.get()
    assert (taking.member_id, taking.lesson_id) == (people.member.pk, lesson.pk)
    assert taking.seen_at is not None
    open_as(people.member, lesson, take_over=True)
    assert Enrolment.objects.count() == 1


def test_it_counts_in_the_period_in_which_it_is_required(people: People, lesson: Lesson) -> None:
    enrol([people.member.pk], lesson.section.course_id, "2026")
    open_as(people.member, lesson)
    assert Lease.objects.get().period == "2026"


def test_a_second_page_asks_and_the_same_tab_does_not(people: People, lesson: Lesson) -> None:
    first = open_as(people.member, lesson)
    asked = open_as(people.member, lesson)
    assert asked.status_code == 409
    assert json.loads(asked.content)["code"] == "playing_elsewhere"
    again = open_as(people.member, lesson, own=json.loads(first.content)["lease"])
    assert again.status_code == 200
    taken = open_as(people.member, lesson, take_over=True)
    assert taken.status_code == 200
    old = open_as(people.member, lesson, own=json.loads(first.content)["lease"])
    assert old.status_code == 409
    forged = open_as(people.member, lesson, own="x.y")
    assert forged.status_code == 409
    stranger = open_as(people.outsider, lesson, own=json.loads(taken.content)["lease"])
    assert lease_in(stranger).member == people.outsider.pk
    assert Lease.objects.filter(closed_at__isnull=True).count() == 2


def test_it_goes_on_where_she_was(people: People, lesson: Lesson) -> None:
    Progress.objects.create(
        member=people.member, lesson=lesson, version=1, length=6000, cover=pack(((0, 900),)),
        covered=900, permille=150, position=900, changed_at=timezone.now(),
    )  # fmt: skip
    answer = json.loads(open_as(people.member, lesson).content)
    assert (answer["watched"], answer["position"], answer["permille"]) == ([[0, 900]], 900, 150)
    add_material(lesson, people.host, 2, length=5000)
    answer = json.loads(open_as(people.member, lesson, take_over=True).content)
    assert (answer["watched"], answer["version"], answer["permille"]) == ([], 2, 150)


@pytest.mark.parametrize("body", ["[]", "{", '{"take_over": 1}', '{"x": 1}', '"\ud800"'])
def test_nonsense_is_refused(people: People, lesson: Lesson, body: str) -> None:
    data = body.encode("utf-8", "surrogatepass")
    answer = signed_in(people.member).post(
        page_of(lesson, "open"), data, content_type="application/json"
    )
    assert answer.status_code == 400
    assert json.loads(answer.content)["code"] == "malformed"
    assert not Lease.objects.exists()


def test_a_lesson_without_a_file_says_so(people: People, lesson: Lesson) -> None:
    Material.objects.update(state="failed")
    assert "还没有文件" in signed_in(people.member, "zh-hans").get(page_of(lesson)).content.decode()
    answer = open_as(people.member, lesson)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "material_missing")


def test_what_is_no_lesson_of_a_file_has_no_player(people: People, lesson: Lesson) -> None:
    article = Lesson.objects.get(kind="article")
    client = signed_in(people.member)
    assert client.get(page_of(article)).status_code == 404
    Lesson.objects.update(removed=True)
    assert client.get(page_of(lesson)).status_code == 404
    assert client.get("/courses/NO-1/lessons/1/play/").status_code == 404


@pytest.mark.parametrize("name", ["none.mp4", "../db.sqlite3", "a/b/c.mp4", "media.exe", ".mp4"])
def test_nothing_else_is_served(people: People, lesson: Lesson, name: str) -> None:
    [material] = lesson.materials.all()
    address = f"/courses/materials/{material.folder}/{name}"
    assert signed_in(people.member).get(address).status_code == 404


def test_parts_of_a_file(people: People, lesson: Lesson) -> None:
    [material] = lesson.materials.all()
    folder = Path(settings.DATA_DIR) / "materials" / str(material.folder)
    folder.mkdir(parents=True)
    (folder / "media.mp4").write_bytes(b"0123456789")
    address = f"/courses/materials/{material.folder}/media.mp4"
    answer = signed_in(people.member).get(address, headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.getvalue()) == (206, b"234")
    assert answer["Content-Type"] == "video/mp4"
    assert signed_in(people.member).post(address).status_code == 405


def test_the_page_asks_few_questions(
    people: People, lesson: Lesson, django_assert_max_num_queries: Any
) -> None:
    for order in range(3, 40):
        Lesson.objects.create(section=lesson.section, order=order, kind="video", title=f"{order}")
    client = signed_in(people.member)
    with django_assert_max_num_queries(25):
        assert client.get(page_of(lesson)).status_code == 200


def test_the_course_leads_to_the_player(people: People, lesson: Lesson) -> None:
    enrol([people.member.pk], lesson.section.course_id)
    address = f"/courses/{lesson.section.course.code}/lessons/{lesson.pk}/"
    answer = signed_in(people.member).get(address)
    assert (answer.status_code, answer["Location"]) == (302, page_of(lesson))
    assert address.encode() in signed_in(people.member).get(page_of(lesson)).content


@pytest.mark.parametrize(("kind", "price"), [("video", 1), ("audio", 1), ("document", 30)])
def test_a_page_costs_more_than_a_tick(
    people: People, lesson: Lesson, kind: str, price: int
) -> None:
    Lesson.objects.filter(pk=lesson.pk).update(kind=kind)
    assert lease_in(open_as(people.member, lesson)).price == price


def test_the_list_beside_the_player_knows_quizzes_and_versions(
    people: People, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same measures as the page of the course; the line of an older file is not drawn."""
    other = Lesson.objects.create(section=lesson.section, order=90, kind="quiz", title="测验")
    enrol([people.member.pk], lesson.section.course_id)
    monkeypatch.setitem(
        measures.known, Passed,
        lambda runs, leaves: {(who, leaf): 700 for who in runs for leaf in leaves},
    )  # fmt: skip
    Progress.objects.create(
        member=people.member, lesson=lesson, version=1, permille=230, cover=pack(((0, 50),)),
        length=400, changed_at=timezone.now(),
    )  # fmt: skip
    shown = {row.lesson.pk: row for row in queries.rows(people.member.pk, lesson)}
    assert shown[other.pk].permille == 700
    assert (shown[lesson.pk].cover, shown[lesson.pk].permille) == (((0, 50),), 230)
    material = lesson.materials.get()
    lesson.materials.create(
        version=2, uploaded_by=people.host, state="ready", file=material.file, name="b.mp4",
        length=400,
    )  # fmt: skip
    shown = {row.lesson.pk: row for row in queries.rows(people.member.pk, lesson)}
    assert (shown[lesson.pk].cover, shown[lesson.pk].permille) == ((), 230)
