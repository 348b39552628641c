"""The lobby and the lock: asking to be let in, letting people in, and saying who waits."""

from __future__ import annotations

import logging
from functools import partial

from django.utils import timezone

from courses.activities.models import Session
from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.admission import queries
from liveclass.rooms.actions import command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Entrant, Phase, Room
from liveclass.rooms.once import once_after_commit
from liveclass.rooms.text import clean_text
from members.accounts.models import Member
from realtime.hub import after_commit, hub
from realtime.protocol.admission import LOBBY_CHARS, AdmissionChanged, LobbyMode
from realtime.protocol.refusals import Refusal

logger = logging.getLogger(__name__)

MOST_WAITING = 2000
"""People who may wait in one lobby; one more is asked to come again."""

_LOBBY_ACTS = {
    "off": Kind.LOBBY_OFF,
    "audience": Kind.LOBBY_AUDIENCE,
    "others": Kind.LOBBY_OTHERS,
}


# ---- what host and assistants do


@command
def set_lobby(room: Room, actor: Actor, command_id: str, lobby: LobbyMode) -> int:
    """Say who waits from now on; who is in stays in. The same again is no mistake.

    Raises:
        Refusal: ``staff_only``, ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    if room.lobby != lobby:
        room.lobby = lobby
        room.save(update_fields=["lobby"])
        # Whoever still has to wait asks again by herself within seconds.
        queries.waiting(room.pk).delete()
        record(actor, _LOBBY_ACTS[lobby])
        _log(f"the lobby is {lobby}", actor)
    announce(room.pk, actor.room)
    return 0


@command
def say_in_lobby(room: Room, actor: Actor, command_id: str, text: str) -> int:
    """Show those who wait a message; an empty one takes it away.

    Raises:
        Refusal: ``staff_only``, ``class_ended``, ``text_too_long``.
    """
    require_staff(actor)
    require_not_ended(room)
    said = clean_text(text, LOBBY_CHARS) if text.strip() else ""
    if room.lobby_message != said:
        room.lobby_message = said
        room.save(update_fields=["lobby_message"])
        record(actor, Kind.LOBBY_SAID)
    announce(room.pk, actor.room)
    return 0


@command
def lock(room: Room, actor: Actor, command_id: str, on: bool) -> int:
    """Let nobody new in, or again let in who may come. Who was in may return.

    Raises:
        Refusal: ``staff_only``, ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    if room.locked != on:
        room.locked = on
        room.save(update_fields=["locked"])
        record(actor, Kind.LOCKED if on else Kind.UNLOCKED)
        _log("the room is locked" if on else "the room is open", actor)
    announce(room.pk, actor.room)
    return 0


@command
def let_in(room: Room, actor: Actor, command_id: str, member: int | None = None) -> int:
    """Let in somebody who waits, or all. Who was let in already is no mistake.

    Raises:
        Refusal: ``staff_only``, ``class_ended``; ``member_unknown`` for somebody who never asked.
    """
    require_staff(actor)
    require_not_ended(room)
    if member is not None and not Entrant.objects.filter(room=room, member=member).exists():
        raise Refusal("member_unknown")
    rows = queries.waiting(room.pk)
    chosen = rows if member is None else rows.filter(member=member)
    people = chosen.update(admitted_at=timezone.now(), admitted_by=actor.member)
    if people and member is None:
        record(actor, Kind.ADMITTED_ALL, people=people)
    elif people:
        record(actor, Kind.ADMITTED, member)
    announce(room.pk, actor.room)
    return 0


def _log(what: str, actor: Actor) -> None:
    extra = {"to_room": actor.room, "by": actor.member}
    after_commit(partial(logger.info, what, extra=extra))


def choose_lobby(session: Session, member: Member, lobby: str) -> None:
    """The setting of a class, by somebody who may change it. Before the class it is a plan and no
    act; while it is held, it is written down like every other."""
    with in_transaction():
        room = lock_room(session.room.pk)
        if room.lobby == lobby or room.state == Phase.ENDED:
            return
        room.lobby = lobby
        room.save(update_fields=["lobby"])
        queries.waiting(room.pk).delete()
        if room.state == Phase.LIVE:
            actor = Actor(room.pk, session.code, member.pk, "assistant")
            record(actor, _LOBBY_ACTS[lobby])
        announce(room.pk, session.code)


# ---- what people at the door do


def knock(room_id: int, code: str, member: Member) -> None:
    """Ask to be let in; keeps the place of who asked already. Call it for somebody whom
    ``rooms.queries.admit`` refused with ``lobby``.

    Raises:
        Refusal: ``lobby_full``.
    """
    with in_transaction():
        room = lock_room(room_id)
        if room.state == Phase.ENDED or Entrant.objects.filter(room=room, member=member).exists():
            return
        if queries.waiting(room.pk).count() >= MOST_WAITING:
            raise Refusal("lobby_full")
        Entrant.objects.create(room=room, member=member, asked_at=timezone.now())
        announce(room.pk, code)


def walk_away(room_id: int, code: str, member: Member) -> None:
    """Wait no longer. Who was let in meanwhile stays let in."""
    with in_transaction():
        gone, _ = queries.waiting(room_id).filter(member=member).delete()
        if gone:
            announce(room_id, code)


def announce(room_id: int, code: str) -> None:
    """Tell host and assistants how people come in, after the commit."""

    def tell() -> None:
        found = queries.admission(Room.objects.get(pk=room_id))
        hub.keyed(code, "admission", AdmissionChanged(admission=found), to="staff")

    once_after_commit(("admission", room_id), tell)
