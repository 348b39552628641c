"""Assigning: who owes what, who comes and goes, what completing closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses.assignments import actions, changing, queries
from courses.assignments.audience import BadAudience
from courses.assignments.due import GRACE, State
from courses.assignments.models import Assignment, Obligation
from courses.catalog.models import Course, Lesson
from courses.completion.models import Enrolment, Progress
from courses.completion.settling import settle
from courses.credits.queries import today
from members.accounts.models import Member
from members.units.actions import give_role
from members.units.models import UnitRoleKind
from tests.factories import make_member
from tests.people import People


def assign(by: Member, course: Course, audience: object, **facts: object) -> Assignment:
    given = {"title": "年度培训", "begins_on": today(), "due_days": 30, **facts}
    return actions.assign(by, courses=[course], audience=audience, **given)


def crew_of(people: People) -> dict[str, object]:
    return {"is": "unit", "unit": people.crew.pk}


def finish(member: Member, course: Course, period: str = "") -> None:
    Progress.objects.create(
        member=member, lesson=Lesson.objects.get(section__course=course), period=period,
        permille=1000, changed_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    assert settle([member.pk], course.pk) == 1


def test_assigning_makes_obligations_and_enrols(people: People, course: Course) -> None:
    made = assign(people.admin, course, crew_of(people))
    one = Obligation.objects.get()
    assert (one.member, one.course, one.due_on) == (
        people.member, course, today() + timedelta(days=30),
    )  # fmt: skip
    assert Enrolment.objects.get().member == people.member
    assert actions.refresh(made.pk) == 0, "repeating changes nothing"
    assert [one.obligation.pk for one in queries.todo(people.member)] == [one.pk]


def test_completing_closes_and_is_told(people: People, course: Course) -> None:
    heard: list[Obligation] = []

    def hear(changed: Sequence[Obligation]) -> None:
        heard.extend(changed)

    actions.when_changed.append(hear)
    try:
        made = assign(people.admin, course, crew_of(people))
        finish(people.member, course)
    finally:
        actions.when_changed.remove(hear)
    assert Obligation.objects.get().state(today()) is State.DONE
    assert len(heard) == 2
    assert queries.todo(people.member) == []
    assert queries.counts([made], today())[made.pk]["done"] == 1


def test_what_was_completed_before_is_done_at_once(people: People, course: Course) -> None:
    first = assign(people.admin, course, crew_of(people))
    finish(people.member, course)
    second = assign(people.admin, course, crew_of(people), title="again")
    assert {one.assignment_id for one in Obligation.objects.filter(completed_at__isnull=False)} == {
        first.pk, second.pk,
    }  # fmt: skip


def test_every_year_it_is_owed_anew(people: People, course: Course) -> None:
    made = assign(
        people.admin, course, crew_of(people), due_days=None, due_on=today(), repeat="yearly"
    )
    year = today().year
    finish(people.member, course, str(year))
    assert actions.refresh(made.pk, date(year, 12, 31)) == 0
    assert actions.refresh(made.pk, date(year + 1, 1, 1)) == 1
    before, anew = Obligation.objects.order_by("period")
    assert before.completed_at is not None, "nothing is ever reset"
    assert (anew.period, anew.completed_at) == (str(year + 1), None)
    assert anew.due_on == today().replace(year=year + 1)
    assert set(Enrolment.objects.values_list("period", flat=True)) == {str(year), str(year + 1)}


def test_who_comes_later_is_picked_up_and_who_goes_is_let_go(
    people: People, course: Course
) -> None:
    made = assign(people.admin, course, crew_of(people))
    late = make_member("新人", people.crew)
    assert actions.refresh(made.pk, today() + timedelta(days=3)) == 1
    assert Obligation.objects.get(member=late).due_on == today() + timedelta(days=33)
    Member.objects.filter(pk=late.pk).update(department=people.contractors)
    actions.refresh(made.pk, today() + timedelta(days=4))
    assert Obligation.objects.get(member=late).state(today()) is State.LEFT
    assert queries.todo(late) == []
    Member.objects.filter(pk=late.pk).update(department=people.crew)
    back = today() + timedelta(days=60)
    actions.refresh(made.pk, back)
    assert Obligation.objects.get(member=late).due_on == back + GRACE


def test_what_was_completed_meanwhile_is_caught_up_with(people: People, course: Course) -> None:
    made = assign(people.admin, course, crew_of(people))
    Member.objects.filter(pk=people.member.pk).update(department=people.contractors)
    actions.refresh(made.pk)
    finish(people.member, course)
    assert Obligation.objects.get().state(today()) is State.LEFT, "she owed nothing then"
    Member.objects.filter(pk=people.member.pk).update(department=people.crew)
    actions.refresh(made.pk)
    assert Obligation.objects.get().state(today()) is State.DONE


def test_ending_lets_everybody_go_and_keeps_what_was_done(people: People, course: Course) -> None:
    other = make_member("乙", people.crew)
    made = assign(people.admin, course, crew_of(people))
    finish(people.member, course)
    changing.end(people.admin, made.pk)
    states = {one.member: one.state(today()) for one in Obligation.objects.all()}
    assert states == {people.member: State.DONE, other: State.LEFT}
    assert actions.refresh(made.pk) == 0


def test_a_waiver_excuses_and_gives_time_afterwards(people: People, course: Course) -> None:
    assign(people.admin, course, crew_of(people), due_days=5)
    key, day = Obligation.objects.get().pk, today()
    one = actions.waive(people.admin, key, "产假", day, day + timedelta(days=90))
    assert one.state(day) is State.WAIVED
    assert queries.todo(people.member) == []
    assert one.due_on == day + timedelta(days=90) + GRACE
    assert actions.take_back_waiver(people.admin, key).state(day) is State.OPEN


def test_only_who_administers_assigns_and_waives(people: People, course: Course) -> None:
    everybody = {"is": "everybody"}
    for one in (people.host, people.member, people.outsider):
        with pytest.raises(PermissionDenied):
            assign(one, course, everybody)
    give_role(people.crew, people.host.pk, UnitRoleKind.ADMIN)
    with pytest.raises(PermissionDenied):
        assign(people.host, course, everybody)
    with pytest.raises(PermissionDenied):
        assign(people.host, course, everybody, unit=people.company)
    made = assign(people.host, course, everybody, unit=people.crew)
    reached = {one.member: one for one in Obligation.objects.filter(assignment=made)}
    assert set(reached) == {people.member, people.host}, "nobody outside the unit is reached"
    owed = reached[people.member]
    with pytest.raises(PermissionDenied):
        actions.waive(people.host, reached[people.host].pk, "oneself", today())
    with pytest.raises(PermissionDenied):
        actions.waive(people.member, owed.pk, "我", today())
    assert actions.waive(people.host, owed.pk, "病假", today()).waived_by == people.host
    whole = assign(people.admin, course, everybody)
    with pytest.raises(PermissionDenied):
        changing.end(people.host, whole.pk)


def test_nonsense_leaves_nothing_behind(people: People, course: Course) -> None:
    with pytest.raises(BadAudience):
        assign(people.admin, course, {"is": "unit"})
    for wrong in ({"due_days": None}, {"due_on": today() - timedelta(days=1), "due_days": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            assign(people.admin, course, crew_of(people), **wrong)
    assert not Assignment.objects.exists()


def test_the_conditions_of_the_database_say_what_the_state_says(
    people: People, course: Course
) -> None:
    made, day = assign(people.admin, course, crew_of(people)), today()
    base = {"assignment": made, "course": course, "from_on": day - timedelta(days=99)}
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    number = 0
    for due in (-1, 0, 7, 8):
        for done in (None, moment):
            for left in (None, day):
                for waived in ({}, _waiver(people, day, -2, -1), _waiver(people, day, -1, 0)):
                    number += 1
                    Obligation.objects.create(
                        member=people.host, period=str(number), due_on=day + timedelta(days=due),
                        completed_at=done, left_on=left, **base, **waived,
                    )  # fmt: skip
    for state in (State.DONE, State.LEFT, State.WAIVED, State.OVERDUE, State.OPEN):
        rows = Obligation.objects.filter(member=people.host)
        wanted = {state, State.SOON} if state is State.OPEN else {state}
        expected = {one.pk for one in rows if one.state(day) in wanted}
        assert expected
        assert set(rows.filter(queries.in_state(state, day)).values_list("pk", flat=True)) == (
            expected
        )


def _waiver(people: People, day: date, first: int, last: int) -> dict[str, object]:
    return {
        "waived_from": day + timedelta(days=first), "waived_until": day + timedelta(days=last),
        "waived_reason": "x", "waived_by": people.admin,
    }  # fmt: skip


def test_the_most_urgent_comes_first_and_a_course_once(people: People, course: Course) -> None:
    other = Course.objects.create(code="B", title="b", author=people.host, state="published")
    assign(people.admin, course, crew_of(people), due_days=20)
    assign(people.admin, other, crew_of(people), due_days=2)
    assign(people.admin, course, crew_of(people), due_days=9)
    found = [(one.obligation.course, one.days) for one in queries.todo(people.member)]
    assert found == [(other, 2), (course, 9)]
