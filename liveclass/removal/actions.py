"""Sending somebody out of a class, and letting her in again.

Who is sent out leaves at once, with all her pages and all she sends and watches, and is not
admitted again by reloading, by another sign-in or with a ticket or key from before: every door asks
(``rooms.queries.admit``). Only the host opens it for her again.
"""

from __future__ import annotations

import logging
from functools import partial

from django.utils import timezone

from courses.activities import actions as activities
from courses.activities.queries import role_in
from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.admission.actions import announce as announce_admission
from liveclass.rooms import queries
from liveclass.rooms.actions import announce_hands, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_host, require_staff
from liveclass.rooms.models import Entrant, Hand, Participation, Room
from liveclass.rooms.once import once_after_commit
from liveclass.speaking.actions import silence
from members.accounts.models import Member
from realtime import media_control
from realtime.hub import after_commit, hub
from realtime.protocol.events import MyHand, RemovedChanged
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import Role

logger = logging.getLogger(__name__)


@command
def remove_member(room: Room, actor: Actor, command_id: str, member: int) -> int:
    """Send somebody out until the host lets her in again. Assistants remove members, the host
    anybody but herself.

    Raises:
        Refusal: ``staff_only``; ``host_only`` for an assistant who would remove staff, and for the
            host herself; ``member_unknown`` for somebody who could not be here anyway.
    """
    require_staff(actor)
    role = _role_of(room, member)
    if role == "host" or (role == "assistant" and not actor.is_host):
        raise Refusal("host_only")
    now = timezone.now()
    gone = {"removed_at": now, "removed_by_id": actor.member}
    Participation.objects.update_or_create(
        room=room,
        member_id=member,
        defaults=gone,
        create_defaults={"role": role, "first_seen": now, "last_seen": now, **gone},
    )
    Hand.objects.filter(room=room, member=member).delete()
    _forget_knock(room, actor.room, member)
    record(actor, Kind.REMOVED, member)
    silence(room, actor.room, member)
    activities.close_intervals(room.session_id, [member], now)
    after_commit(partial(hub.private, actor.room, member, MyHand(up=False)))
    announce_hands(room.pk, actor.room)
    _announce(room.pk, actor.room)
    after_commit(partial(hub.kick, actor.room, member, "removed"))
    after_commit(partial(media_control.expel, actor.room, member))
    _log("a member was removed", actor, member)
    return 0


@command
def readmit_member(room: Room, actor: Actor, command_id: str, member: int) -> int:
    """Let somebody in again who was sent out; she comes back by herself. Who was not sent out, or
    was let in already, is no mistake.

    Raises:
        Refusal: ``host_only``.
    """
    require_host(actor)
    sent_out = Participation.objects.filter(room=room, member=member, removed_at__isnull=False)
    if sent_out.update(removed_at=None, removed_by=None):
        record(actor, Kind.READMITTED, member)
        _log("a member was let in again", actor, member)
    _announce(room.pk, actor.room)
    return 0


def _forget_knock(room: Room, code: str, member: int) -> None:
    """She does not wait any more; whom the staff had let in may come again once readmitted."""
    waits = Entrant.objects.filter(room=room, member=member, admitted_at__isnull=True)
    if waits.delete()[0]:
        announce_admission(room.pk, code)


def _role_of(room: Room, member: int) -> Role:
    """What ``member`` is here now, or was when she came."""
    person = Member.objects.filter(pk=member).first()
    role = role_in(room.session, person) if person else None
    known = any(
        rows.objects.filter(room=room, member=member).exists() for rows in (Participation, Entrant)
    )
    if role is None and not known:
        raise Refusal("member_unknown")
    return role or "member"


def _announce(room_id: int, code: str) -> None:
    """Tell host and assistants who is out, after the commit."""

    def tell() -> None:
        people = queries.removed_people(room_id)
        hub.keyed(code, "removed", RemovedChanged(people=people), to="staff")

    once_after_commit(("removed", room_id), tell)


def _log(what: str, actor: Actor, member: int) -> None:
    extra = {"to_room": actor.room, "who": member, "by": actor.member}
    after_commit(partial(logger.info, what, extra=extra))
