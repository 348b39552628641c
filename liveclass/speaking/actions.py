"""Asking members to speak, and ending it.

Who is asked to speak gets tokens to publish ``speaker-<own id>`` and nothing else
(``rooms.passes``); her page still asks her before it takes a microphone. When it ends, what
she sends ends at once, with the tokens for it; what she watches goes on.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.utils import timezone

from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.rooms import queries
from liveclass.rooms.actions import announce_hands, append_event, command, put_hand_up
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_host, require_not_ended, require_staff
from liveclass.rooms.entry import roles_of
from liveclass.rooms.log import in_transaction
from liveclass.rooms.models import Floor, Hand, Muted, Phase, Room, Speaker
from liveclass.rooms.once import once_after_commit
from members.accounts.models import Member
from realtime import media_control
from realtime.hub import after_commit, hub
from realtime.protocol.events import FloorRuled, MyHand, SpeakersChanged, SpotlightChanged
from realtime.protocol.refusals import Refusal
from realtime.protocol.stage import FloorMode
from realtime.protocol.state import Role

MOST_SPEAKERS = 6
"""As many as the media process takes in one room (``realtime.sfu.speakers``)."""


@command
def invite_speaker(room: Room, actor: Actor, command_id: str, member: int) -> int:
    """Ask a member to speak, or an assistant to lecture beside the host; her hand goes down. Who
    speaks already is no mistake.

    Raises:
        Refusal: ``host_only``; ``class_not_live``, ``class_ended``; ``member_unknown`` for somebody
            who is not here, and for the host; ``speakers_full``.
    """
    require_host(actor)
    require_not_ended(room)
    if room.state != Phase.LIVE:
        raise Refusal("class_not_live")
    role = _role_of(room, member)
    speaking = Speaker.objects.filter(room=room)
    if not speaking.filter(member=member).exists():
        if speaking.count() >= MOST_SPEAKERS:
            raise Refusal("speakers_full")
        Speaker.objects.create(room=room, member_id=member, role=role, since=timezone.now())
    if Hand.objects.filter(room=room, member=member).delete()[0]:
        after_commit(partial(hub.private, actor.room, member, MyHand(up=False)))
        announce_hands(room.pk, actor.room)
    announce(room.pk, actor.room)
    return 0


@command
def ask_to_speak(room: Room, actor: Actor, command_id: str) -> int:
    """Raise a hand; where everyone may speak and there is a place, it is taken at once.

    Raises:
        Refusal: as ``rooms.actions.raise_hand``.
    """
    if room.floor == Floor.EVERYONE and room.state == Phase.LIVE and actor.role == "member":
        speaking = Speaker.objects.filter(room=room)
        if speaking.filter(member=actor.member).exists():
            return 0
        if speaking.count() < MOST_SPEAKERS:
            queries.require_not_removed(room.pk, actor.member)
            Speaker.objects.create(room=room, member_id=actor.member, since=timezone.now())
            announce(room.pk, actor.room)
            return 0
    return put_hand_up(room, actor)


@command
def rule(room: Room, actor: Actor, command_id: str, floor: FloorMode) -> int:
    """Say who of the members may speak from now on. Hands that are up stay, who speaks goes on.

    Raises:
        Refusal: ``staff_only``, ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    if room.floor == floor:
        return 0
    room.floor = floor
    room.save(update_fields=["floor"])
    record(actor, Kind.FLOOR_CHANGED)
    return append_event(room, actor, command_id, lambda seq: FloorRuled(seq=seq, floor=floor))


@command
def end_speaking(room: Room, actor: Actor, command_id: str, member: int | None = None) -> int:
    """Stop speaking, or as staff end another's. Who does not speak is no mistake.

    Raises:
        Refusal: ``staff_only``; ``class_ended``.
    """
    whose = actor.member if member is None else member
    if whose != actor.member:
        require_staff(actor)
    require_not_ended(room)
    if whose == actor.member and _is_held(room, whose):
        # where everyone may speak, her next hand would give her a sound that was taken away
        after_commit(partial(media_control.hush, actor.room, whose))
    elif silence(room, actor.room, whose):
        after_commit(partial(media_control.hush, actor.room, whose))
        if whose != actor.member:
            record(actor, Kind.SPEAKING_ENDED, whose)
    return 0


def _is_held(room: Room, member: int) -> bool:
    held = Speaker.objects.filter(room=room, member=member, muted=Muted.HELD)
    return room.floor == Floor.EVERYONE and held.exists()


@command
def spotlight(room: Room, actor: Actor, command_id: str, member: int | None) -> int:
    """Show somebody who speaks large, whoever is heard; None: whoever is heard again. It ends when
    she speaks no more.

    Raises:
        Refusal: ``staff_only``; ``class_not_live``, ``class_ended``; ``speaker_unknown``.
    """
    require_staff(actor)
    require_not_ended(room)
    if room.state != Phase.LIVE:
        raise Refusal("class_not_live")
    if member is not None and not Speaker.objects.filter(room=room, member=member).exists():
        raise Refusal("speaker_unknown")
    _set_spotlight(room, actor.room, member)
    return 0


def _set_spotlight(room: Room, code: str, member: int | None) -> None:
    if room.spotlight_id == member:
        return
    room.spotlight_id = member
    room.save(update_fields=["spotlight"])
    after_commit(partial(media_control.spotlight, code, member))
    once_after_commit(
        ("spotlight", room.pk),
        lambda: hub.keyed(code, "spotlight", SpotlightChanged(person=queries.spotlight(room.pk))),
    )


def heard(code: str, member: int, published: bool) -> None:
    """Media says that somebody began to send as a speaker, or ended. Who listens waits for the
    first; who may not speak (any more) is silenced.
    """
    if not published:
        return
    with in_transaction():
        room = Room.objects.filter(session__code=code).first()
        if room is None:
            return
        speaker = Speaker.objects.filter(room=room, member=member).first()
        if speaker is not None:
            # a media process that was started again has forgotten whom it must not forward
            if speaker.muted != Muted.NO:
                after_commit(partial(media_control.mute, code, member, True))
            if room.spotlight_id == member:
                after_commit(partial(media_control.spotlight, code, member))
            announce(room.pk, code)
        else:
            after_commit(partial(media_control.hush, code, member))


def silence(room: Room, code: str, member: int) -> bool:
    """Take the right to speak; whether she had it. Her media is ended by the caller."""
    spoke = bool(Speaker.objects.filter(room=room, member=member).delete()[0])
    if spoke:
        announce(room.pk, code)
    if room.spotlight_id == member:
        _set_spotlight(room, code, None)
    return spoke


def silence_all(room: Room, actor: Actor, now: datetime) -> None:
    """Nobody speaks after the end of the class (``rooms.actions.before_ending``)."""
    Speaker.objects.filter(room=room).delete()
    announce(room.pk, actor.room)
    _set_spotlight(room, actor.room, None)


def _role_of(room: Room, member: int) -> Role:
    """What somebody is who may be asked to speak."""
    person = Member.objects.filter(pk=member).first()
    role = roles_of(room, [member]).get(member) if person else None
    if role not in ("member", "assistant"):
        raise Refusal("member_unknown")
    queries.require_not_removed(room.pk, member)
    return role


def announce(room_id: int, code: str) -> None:
    """Tell everybody who may speak, after the commit."""

    def tell() -> None:
        hub.keyed(code, "speakers", SpeakersChanged(speakers=queries.speakers(room_id)))

    once_after_commit(("speakers", room_id), tell)
