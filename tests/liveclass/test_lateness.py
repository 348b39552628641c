"""A class begins later: who may say so, who is told, and that what was announced is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from courses.activities.models import Session
from liveclass.lateness import actions, letters, queries
from liveclass.lateness.models import Delay
from liveclass.rooms import reminders
from members.accounts.models import Member
from realtime.protocol.lateness import ClassMoved
from tests.liveclass.world import World, new_id, refused
from tests.people import signed_in


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    HUEY.storage.flush_all()
    yield
    HUEY.storage.flush_all()


def planned(world: World) -> Session:
    """The session as it is stored now."""
    return Session.objects.get(pk=world.session.pk)


def move(world: World, minutes: float) -> None:
    """The class begins in so many minutes."""
    at = timezone.now() + timedelta(minutes=minutes)
    Session.objects.filter(pk=world.session.pk).update(starts_at=at)


def test_the_start_moves_and_the_room_hears_it_once(world: World) -> None:
    before, id = planned(world), new_id()
    first = world.run(actions.put_off, world.host, id, 10)
    assert world.run(actions.put_off, world.host, id, 10) == first
    after = planned(world)
    assert after.starts_at - before.starts_at == timedelta(minutes=10)
    assert after.revision == before.revision + 1
    [told] = world.events(ClassMoved)
    assert told.starts_at == after.starts_at.timestamp()
    kept = Delay.objects.get()
    assert (kept.before, kept.after) == (before.starts_at, after.starts_at)
    assert kept.by_id == world.host.member


def test_each_delay_is_kept_and_the_announced_start_is_shown(world: World) -> None:
    announced = planned(world).starts_at
    world.do(actions.put_off, world.assistant, 5)
    world.do(actions.put_off, world.host, 10)
    assert Delay.objects.count() == 2
    page = signed_in(Member.objects.get(pk=world.ann.member)).get(f"/classes/{world.code}/")
    assert page.context["card"].was == announced
    assert page.context["delays"] == []
    assert page.context["late_by"] == ()
    staff = signed_in(Member.objects.get(pk=world.host.member)).get(f"/classes/{world.code}/")
    assert len(staff.context["delays"]) == 2
    assert staff.context["late_by"] == actions.MINUTES


def test_a_class_that_is_late_already_begins_minutes_from_now(world: World) -> None:
    move(world, -7)
    world.do(actions.put_off, world.host, 10)
    left = planned(world).starts_at - timezone.now()
    assert timedelta(minutes=8) < left <= timedelta(minutes=10)


def test_members_cannot_and_nobody_can_when_it_runs(world: World) -> None:
    assert refused(world, actions.put_off, world.ann, 10) == "staff_only"
    assert refused(world, actions.put_off, world.host, 7) == "delay_limit"
    for far in (60 * 24 * 3, -60 * 24):
        move(world, far)
        assert refused(world, actions.put_off, world.host, 10) == "not_late"
    move(world, 5)
    world.start()
    assert refused(world, actions.put_off, world.host, 10) == "not_late"
    world.end()
    assert refused(world, actions.put_off, world.host, 10) == "class_ended"
    assert not Delay.objects.exists()


def test_it_is_put_off_by_two_hours_at_most(world: World) -> None:
    for _time in range(4):
        world.do(actions.put_off, world.host, 30)
    assert refused(world, actions.put_off, world.host, 5) == "delay_limit"


def test_another_time_in_the_form_begins_anew(world: World) -> None:
    announced = planned(world).starts_at
    world.do(actions.put_off, world.host, 30)
    Session.objects.filter(pk=world.session.pk).update(starts_at=announced)
    assert queries.announced([world.session.pk]) == {}
    world.do(actions.put_off, world.host, 30)
    assert queries.announced([world.session.pk]) == {world.session.pk: announced}


def test_everybody_gets_one_letter_and_no_reminder_beside_it(world: World) -> None:
    for actor, language in ((world.ann, "en"), (world.bob, "zh-hans"), (world.host, "en")):
        member = Member.objects.get(pk=actor.member)
        member.email, member.language = f"{member.staff_no}@works.example", language
        member.save()
    world.do(actions.put_off, world.host, 5)
    delay = Delay.objects.get().pk
    readers = letters.readers(delay)
    assert readers == sorted([world.ann.member, world.bob.member, world.host.member])
    assert [letters.send(delay, one) for one in readers] == [True] * 3
    by_reader = {one.to[0]: one for one in mail.outbox}
    english = by_reader[Member.objects.get(pk=world.ann.member).email or ""]
    assert "later" in english.subject
    assert f"/classes/{world.code}/" in english.body
    assert "推迟" in by_reader[Member.objects.get(pk=world.bob.member).email or ""].subject
    move_to = planned(world).starts_at - timedelta(minutes=9)
    assert reminders.due(move_to) == []


def test_a_letter_that_would_be_wrong_is_not_sent(world: World) -> None:
    member = Member.objects.get(pk=world.ann.member)
    member.email = "ann@works.example"
    member.save()
    world.do(actions.put_off, world.host, 5)
    first = Delay.objects.get().pk
    world.do(actions.put_off, world.host, 5)
    assert letters.readers(first) == []
    assert letters.send(first, member.pk) is False
    assert letters.send(first + 999, member.pk) is False


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 302), ("assistant", 302), ("admin", 302), ("ann", 403), ("stranger", 403)],
)
def test_the_button(world: World, who: str, status: int) -> None:
    page, before = f"/classes/{world.code}/delay/", planned(world).starts_at
    body = {"minutes": "10", "id": new_id()}
    client = signed_in(world.people[who])
    assert client.get(page).status_code == 405
    for _press in range(2):
        assert client.post(page, body).status_code == status
    moved = planned(world).starts_at - before
    assert moved == timedelta(minutes=10 if status == 302 else 0)
    for wrong in ("", "-5", "x", "９", "9" * 40):
        assert client.post(page, {"minutes": wrong}).status_code == 403
    assert planned(world).starts_at - before == moved


def test_strangers_sign_in_first(world: World) -> None:
    assert signed_in(None).post(f"/classes/{world.code}/delay/").status_code == 302
    assert not Delay.objects.exists()
