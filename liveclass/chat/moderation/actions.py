"""Setting the pace of a chat, and taking somebody's writing away. Every act is written down."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from courses.activities.queries import role_in
from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.chat import queries
from liveclass.chat.models import Silence
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.models import Participation, Room
from liveclass.rooms.once import once_after_commit
from members.accounts.models import Member
from realtime.hub import after_commit, hub
from realtime.protocol.events import ChatRuled, MyChat, SilentChanged
from realtime.protocol.refusals import Refusal


@command
def rule(room: Room, actor: Actor, command_id: str, slow: int | None, closed: bool | None) -> int:
    """Let members write one line in ``slow`` seconds, or with ``closed`` none; None: as before, so
    that two switches pressed one after the other do not undo each other.

    Raises:
        Refusal: ``staff_only``, ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    slow = room.chat_slow if slow is None else slow
    closed = room.chat_closed if closed is None else closed
    if (room.chat_slow, room.chat_closed) == (slow, closed):
        return 0
    if room.chat_closed != closed:
        record(actor, Kind.CHAT_CLOSED if closed else Kind.CHAT_OPENED)
    if room.chat_slow != slow:
        record(actor, Kind.CHAT_SLOWED)
    room.chat_slow, room.chat_closed = slow, closed
    room.save(update_fields=["chat_slow", "chat_closed"])
    rules = queries.rules(room)
    return append_event(room, actor, command_id, lambda seq: ChatRuled(seq=seq, rules=rules))


@command
def mute(room: Room, actor: Actor, command_id: str, member: int, on: bool) -> int:
    """Take a member's writing away, or give it back. She and the staff are told, nobody else; what
    she asks and whispers is not touched.

    Raises:
        Refusal: ``staff_only``, ``class_ended``; ``host_only`` for one of the staff;
            ``member_unknown`` for somebody who was never here.
    """
    require_staff(actor)
    require_not_ended(room)
    person = Member.objects.filter(pk=member).first()
    if person is None or not Participation.objects.filter(room=room, member=member).exists():
        raise Refusal("member_unknown")
    if role_in(room.session, person) in ("host", "assistant"):
        raise Refusal("host_only")
    rows = Silence.objects.filter(room=room, member=member)
    if rows.exists() == on:
        return 0
    if on:
        Silence.objects.create(room=room, member=person, since=timezone.now())
    else:
        rows.delete()
    record(actor, Kind.CHAT_MUTED if on else Kind.CHAT_UNMUTED, member)
    after_commit(partial(hub.private, actor.room, member, MyChat(muted=on)))
    _announce(room.pk, actor.room)
    return 0


def _announce(room_id: int, code: str) -> None:
    """Tell host and assistants whose writing was taken away, after the commit."""

    def tell() -> None:
        hub.keyed(code, "silent", SilentChanged(people=queries.silent(room_id)), to="staff")

    once_after_commit(("silent", room_id), tell)
