"""A class that is held more than once: each session has its own room, and hours count once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from courses.activities import actions as activities
from courses.activities.actions import TooMany, change_class, close_session
from courses.activities.credit import count
from courses.activities.models import Attendance, Session, Source
from courses.credits.models import CreditEntry
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.classes.names import zone
from liveclass.classes.queries import sessions_of
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from members.accounts.models import Member
from tests.liveclass.world import World
from tests.people import signed_in


def again(world: World, days: float = 3) -> Session:
    """The same class at another time."""
    return rooms.add_session(world.session, timezone.now() + timedelta(days=days))


def written(days: float) -> str:
    """A time of the form, so many days ahead."""
    at = timezone.localtime(timezone.now() + timedelta(days=days), zone())
    return f"{at:%Y-%m-%dT%H:%M}"


def attend(session: Session, member: int, minutes: int, began: datetime) -> None:
    """``session`` was held for 90 minutes, and ``member`` there for its first ``minutes``."""
    close_session(session.pk, began, began + timedelta(minutes=90))
    end = began + timedelta(minutes=minutes)
    Attendance.objects.create(
        session=session, member_id=member, source=Source.LIVE, started_at=began, seen_at=end,
        ended_at=end,
    )  # fmt: skip
    session.refresh_from_db()


def hours(member: int) -> tuple[int, int]:
    """How many entries somebody has, and of how many minutes together."""
    mine = CreditEntry.objects.filter(member=member)
    return mine.count(), mine.aggregate(sum=Sum("minutes"))["sum"] or 0


def test_a_session_is_a_copy_with_a_room_and_a_roster_of_its_own(world: World) -> None:
    Session.objects.filter(pk=world.session.pk).update(recording=True)
    world.session.refresh_from_db()
    made = again(world)
    assert (made.activity, made.minutes, made.recording) == (world.session.activity, 90, True)
    assert made.code != world.code
    assert made.room.pk != world.room.pk
    world.start()
    other = Actor(made.room.pk, made.code, world.host.member, "host")
    world.do(rooms.start_class, other)
    world.do(chat.post, other, "second")
    assert Message.objects.get().room == made.room
    assert not Attendance.objects.filter(session=world.session, member=world.ann.member).exists()
    assert sessions_of(made) == [world.session, made]


def test_who_attends_both_has_her_hours_once(world: World) -> None:
    change_class(world.session, credit_kind="theory")
    made, ann, now = again(world), world.ann.member, timezone.now()
    attend(world.session, ann, 90, now - timedelta(days=9))
    attend(made, ann, 90, now - timedelta(days=2))
    for session in (world.session, made, world.session):
        count(session)
    assert hours(ann) == (1, 90)
    assert hours(world.host.member) == (1, 90), "teaching counts once too"


def test_the_best_session_counts_and_halves_are_not_added(world: World) -> None:
    change_class(world.session, credit_kind="theory")
    made, now = again(world), timezone.now()
    attend(world.session, world.ann.member, 45, now - timedelta(days=9))
    attend(made, world.ann.member, 45, now - timedelta(days=2))
    attend(made, world.bob.member, 80, now - timedelta(days=2))
    for session in (world.session, made):
        count(session)
    assert hours(world.ann.member) == (0, 0), "two first halves are no class"
    assert hours(world.bob.member) == (1, 90)


def test_another_length_is_that_of_all_sessions_to_come(world: World) -> None:
    made, held = again(world), again(world, 4)
    close_session(held.pk, timezone.now() - timedelta(hours=1), timezone.now())
    change_class(world.session, minutes=60)
    found = dict(Session.objects.values_list("pk", "minutes"))
    assert found == {world.session.pk: 60, made.pk: 60, held.pk: 90}


def test_there_is_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "MOST_SESSIONS", 2)
    again(world)
    with pytest.raises(TooMany):
        again(world, 5)
    page = f"/classes/{world.code}/sessions/"
    no = signed_in(world.people["host"]).post(page, {"starts_at": written(6), "overlap": "on"})
    assert no.status_code == 403
    assert Session.objects.count() == 2


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 302), ("assistant", 302), ("admin", 302), ("ann", 403), ("stranger", 403)],
)
def test_who_may_add_one(world: World, who: str, status: int) -> None:
    page, client = f"/classes/{world.code}/sessions/", signed_in(world.people[who])
    assert client.get(page).status_code == (200 if status == 302 else 403)
    done = client.post(page, {"starts_at": written(3)})
    assert done.status_code == status
    made = Session.objects.exclude(pk=world.session.pk).first()
    assert (made is not None) == (status == 302)
    if made is not None:
        assert done["Location"] == f"/classes/{made.code}/"
        assert signed_in(world.people["ann"]).get(done["Location"]).status_code == 200
    assert signed_in(None).get(page).status_code == 302


@pytest.mark.parametrize("days", [-1, 900, 3])
def test_times_that_cannot_be(world: World, days: float) -> None:
    page, client = f"/classes/{world.code}/sessions/", signed_in(world.people["host"])
    body: dict[str, Any] = {"starts_at": written(days), "overlap": "on"}
    if days == 3:
        assert client.post(page, body).status_code == 302, "the first time it is free"
    answer = client.post(page, body)
    assert answer.status_code == 422
    assert "starts_at" in answer.context["form"].errors


def test_a_clash_of_the_lecturer_is_said_and_can_be_meant(world: World) -> None:
    page, client = f"/classes/{world.code}/sessions/", signed_in(world.people["host"])
    body = {"starts_at": written(3)}
    again(world, 3.01)
    answer = client.post(page, body)
    assert (answer.status_code, answer.context["form"].clashes) == (422, True)
    assert client.post(page, {**body, "overlap": "on"}).status_code == 302


def test_the_page_of_a_class_lists_its_sessions_for_its_people(world: World) -> None:
    made = again(world)
    for who, listed, adds in (("host", 2, True), ("ann", 2, False), ("stranger", 0, False)):
        page = signed_in(Member.objects.get(pk=world.people[who].pk)).get(f"/classes/{made.code}/")
        assert (len(page.context["sessions"]), page.context["may_add"]) == (listed, adds)
