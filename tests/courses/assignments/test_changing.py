"""Changing an assignment people owe already: what moves, what stays, who did it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.assignments import actions, changing
from courses.assignments.audience import BadAudience, parse
from courses.assignments.due import GRACE, moved
from courses.assignments.models import Assignment, AssignmentChange, Fact, Obligation
from courses.assignments.wording import choices, history, in_words
from courses.catalog.models import Course
from courses.completion.models import Completion
from courses.credits.queries import today
from members.units.actions import give_role
from members.units.models import UnitRoleKind
from tests.people import People, signed_in

DAYS = st.integers(0, 364).map(lambda day: date(2026, 1, 1) + timedelta(days=day))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, DAYS, DAYS)
def test_nobody_becomes_overdue_by_a_change_and_nobody_gets_less_than_a_grace(
    old: date, new: date, now: date
) -> None:
    got = moved(old, new, now)
    assert (got < now) == (old < now and new < now)
    if new >= now:
        assert got == new
    else:
        assert got <= old
        assert got in {old, now + GRACE}


@pytest.fixture
def made(people: People, course: Course) -> Assignment:
    return actions.assign(
        people.admin, courses=[course], title="年度培训",
        audience={"is": "people", "members": [people.member.pk, people.host.pk]},
        begins_on=today(), due_days=30,
    )  # fmt: skip


def by_member() -> dict[int, Obligation]:
    return {one.member_id: one for one in Obligation.objects.all()}


def test_another_due_date_moves_what_is_open(people: People, made: Assignment) -> None:
    before = by_member()
    done, late = people.host.pk, people.member.pk
    Obligation.objects.filter(member=done).update(
        completed_at=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    )
    old = today() - timedelta(days=40)
    Obligation.objects.filter(member=late).update(from_on=old, due_on=today() - timedelta(days=5))
    new = today() + timedelta(days=3)
    (one,) = changing.change(people.admin, made.pk, 0, due_on=new, due_days=None)
    after = by_member()
    assert after[done].due_on == before[done].due_on
    assert {row.due_on for who, row in after.items() if who != done} == {new}
    assert (one.fact, one.before, one.after, one.by) == (
        "due",
        "30 d",
        new.isoformat(),
        people.admin,
    )
    # days already gone: grace, but no more than there was; who is overdue stays so
    Obligation.objects.filter(member=late).update(due_on=today() - timedelta(days=5))
    changing.change(people.admin, made.pk, one.pk, due_on=None, due_days=1)
    assert by_member()[late].due_on == today() - timedelta(days=5)


def test_a_waiver_outlasts_the_new_date(people: People, made: Assignment) -> None:
    owed = Obligation.objects.get(member=people.member)
    last = today() + timedelta(days=10)
    actions.waive(people.admin, owed.pk, "产假", today(), last)
    changing.change(people.admin, made.pk, 0, due_on=today() + timedelta(days=5), due_days=None)
    owed.refresh_from_db()
    assert owed.due_on == last + GRACE


def test_another_audience_takes_in_and_lets_go(
    people: People, made: Assignment, course: Course
) -> None:
    finished = Obligation.objects.get(member=people.host)
    Obligation.objects.filter(pk=finished.pk).update(
        completed_at=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    )
    tree = {"is": "people", "members": [people.outsider.pk]}
    (one,) = changing.change(people.admin, made.pk, 0, audience=tree)
    rows = by_member()
    assert rows[people.outsider.pk].left_on is None
    assert rows[people.member.pk].left_on == today()
    assert rows[people.host.pk].left_on is None  # done stays done
    assert one.reached == 1
    assert json.loads(one.after)["members"] == [people.outsider.pk]
    assert not Completion.objects.exists()


def test_what_changes_nothing_is_not_in_the_history(people: People, made: Assignment) -> None:
    assert changing.change(people.admin, made.pk, 0, title="年度培训", due_days=30) == []
    assert changing.latest(made) == 0


def test_two_who_change_it_do_not_overwrite_each_other(people: People, made: Assignment) -> None:
    changing.change(people.admin, made.pk, 0, title="一")
    with pytest.raises(changing.ChangedMeanwhile):
        changing.change(people.admin, made.pk, 0, title="二")
    made.refresh_from_db()
    assert made.title == "一"


def test_refusals_leave_everything_as_it_was(people: People, made: Assignment) -> None:
    with pytest.raises(PermissionDenied):
        changing.change(people.host, made.pk, 0, title="x")
    with pytest.raises(BadAudience):
        changing.change(people.admin, made.pk, 0, title="x", audience={"is": "moon"})
    changing.end(people.admin, made.pk)
    with pytest.raises(PermissionDenied):
        changing.change(people.admin, made.pk, changing.latest(made), title="x")
    made.refresh_from_db()
    assert made.title == "年度培训"
    assert [one.fact for one in made.changes.all()] == [Fact.ENDED]


def test_the_changes_of_one_assignment_are_bounded(
    people: People, made: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "MOST_CHANGES", 1)
    changing.change(people.admin, made.pk, 0, title="一")
    with pytest.raises(changing.TooManyChanges):
        changing.change(people.admin, made.pk, changing.latest(made), title="二")


def test_the_page_shows_the_form_as_it_was_filled_in(people: People, course: Course) -> None:
    client = signed_in(people.admin, "en")
    form: dict[str, Any] = {
        "title": "消防", "courses": [course.pk], "begins_on": today().isoformat(),
        "due_days": "9", "repeat": "once", "departments": [people.crew.pk],
        "post": "司炉", "without": people.host.staff_no, "role": "", "new_since": "2026-01-01",
    }  # fmt: skip
    assert client.post("/assignments/new/", form).status_code == 302
    made = Assignment.objects.get()
    page = client.get(f"/assignments/{made.pk}/change/")
    asked = page.context["form"].initial
    assert asked["departments"] == [people.crew.pk]
    assert (asked["post"], asked["without"]) == ("司炉", people.host.staff_no)
    again = {**form, "seen": "0", "due_days": "12"}
    assert client.post(f"/assignments/{made.pk}/change/", again).status_code == 302
    (one,) = made.changes.all()  # the same choices are no change of the audience
    assert (one.fact, one.before, one.after) == ("due", "9 d", "12 d")
    stale = client.post(f"/assignments/{made.pk}/change/", {**again, "title": "别的"})
    assert b"Someone else changed this" in stale.content
    shown = client.get(f"/assignments/{made.pk}/").content.decode()
    assert "12 days for each person" in shown
    assert "with the post “司炉”" in shown


def test_people_are_counted_while_the_form_is_filled_in(people: People, made: Assignment) -> None:
    Assignment.objects.update(audience={"is": "unit", "unit": people.crew.pk})
    client = signed_in(people.admin, "en")
    asked = {"departments": [people.crew.pk]}  # nothing else is filled in yet
    for path in ("/assignments/count/", f"/assignments/{made.pk}/count/"):
        assert client.post(path, asked).json()["count"] == 1
        wrong = client.post(path, {**asked, "without": "nobody"}).json()
        assert wrong["count"] is None
        assert "nobody" in wrong["text"].lower()
    assert Assignment.objects.count() == 1
    assert AssignmentChange.objects.count() == 0


def test_an_audience_no_form_makes_is_said_and_kept(
    people: People, made: Assignment, course: Course
) -> None:
    tree = {"is": "unit", "unit": people.crew.pk, "below": False}
    Assignment.objects.filter(pk=made.pk).update(audience=tree)
    client = signed_in(people.admin, "en")
    page = client.get(f"/assignments/{made.pk}/change/").content.decode()
    assert "without its sub-units" in page
    assert 'name="departments"' not in page
    data = {"title": "新名", "due_days": "30", "seen": "0"}
    assert client.post(f"/assignments/{made.pk}/change/", data).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.audience) == ("新名", tree)


def test_who_may_change(people: People, made: Assignment) -> None:
    give_role(people.crew, people.assistant.pk, UnitRoleKind.ADMIN)
    of_it = f"/assignments/{made.pk}/"
    for path, method in ((f"{of_it}change/", "get"), ("/assignments/count/", "post"),
                         (f"{of_it}count/", "post")):  # fmt: skip
        got = {
            role: getattr(signed_in(who), method)(path).status_code
            for role, who in people.everybody.items()
        }
        of_units = 200 if path == "/assignments/count/" else 404  # not hers: it is nobody's unit
        assert got == {
            "admin": 200, "host": 403, "assistant": of_units, "member": 403, "outsider": 403,
            "anonymous": 302,
        }, path  # fmt: skip
    assert signed_in(people.admin).get("/assignments/count/").status_code == 405


def test_every_choice_of_the_form_comes_back_from_its_tree() -> None:
    def back(tree: dict[str, Any]) -> object:
        return choices(parse(tree))

    one, post = {"is": "unit", "unit": 7}, {"is": "post", "post": "班长"}
    people = {"is": "people", "members": [3]}
    plain = {"without": [], "also": [], "joined": "all"}
    assert back({"is": "everybody"}) == plain
    assert back({"is": "minus", "keep": one, "less": people}) == {
        **plain, "units": [7], "without": [3],
    }  # fmt: skip
    assert back(people) == {**plain, "also": [3]}
    both = {"is": "any", "of": [one, post]}
    assert back(both) == {**plain, "joined": "any", "units": [7], "post": "班长"}
    assert back({"is": "any", "of": [both, people]}) == {
        **plain, "joined": "any", "units": [7], "post": "班长", "also": [3],
    }  # fmt: skip
    assert back({"is": "any", "of": [{"is": "everybody"}, people]}) is None
    assert back({"is": "any", "of": [people, one]}) is None
    assert back({"is": "minus", "keep": one, "less": one}) is None
    assert back({"is": "all", "of": [one, one]}) is None


def test_words_of_an_audience_ask_two_queries(
    people: People, made: Assignment, django_assert_num_queries: Any
) -> None:
    trees = [{"is": "minus", "keep": {"is": "unit", "unit": people.crew.pk},
              "less": {"is": "people", "members": [people.member.pk]}}] * 3  # fmt: skip
    with django_assert_num_queries(2), override("zh-hans"):
        words = in_words(parse(tree) for tree in trees)
    assert people.member.name in words[0]
    assert len(set(words)) == 1
    changing.change(people.admin, made.pk, 0, escalates=False)
    with override("zh-hans"):
        ((_, before, after),) = history(made.changes.all())
    assert (before, after) == ("是", "否")
