"""Asked to speak and ended: who may ask whom, what she gets by it, and who hears of it."""

from __future__ import annotations

import pytest
from django.conf import settings

from liveclass.removal import actions as removal
from liveclass.rooms import actions as rooms
from liveclass.rooms.models import Hand, Speaker
from liveclass.rooms.passes import issue_ticket
from liveclass.snapshot import room_state
from liveclass.speaking import actions as speaking
from realtime import media_control
from realtime.protocol.events import HandsChanged, MyHand, SpeakersChanged
from realtime.sfu.speakers import MOST
from realtime.tickets import MediaToken, verify
from tests.liveclass.world import World, make_member, refused


@pytest.fixture(autouse=True)
def hushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Whose speaking was ended; what they watch goes on."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(media_control, "hush", lambda code, member: found.append((code, member)))
    return found


@pytest.fixture(autouse=True)
def expelled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Whose media was ended."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(media_control, "expel", lambda code, member: found.append((code, member)))
    return found


def speak_token(world: World, name: str) -> MediaToken | None:
    """The token of ``name`` to speak with, if she is given one."""
    text = issue_ticket(world.session, world.people[name])["media"]["speak"]
    return verify(text, MediaToken, settings.MEDIA_SECRET.encode(), 0) if text else None


def test_the_host_asks_a_raised_hand_and_it_goes_down(world: World) -> None:
    world.start()
    world.do(rooms.raise_hand, world.ann)
    world.heard.clear()
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    assert not Hand.objects.exists()
    [told] = world.events(SpeakersChanged)
    assert [one.person.name for one in told.speakers] == ["ann"]
    assert world.events(HandsChanged)[-1].hands == []
    assert [(one.member, one.event) for one in world.heard if isinstance(one.event, MyHand)] == [
        (world.ann.member, MyHand(up=False))
    ]
    assert [one.person.name for one in room_state(world.bob).speakers] == ["ann"]


def test_only_who_was_asked_gets_a_token_and_it_allows_to_speak_only(world: World) -> None:
    world.start()
    assert speak_token(world, "ann") is None
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    token = speak_token(world, "ann")
    assert token is not None
    assert (token.act, token.member, token.room) == ("speak", world.ann.member, world.code)
    assert speak_token(world, "bob") is None
    passes = issue_ticket(world.session, world.people["ann"])["media"]
    assert passes["publish"] is None


def test_who_may_ask_and_who_may_end(
    world: World, hushed: list[tuple[str, int]], expelled: list[tuple[str, int]]
) -> None:
    world.start()
    for actor in (world.assistant, world.ann, world.bob):
        assert refused(world, speaking.invite_speaker, actor, world.ann.member) == "host_only"
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    assert refused(world, speaking.end_speaking, world.bob, world.ann.member) == "staff_only"
    assert hushed == []
    world.do(speaking.end_speaking, world.assistant, world.ann.member)
    assert hushed == [(world.code, world.ann.member)]
    assert expelled == [], "she goes on watching"
    assert speak_token(world, "ann") is None
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    world.do(speaking.end_speaking, world.ann)
    assert len(hushed) == 2
    world.do(speaking.end_speaking, world.ann)
    assert len(hushed) == 2, "who does not speak is not sent away"


def test_nobody_is_asked_who_is_not_here_or_holds_the_class(world: World) -> None:
    world.start()
    unknown = (world.stranger.pk, world.host.member, 10**9)
    for member in unknown:
        assert refused(world, speaking.invite_speaker, world.host, member) == "member_unknown"
    world.do(removal.remove_member, world.host, world.ann.member)
    assert refused(world, speaking.invite_speaker, world.host, world.ann.member) == "removed"
    assert not Speaker.objects.exists()


def test_speaking_is_for_the_time_of_the_class(world: World) -> None:
    ask = speaking.invite_speaker
    assert refused(world, ask, world.host, world.ann.member) == "class_not_live"
    world.start()
    world.do(ask, world.host, world.ann.member)
    world.end()
    assert refused(world, ask, world.host, world.ann.member) == "class_ended"
    assert not Speaker.objects.exists()
    assert room_state(world.bob).speakers == []
    assert speak_token(world, "ann") is None


def test_at_most_six_speak_as_media_has_it_and_asking_twice_is_no_mistake(world: World) -> None:
    assert speaking.MOST_SPEAKERS == MOST
    world.start()
    crew = world.people["ann"].department
    members = [make_member(f"m{n}", crew).pk for n in range(MOST + 1)]
    for member in [*members[:MOST], members[0]]:
        world.do(speaking.invite_speaker, world.host, member)
    assert refused(world, speaking.invite_speaker, world.host, members[MOST]) == "speakers_full"
    world.do(speaking.end_speaking, world.host, members[2])
    world.do(speaking.invite_speaker, world.host, members[MOST])
    assert Speaker.objects.count() == MOST


def test_who_begins_to_send_is_announced_and_who_may_not_is_silenced(
    world: World, hushed: list[tuple[str, int]]
) -> None:
    world.start()
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    world.heard.clear()
    with world.capture(execute=True):
        speaking.heard(world.code, world.ann.member, published=True)
    assert len(world.events(SpeakersChanged)) == 1, "listeners need not wait for their next attempt"
    with world.capture(execute=True):
        speaking.heard(world.code, world.ann.member, published=False)
        speaking.heard("nowhere", world.ann.member, published=True)
    assert (len(world.events(SpeakersChanged)), hushed) == (1, [])
    with world.capture(execute=True):
        speaking.heard(world.code, world.bob.member, published=True)
    assert hushed == [(world.code, world.bob.member)]


def test_who_is_sent_out_speaks_no_more(world: World, expelled: list[tuple[str, int]]) -> None:
    world.start()
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    world.heard.clear()
    world.do(removal.remove_member, world.host, world.ann.member)
    assert world.events(SpeakersChanged) == [SpeakersChanged(speakers=[])]
    assert expelled == [(world.code, world.ann.member)]
    world.do(removal.readmit_member, world.host, world.ann.member)
    assert speak_token(world, "ann") is None
