"""The class of a load test leaves nothing behind and takes nothing with it."""

from __future__ import annotations

import pytest
from django.apps import apps

from courses.activities.queries import audience, classes_for
from liveclass.attendance import actions as attendance
from liveclass.operations import stage
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from members.accounts.models import Member
from members.accounts.queries import active_members
from tests.liveclass.world import World

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    """Rows of every table."""
    return {model.__name__: model._base_manager.count() for model in apps.get_models()}


def actor(made: stage.Stage, member: int) -> Actor:
    room = Room.objects.get(session__code=made.code)
    return Actor(room.pk, made.code, member, "host" if member == made.host else "member")


def hold(world: World, made: stage.Stage) -> None:
    """Use every table a class can fill."""
    from liveclass.chat import actions as chat
    from liveclass.chat.models import Message
    from liveclass.polls import actions as polls
    from liveclass.polls.models import Poll
    from liveclass.questions import actions as questions
    from liveclass.questions.models import Question

    host, one, two = (actor(made, pk) for pk in (made.host, *made.members[:2]))
    world.do(rooms.start_class, host)
    world.run(attendance.enter, one.room_id, [one])
    world.do(chat.post, one, "a line", None)
    line = Message.objects.latest("pk")
    world.do(chat.post, two, "an answer", line.pk)
    world.do(chat.pin, host, line.pk)
    world.do(rooms.raise_hand, two)
    world.do(questions.ask, one, "why?")
    world.do(questions.upvote, two, Question.objects.latest("pk").pk, True)
    world.do(polls.create, host, "which?", ["a", "b"], False, True, True)
    poll = Poll.objects.latest("pk")
    option = poll.options.first()
    assert option is not None
    world.do(polls.cast_vote, one, poll.pk, [option.pk])
    world.run(rooms.set_stream, made.code, "camera", made.host, "s1", 1.0)


def test_nothing_is_left_and_nothing_else_is_gone(world: World) -> None:
    world.start()
    before = counts()
    made = stage.build(3)
    hold(world, made)
    filled = counts()
    grown = {name for name, count in filled.items() if count > before[name]}
    assert {"Message", "VoteChoice", "Upvote", "Hand", "RoomEvent", "Attendance"} <= grown
    stage.remove([made.code])
    assert counts() == before


def test_all_leftovers_go_at_once(world: World) -> None:
    before = counts()
    stage.build(2)
    stage.build(2)
    assert stage.leftovers().level == "warn"
    stage.remove()
    assert counts() == before
    assert stage.leftovers().level == "ok"


def test_real_classes_and_people_are_never_ours(world: World) -> None:
    before = counts()
    assert stage.remove([world.code]) == 0
    with pytest.raises(stage.NotOurs):
        stage.find(world.code)
    alike = {"staff_no": f"{stage.MARK}REAL-0001", "password": "!x"}
    for other in ({"name": "somebody"}, {"name": f"{stage.TITLE} 1", "password": "argon2$x"}):
        named = Member.objects.create(**(alike | other))
        stage.remove()
        assert Member.objects.filter(pk=named.pk).exists(), "somebody real was deleted"
        named.delete()
    assert counts() == before


def test_its_people_are_in_no_audience_and_no_list(world: World) -> None:
    made = stage.build(4)
    activity = world.session.activity
    activity.audience_everyone = True
    activity.save()
    ours = {made.host, *made.members}
    assert len(made.members) == 4
    assert not ours & set(audience(activity).values_list("pk", flat=True))
    assert not ours & set(active_members().values_list("pk", flat=True))
    assert not any(one.code == made.code for one in classes_for(world.people["ann"]))
    with pytest.MonkeyPatch.context() as patched:  # the test's own connection stays open
        patched.setattr(stage.connection, "close", lambda: None)
        stage.open_door(made, is_open=True)
        assert ours <= set(active_members().values_list("pk", flat=True))
        stage.open_door(made, is_open=False)
    host = Member.objects.get(pk=made.host)
    assert not host.has_usable_password()
    assert not host.is_active
