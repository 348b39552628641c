"""Trying a class out: who may, that nothing of it counts or is listed, that it goes for good."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from courses.activities.credit import count
from courses.activities.models import Activity, Attendance, Session
from courses.activities.queries import classes_for, to_be_counted
from courses.credits.models import CreditEntry
from liveclass.chat import actions as chat
from liveclass.classes.queries import overlapping
from liveclass.polls import actions as polls
from liveclass.polls.models import Poll
from liveclass.rehearsals import actions
from liveclass.rooms import actions as rooms
from liveclass.rooms import reminders
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from realtime.protocol.refusals import Refusal
from tests.liveclass.decks import make_deck
from tests.liveclass.world import World
from tests.people import signed_in


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_RECORDINGS = tmp_path / "recordings"


@pytest.fixture
def rehearsal(world: World) -> Session:
    """A rehearsal of the class, which has a poll in its tray."""
    world.do(polls.write, world.host, polls.Plan("清楚吗？", ("是", "否")), False)
    return world.run(actions.rehearse, world.session, world.people["host"])


def actor(session: Session, world: World, name: str, role: Any) -> Actor:
    """Somebody in the room of the rehearsal."""
    return Actor(session.room.pk, session.code, world.people[name].pk, role)


def rows() -> dict[str, int]:
    """How many rows each table has; empty ones are left out."""
    found = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    return {label: number for label, number in found.items() if number}


def test_only_those_who_hold_it_get_in(world: World, rehearsal: Session) -> None:
    page = f"/classes/{rehearsal.code}/room/"
    wanted = {"host": 200, "assistant": 200, "admin": 200, "ann": 403, "bob": 403, "stranger": 403}
    seen = {name: signed_in(one).get(page).status_code for name, one in world.people.items()}
    assert seen == wanted
    data = signed_in(world.people["host"]).get(page).context["room_data"]
    assert data["rehearsal"] is True


def test_one_press_begins_it_and_the_next_comes_back(world: World) -> None:
    page = f"/classes/{world.code}/rehearsal/"
    client = signed_in(world.people["assistant"])
    first, second = client.post(page), client.post(page)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    made = Session.objects.get(rehearses=world.session)
    assert first["Location"] == f"/classes/{made.code}/room/"
    assert client.get(page).status_code == 405
    for name in ("ann", "stranger"):
        assert signed_in(world.people[name]).post(page).status_code == 403
    assert signed_in(None).post(page).status_code == 302
    assert Session.objects.filter(rehearses=world.session).count() == 1


def test_prepared_polls_come_along(world: World, rehearsal: Session) -> None:
    copied = Poll.objects.get(room=rehearsal.room)
    assert copied.question == "清楚吗？"
    assert Poll.objects.filter(room=world.room).count() == 1


def test_nothing_of_it_is_listed_reminded_or_counted(world: World, rehearsal: Session) -> None:
    host = actor(rehearsal, world, "host", "host")
    world.do(rooms.start_class, host)
    world.do(rooms.end_class, host)
    rehearsal.refresh_from_db()
    assert count(rehearsal) == []
    assert not CreditEntry.objects.exists()
    assert rehearsal not in to_be_counted()
    for name in ("host", "assistant", "admin", "ann"):
        assert list(classes_for(world.people[name])) == [world.session]
    assert overlapping(world.people["host"], timezone.now(), 60, world.session) == []
    Session.objects.filter(pk=rehearsal.pk).update(starts_at=timezone.now() + timedelta(minutes=5))
    assert rehearsal not in reminders.due(timezone.now())


def test_it_is_thrown_away_with_everything(world: World) -> None:
    before = rows()
    made = world.run(actions.rehearse, world.session, world.people["host"])
    host = actor(made, world, "host", "host")
    world.do(rooms.start_class, host)
    world.do(chat.post, host, "试一下")
    world.do(polls.write, host, polls.Plan("q", ("a", "b")), True)
    poll = Poll.objects.latest("pk")
    world.do(polls.publish_poll, host, poll.pk)
    world.do(polls.repeat_poll, host, poll.pk)
    world.do(rooms.raise_hand, actor(made, world, "assistant", "assistant"))
    assert Attendance.objects.filter(session=made).exists()
    world.run(actions.throw_away, made, world.people["assistant"])
    assert rows() == before


def test_a_class_is_never_thrown_away(world: World) -> None:
    page = f"/classes/{world.code}/rehearsal/throw-away/"
    assert signed_in(world.people["host"]).post(page).status_code == 403
    assert Session.objects.get() == world.session
    with pytest.raises(ValueError, match="is a class"):
        actions.purge(world.session)


def test_members_throw_nothing_away(world: World, rehearsal: Session) -> None:
    page = f"/classes/{rehearsal.code}/rehearsal/throw-away/"
    for name in ("ann", "stranger"):
        assert signed_in(world.people[name]).post(page).status_code == 403
    assert signed_in(None).post(page).status_code == 302
    assert Session.objects.filter(pk=rehearsal.pk).exists()
    done = signed_in(world.people["host"]).post(page)
    assert (done.status_code, done["Location"]) == (302, f"/classes/{world.code}/")
    assert not Session.objects.filter(pk=rehearsal.pk).exists()


def test_what_was_made_of_it_keeps_it(world: World, rehearsal: Session) -> None:
    from courses.authoring.lectures import course_of_class

    host = world.people["admin"]
    course_of_class(host, rehearsal.activity, "LIVE-X", "x")
    page = f"/classes/{rehearsal.code}/rehearsal/throw-away/"
    assert signed_in(world.people["host"]).post(page).status_code == 403
    assert Session.objects.filter(pk=rehearsal.pk).exists()


def test_a_rehearsal_has_none_and_an_ended_class_has_none(world: World, rehearsal: Session) -> None:
    def code(session: Session) -> str:
        with pytest.raises(Refusal) as info, transaction.atomic():
            actions.rehearse(session, world.people["host"])
        return info.value.code

    assert code(rehearsal) == "rehearsal_only"
    now = timezone.now()
    Room.objects.filter(pk=world.room.pk).update(state="ended", started_at=now, ended_at=now)
    assert code(world.session) == "class_ended"


def test_what_is_left_over_goes_after_a_week(world: World, rehearsal: Session) -> None:
    assert actions.sweep() == 0
    Session.objects.filter(pk=rehearsal.pk).update(starts_at=timezone.now() - timedelta(days=8))
    make_deck(world, "kept.pdf")
    assert actions.sweep() == 1
    assert list(Activity.objects.all()) == [world.session.activity]
