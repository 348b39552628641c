"""Putting off the start of a class by some minutes, and telling everybody for whom it is meant."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.lateness.models import Delay
from liveclass.lateness.queries import announced, may_be_late
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.models import Room
from realtime.jobs import task
from realtime.protocol.lateness import ClassMoved
from realtime.protocol.refusals import Refusal

MINUTES = (5, 10, 15, 20, 30)
"""By how much one may put off at once."""
LONGEST = timedelta(hours=2)
"""All delays of a class together: beyond that another time is fixed in its form."""


@command
def put_off(room: Room, actor: Actor, command_id: str, minutes: int) -> int:
    """The class begins ``minutes`` later than planned; than now, when it is late already.

    The start moves, what was announced stays in the history, calendars learn of it (revision), the
    waiting room at once and everybody else by e-mail.

    Raises:
        Refusal: ``staff_only``; ``class_ended``; ``not_late``: it runs already, or is far away;
            ``delay_limit``: unknown minutes, or more than ``LONGEST`` together.
    """
    require_staff(actor)
    require_not_ended(room)
    session, now = room.session, timezone.now()
    # ``lock_room`` loads the session too, so what is compared here is what is written.
    if not may_be_late(Session.objects.select_related("room").get(pk=session.pk), now):
        raise Refusal("not_late")
    before = session.starts_at
    first = announced([session.pk]).get(session.pk, before)
    after = max(before, now.replace(second=0, microsecond=0)) + timedelta(minutes=minutes)
    if minutes not in MINUTES or after - first > LONGEST:
        raise Refusal("delay_limit")
    delay = Delay.objects.create(
        session=session, by_id=actor.member, before=before, after=after, at=now
    )
    changes = {"starts_at": after, "revision": F("revision") + 1}
    Session.objects.filter(pk=session.pk).update(**changes)
    tell_people.enqueue_after_commit(delay.pk)
    moved = unix(after)
    return append_event(room, actor, command_id, lambda seq: ClassMoved(seq=seq, starts_at=moved))


@task
def tell_people(delay: int) -> None:
    """Queue one letter for everybody with an address; the reminder of the new time is spared."""
    from liveclass.lateness import letters

    for member in letters.readers(delay):
        tell.enqueue(delay, member)


@task
def tell(delay: int, member: int) -> None:
    """Send one person the letter of one delay."""
    from liveclass.lateness import letters

    letters.send(delay, member)
