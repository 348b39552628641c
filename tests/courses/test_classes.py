"""Scheduling, audiences and roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.activities import actions, queries
from courses.activities.models import Activity, Segment, Session
from members.accounts.models import Member
from tests.liveclass.world import World, make_group, make_member, make_unit


def schedule(host: Member, **fields: Any) -> Session:
    """A class tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    defaults = {"title": " Boiler ", "starts_at": tomorrow, "minutes": 45}
    return actions.schedule_class(**{**defaults, "created_by": host, "lecturer": host, **fields})


def test_a_class_is_an_activity_with_one_segment_and_one_session(world: World) -> None:
    host = world.people["host"]
    session = schedule(host, assistants=[host, world.people["ann"]], place=" Hall 2 ")
    [segment] = session.activity.segments.all()
    assert (segment.title, segment.minutes, segment.order) == ("Boiler", 45, 1)
    assert (session.place, session.online, session.recording) == ("Hall 2", True, False)
    assert list(session.activity.assistants.all()) == [world.people["ann"]], "not the lecturer"
    assert queries.find_session(session.code) == session


def test_a_class_is_changed(world: World) -> None:
    session = schedule(world.people["host"])
    actions.change_class(
        session, title="Turbine", minutes=60, lecturer=world.people["ann"],
        assistants=[world.people["ann"], world.people["bob"]], audience_everyone=True,
    )  # fmt: skip
    again = queries.find_session(session.code)
    assert (again.activity.title, again.minutes) == ("Turbine", 60)
    assert list(again.activity.assistants.all()) == [world.people["bob"]]
    segment = Segment.objects.get(activity=again.activity)
    assert (segment.title, segment.minutes) == ("Turbine", 60)
    with pytest.raises(TypeError):
        actions.change_class(session, colour="red")


def test_only_what_a_calendar_shows_is_a_revision(world: World) -> None:
    session = schedule(world.people["host"])
    same = {"title": session.activity.title, "minutes": session.minutes}
    actions.change_class(session, **same, recording=True, assistants=[], audience_everyone=True)
    assert queries.find_session(session.code).revision == 0
    actions.change_class(session, title="Turbine", minutes=60)
    assert session.revision == queries.find_session(session.code).revision == 1
    actions.change_class(session, starts_at=session.starts_at + timedelta(hours=1))
    actions.change_class(session, lecturer=world.people["ann"])
    assert queries.find_session(session.code).revision == 3


def test_expected_are_exactly_those_who_come_as_members(world: World) -> None:
    world.session.activity.audience_everyone = True
    world.session.activity.save()
    found = {one.pk for one in queries.expected(world.session)}
    roles = {one.pk: queries.role_in(world.session, one) for one in world.people.values()}
    assert found == {pk for pk, role in roles.items() if role == "member"}
    assert world.people["admin"].pk not in found


def test_a_department_means_everybody_below_it(world: World) -> None:
    assert {one.name for one in queries.audience(world.session.activity)} == {"ann", "bob"}
    crew = world.people["ann"].department
    only_crew = schedule(world.people["host"], audience_units=[crew])
    assert {one.name for one in queries.audience(only_crew.activity)} == {"ann"}


def test_a_group_means_its_members_and_those_of_its_sub_groups(world: World) -> None:
    branch = make_unit("branch", "group")
    make_group(world.people["bob"], parent=branch)
    make_group(world.people["ann"])
    session = schedule(world.people["host"], audience_units=[branch])
    assert queries.role_in(session, world.people["bob"]) == "member"
    assert queries.role_in(session, world.people["ann"]) is None


def test_everyone_means_every_active_account(world: World) -> None:
    session = schedule(world.people["host"], audience_everyone=True)
    gone = make_member("gone", is_active=False)
    assert queries.role_in(session, world.stranger) == "member"
    assert queries.role_in(session, gone) is None
    active = Member.objects.filter(is_active=True).count()
    assert queries.expected_count(session) == active - 2, "without the lecturer and the admin"


def test_somebody_in_two_units_is_expected_once(world: World) -> None:
    group = make_group(world.people["ann"])
    units = [group, world.people["ann"].department, world.people["bob"].department]
    session = schedule(world.people["host"], audience_units=units)
    assert queries.expected_count(session) == 2


def test_a_class_for_nobody_has_only_its_staff(world: World) -> None:
    session = schedule(world.people["host"])
    assert queries.role_in(session, world.people["ann"]) is None
    assert queries.role_in(session, world.people["host"]) == "host"
    assert queries.role_in(session, world.admin) == "assistant"
    assert queries.expected_count(session) == 0


def test_who_may_manage(world: World) -> None:
    activity = world.session.activity
    allowed = {name for name, one in world.people.items() if queries.may_manage(activity, one)}
    assert allowed == {"host", "assistant", "admin"}


@pytest.mark.parametrize(
    ("who", "count"),
    [("host", 1), ("assistant", 1), ("ann", 1), ("bob", 1), ("stranger", 0), ("admin", 2)],
)
def test_whom_a_class_concerns(world: World, who: str, count: int) -> None:
    other = make_member("other")
    schedule(other)
    make_group(world.people["ann"], parent=world.people["bob"].department)
    assert queries.classes_for(world.people[who]).count() == count


def test_the_database_itself_refuses_what_must_not_be(world: World) -> None:
    session = world.session
    for forbidden in (
        lambda: Session.objects.filter(pk=session.pk).update(minutes=0),
        lambda: Session.objects.filter(pk=session.pk).update(online=False, place=""),
        lambda: Session.objects.create(
            activity=session.activity, code=session.code, starts_at=timezone.now(), minutes=5
        ),
        lambda: Activity.objects.filter(pk=session.activity_id).update(title=""),
        lambda: Segment.objects.create(
            activity=session.activity, order=1, title="twice", minutes=5
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()


def test_who_taught_cannot_be_deleted(world: World) -> None:
    with pytest.raises(ProtectedError):
        world.people["host"].delete()
