"""Beginning a rehearsal and throwing it away, with everything that was said and shown in it.

A rehearsal is a class of its own whose audience is nobody: so every door of the room is closed to
members by the rules that hold anyway, and nothing needs a second rule. It earns no hours, is in
nobody's list, reminds nobody and is not recorded.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.lectern.store import forget
from liveclass.rehearsals.purge import purge
from liveclass.rooms.actions import end_class, schedule_class
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended
from liveclass.rooms.models import Phase, Room
from liveclass.slides.models import Deck
from liveclass.tray.actions import copy
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal

KEPT = timedelta(days=7)
"""Then a rehearsal nobody threw away is thrown away."""
MOST_SWEPT = 50


@transaction.atomic
def rehearse(session: Session, by: Member) -> Session:
    """The rehearsal of ``session``: the one that is there, or a new one with its prepared polls.

    Raises:
        Refusal: ``staff_only``; ``class_ended``; ``rehearsal_only`` for a rehearsal of a rehearsal.
    """
    _require_staff(session, by)
    # The lock lets the second of two presses find what the first has made.
    room = Room.objects.select_for_update().get(session=session)
    require_not_ended(room)
    if session.rehearses_id is not None:
        raise Refusal("rehearsal_only")
    if (found := current(session)) is not None:
        return found
    activity = session.activity
    made = schedule_class(
        created_by=by,
        title=activity.title,
        starts_at=timezone.now(),
        minutes=session.minutes,
        lecturer=activity.lecturer,
        assistants=list(activity.assistants.all()),
    )
    Session.objects.filter(pk=made.pk).update(rehearses=session)
    actor = Actor(made.room.pk, made.code, by.pk, role_in(made, by) or "assistant")
    copy(actor, str(uuid4()), room.pk)
    made.refresh_from_db()
    return made


def current(session: Session) -> Session | None:
    """The rehearsal of ``session`` that was not thrown away."""
    rows = Session.objects.select_related("room").filter(rehearses=session)
    return rows.order_by("-pk").first()


@transaction.atomic
def throw_away(session: Session, by: Member) -> None:
    """Drop a rehearsal for good: rows and files. One that runs is ended for everybody first.

    Raises:
        Refusal: ``staff_only``; ``rehearsal_only``: this is a class, and a class is kept.
    """
    _require_staff(session, by)
    _drop(session)


def _drop(session: Session) -> None:
    if session.rehearses_id is None:
        raise Refusal("rehearsal_only")
    room = Room.objects.select_for_update().get(session=session)
    if room.state == Phase.LIVE:
        host = Actor(room.pk, session.code, session.activity.lecturer_id, "host")
        end_class(host, str(uuid4()))
    decks = list(Deck.objects.filter(room=room).values_list("folder", flat=True))
    code = session.code
    purge(session)
    transaction.on_commit(lambda: _forget_files(code, decks))


def _forget_files(code: str, decks: Sequence[object]) -> None:
    for folder in decks:
        forget(folder)
    shutil.rmtree(settings.MEDIA_RECORDINGS / code, ignore_errors=True)


def sweep() -> int:
    """Throw away what was left over; answers how many."""
    old = Session.objects.filter(
        rehearses__isnull=False, starts_at__lt=timezone.now() - KEPT
    ).order_by("pk")
    found = list(old.select_related("activity")[:MOST_SWEPT])
    for one in found:
        with transaction.atomic():
            _drop(one)
    return len(found)


def _require_staff(session: Session, by: Member) -> None:
    if role_in(session, by) not in ("host", "assistant"):
        raise Refusal("staff_only")
