"""The pages of assignments: who may open them, what they show and write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from courses.assignments import actions
from courses.assignments.models import Assignment, Notice, Obligation
from courses.catalog.models import Course
from courses.credits.models import ViewLog
from courses.credits.queries import today
from members.units.actions import give_role
from members.units.models import UnitRoleKind
from tests.factories import make_member
from tests.people import People, signed_in


@pytest.fixture
def made(people: People, course: Course) -> Assignment:
    return actions.assign(
        people.admin, courses=[course], audience={"is": "unit", "unit": people.crew.pk},
        title="年度培训", begins_on=today(), due_days=3,
    )  # fmt: skip


def answers(people: People, path: str, method: str = "get") -> dict[str, int]:
    return {
        role: getattr(signed_in(who), method)(path).status_code
        for role, who in people.everybody.items()
    }


NOT_ADMIN = {"host": 403, "assistant": 403, "member": 403, "outsider": 403, "anonymous": 302}


def test_who_may_open_what(people: People, made: Assignment) -> None:
    one = Obligation.objects.get()
    for path in ("/assignments/", "/assignments/new/", f"/assignments/{made.pk}/",
                 f"/assignments/obligations/{one.pk}/waive/"):  # fmt: skip
        assert answers(people, path) == {**NOT_ADMIN, "admin": 200}, path
    assert answers(people, "/assignments/mine/") == {
        "host": 200, "assistant": 200, "member": 200, "outsider": 200, "admin": 200,
        "anonymous": 302,
    }  # fmt: skip
    for path in (f"/assignments/{made.pk}/remind/", f"/assignments/{made.pk}/end/"):
        assert answers(people, path, "post") == {**NOT_ADMIN, "admin": 302}, path
        asked = 405 if "remind" in path else 200
        assert signed_in(people.admin).get(path).status_code == asked
    made.refresh_from_db()
    assert made.ended_at is not None, "asking first is no ending; the answer is"


def test_a_unit_admin_sees_only_what_is_inside_her_units(
    people: People, made: Assignment, course: Course
) -> None:
    give_role(people.crew, people.host.pk, UnitRoleKind.ADMIN)
    client = signed_in(people.host)
    assert client.get("/assignments/").status_code == 200
    assert client.get(f"/assignments/{made.pk}/").status_code == 404
    data = {**filled(course), "unit": people.company.pk}
    assert b'id="id_unit_error"' in client.post("/assignments/new/", data).content
    data["unit"] = people.crew.pk
    assert client.post("/assignments/new/", data).status_code == 302
    own = Assignment.objects.get(unit=people.crew)
    assert {one.member for one in own.obligations.all()} == {people.member, people.host}
    assert client.get(f"/assignments/{own.pk}/").status_code == 200


def filled(course: Course) -> dict[str, object]:
    return {
        "title": "消防", "courses": [course.pk], "begins_on": today().isoformat(),
        "due_on": (today() + timedelta(days=30)).isoformat(), "repeat": "once", "escalates": "on",
    }  # fmt: skip


def test_people_are_counted_before_anything_is_saved(people: People, course: Course) -> None:
    client = signed_in(people.admin, "en")
    data = {
        **filled(course), "departments": [people.company.pk], "without": "1005, 1007", "count": "1",
    }  # fmt: skip
    assert "Reaches 2 people now" in client.post("/assignments/new/", data).content.decode()
    assert not Assignment.objects.exists()
    del data["count"]
    assert client.post("/assignments/new/", data).status_code == 302
    owing = {one.member for one in Obligation.objects.all()}
    assert owing == {people.member, people.admin}


@pytest.mark.parametrize(
    ("field", "value", "marked"),
    [
        ("due_days", "5", "due_on"),
        ("due_on", "2020-01-01", "due_on"),
        ("due_on", "", "due_on"),
        ("without", "NOBODY", "without"),
        ("courses", [], "courses"),
        ("courses", ["999999"], "courses"),
        ("title", "", "title"),
        ("repeat", "daily", "repeat"),
    ],
)
def test_a_wrong_form_says_where(
    people: People, course: Course, field: str, value: object, marked: str
) -> None:
    page = signed_in(people.admin).post("/assignments/new/", {**filled(course), field: value})
    assert f'id="id_{marked}_error"' in page.content.decode()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("en", "3 days left"), ("zh-hans", "还剩 3 天")])
def test_the_to_do_stands_on_the_first_page(
    people: People, made: Assignment, language: str, words: str
) -> None:
    client = signed_in(people.member, language)
    for path in ("/", "/assignments/mine/"):
        page = client.get(path).content.decode()
        assert words in page, path
        assert "/courses/AQ-101/" in page
    assert words not in signed_in(people.outsider, language).get("/").content.decode()


def test_leaders_are_told_on_the_first_page_until_it_is_done(
    people: People, made: Assignment
) -> None:
    one = Obligation.objects.get()
    Notice.objects.create(reader=people.host, obligation=one, step=1, day=today())
    client = signed_in(people.host, "en")
    assert "1 course is overdue in your units" in client.get("/").content.decode()
    assert "Tian Rui" in client.get("/assignments/mine/").content.decode()
    assert Notice.objects.get().seen_at is not None
    actions.waive(people.admin, one.pk, "x", today())
    assert "overdue in your units" not in client.get("/").content.decode()


def test_waiving_reminding_and_ending(people: People, made: Assignment) -> None:
    client: Client = signed_in(people.admin, "en")
    one = Obligation.objects.get()
    path = f"/assignments/obligations/{one.pk}/waive/"
    wrong = {"reason": "x", "first": "2026-02-02", "last": "2026-02-01"}
    assert b'id="id_last_error"' in client.post(path, wrong).content
    assert client.post(f"/assignments/{made.pk}/remind/").status_code == 302
    assert Notice.objects.get().reader == people.member
    data = {"reason": "<b>leave</b>", "first": today().isoformat(), "last": ""}
    assert client.post(path, data).status_code == 302
    page = client.get(f"/assignments/{made.pk}/?state=waived").content.decode()
    assert "&lt;b&gt;leave" in page
    assert "&lt;b&gt;leave" in client.get(path).content.decode()
    client.post(path, {"back": "1"})
    assert not Obligation.objects.filter(waived_from__isnull=False).exists()
    client.post(f"/assignments/{made.pk}/end/")
    assert Obligation.objects.get().left_on == today()


def test_a_page_asks_a_fixed_number_of_queries(
    people: People, made: Assignment, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        make_member("员工", people.crew)
    actions.refresh(made.pk)
    client = signed_in(people.admin)
    with django_assert_max_num_queries(20):
        assert client.get(f"/assignments/{made.pk}/?page=2").status_code == 200


def test_who_looked_at_what_is_said_to_whom_it_concerns(people: People, made: Assignment) -> None:
    admin = signed_in(people.admin)
    admin.get(f"/assignments/{made.pk}/")
    admin.get(f"/assignments/obligations/{Obligation.objects.get().pk}/waive/")
    looks = ViewLog.objects.filter(viewer=people.admin, subject=people.member)
    assert {one.what for one in looks} == {"assignment", "waiver"}
    assert not ViewLog.objects.filter(viewer=people.admin, subject=people.admin).exists()
    shown = signed_in(people.member, "en").get("/record/").content.decode()
    assert "An assignment: how far somebody is" in shown
    assert "A waiver" in shown
