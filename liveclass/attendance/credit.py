"""When a class ends, its hours are counted: soon, by the worker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.activities import actions as activities
from courses.activities.credit import count
from courses.activities.models import Session
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from realtime.jobs import task


@task
def count_class(session: int) -> None:
    """Write the hours of everybody who attended enough of one class."""
    found = Session.objects.select_related("activity__lecturer").filter(pk=session).first()
    if found is not None:
        count(found)


def settle_hours(room: Room, actor: Actor, now: datetime) -> None:
    """In the transaction that ends the class: note when it was held, and queue the counting."""
    activities.close_session(room.session_id, room.started_at or now, now)
    session = room.session_id
    # Robust: the class has ended whether or not the queue answers; a job that was lost is made up
    # for within a minute (``jobs.count_ended_classes``).
    transaction.on_commit(lambda: count_class.enqueue(session), robust=True)
