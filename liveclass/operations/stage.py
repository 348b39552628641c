"""The class of a load test: people nobody is, in a class nobody sees, removed when it is over.

Every person made here has a staff number that begins with ``LOADTEST-``, a name that says the same
and no password. She is active only while a test runs, because the door asks for it again and again.
They have a department of their own, for which the class is meant. A class is ours when its lecturer
*and* whoever scheduled it are such people; nothing else is ever deleted.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities.models import Activity, Attendance, Segment, Session
from liveclass.chat.models import Message
from liveclass.operations.finding import Finding, ok, warn
from liveclass.polls.models import Option, Poll, Vote, VoteChoice
from liveclass.questions.models import Question, Upvote
from liveclass.rooms.actions import schedule_class
from liveclass.rooms.models import Hand, Participation, Room, RoomEvent, StageStream
from members.accounts.actions import set_active
from members.accounts.models import Member
from members.units.actions import create_unit
from members.units.models import Unit, UnitKind

MARK = "LOADTEST-"
UNIT = "loadtest-"
TITLE = "[load test] 压力测试"
MINUTES = 60
CHUNK = 500


class NotOurs(Exception):
    """The class was not made by a load test: it is not touched."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A prepared class: its code, who holds it, and everybody else."""

    code: str
    host: int
    members: tuple[int, ...]


def build(members: int) -> Stage:
    """Make a class for ``members`` people beside its host."""
    run = secrets.token_hex(3).upper()
    with transaction.atomic():
        unit = create_unit(UnitKind.DEPARTMENT, f"{UNIT}{run.lower()}", TITLE, TITLE)
        people = [_person(run, number, unit) for number in range(members + 1)]
        Member.objects.bulk_create(people, batch_size=CHUNK)
        host = Member.objects.get(staff_no=people[0].staff_no)
        session = schedule_class(
            created_by=host,
            title=f"{TITLE} {run}",
            starts_at=timezone.now(),
            minutes=MINUTES,
            lecturer=host,
            audience_units=[unit],
        )
    return find(session.code)


def find(code: str) -> Stage:
    """The prepared class ``code``.

    Raises:
        NotOurs: it does not exist, or was not made by a load test.
    """
    session = sessions().filter(code=code).select_related("activity").first()
    if session is None:
        raise NotOurs(code)
    host = session.activity.lecturer
    same_run = host.staff_no.rsplit("-", 1)[0] + "-"
    ids = marked().filter(staff_no__startswith=same_run).exclude(pk=host.pk)
    return Stage(code, host.pk, tuple(ids.order_by("staff_no").values_list("pk", flat=True)))


def open_door(stage: Stage, *, is_open: bool) -> None:
    """Whether the people of ``stage`` may be in the room. Runs on a thread of its own."""
    try:
        ids = [stage.host, *stage.members]
        for first in range(0, len(ids), CHUNK):
            portion = marked().filter(pk__in=ids[first : first + CHUNK])
            set_active(portion.values_list("pk", flat=True), active=is_open)
    finally:
        connection.close()


def marked() -> QuerySet[Member]:
    """People made by load tests; somebody who may sign in is never one."""
    unable = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}
    return Member.objects.filter(staff_no__startswith=MARK, name__startswith=TITLE, **unable)


def sessions() -> QuerySet[Session]:
    """Classes made by load tests."""
    ours = marked().values("pk")
    return Session.objects.filter(activity__lecturer__in=ours, activity__created_by__in=ours)


def stored(stage: Stage) -> tuple[int, int]:
    """Chat lines and votes that the database holds of this class."""
    room = Room.objects.get(session__code=stage.code)
    votes = Vote.objects.filter(poll__room=room).count()
    return Message.objects.filter(room=room).count(), votes


def remove(codes: list[str] | None = None) -> int:
    """Delete the classes ``codes`` (None: all that load tests left) with everybody in them.

    Returns how many rows were deleted; classes that are not ours are passed over.
    """
    chosen = sessions() if codes is None else sessions().filter(code__in=codes)
    activities = list(chosen.values_list("activity", flat=True))
    hosts = Member.objects.filter(activities_taught__in=activities)
    runs = [number.rsplit("-", 1)[0] + "-" for number in hosts.values_list("staff_no", flat=True)]
    removed = sum(_delete(rows) for rows in _rows(activities))
    if codes is None:
        return removed + _delete_people(marked())
    if not runs:
        return removed
    of_runs = Q()
    for run in runs:
        of_runs |= Q(staff_no__startswith=run)
    return removed + _delete_people(marked().filter(of_runs))


def leftovers() -> Finding:
    """Whether a load test that was killed left something behind."""
    try:
        people = marked().count()
    except DatabaseError:
        return ok("load tests", _("Not known without a database."))
    if people:
        return warn(
            "load tests",
            _("%(count)s people of a load test are still there.") % {"count": people},
            _("Run `manage.py loadtest --remove` when none is running."),
        )
    return ok("load tests", _("None left anything behind."))


def _person(run: str, number: int, unit: Unit) -> Member:
    return Member(
        staff_no=f"{MARK}{run}-{number:04d}",
        name=f"{TITLE} {number:04d}",
        name_latin=f"Load test {number:04d}",
        department=unit,
        is_active=False,
        password=make_password(None),
    )


def _rows(activities: list[int]) -> Iterator[QuerySet[Any]]:
    """Everything that hangs on these classes, in an order in which nothing is missed by others."""
    rooms = Room.objects.filter(session__activity__in=activities)
    held = Session.objects.filter(activity__in=activities)
    Message.objects.filter(room__in=rooms).update(reply_to=None)
    yield from (
        VoteChoice.objects.filter(vote__poll__room__in=rooms),
        Vote.objects.filter(poll__room__in=rooms),
        Option.objects.filter(poll__room__in=rooms),
        Poll.objects.filter(room__in=rooms),
        Upvote.objects.filter(question__room__in=rooms),
        Question.objects.filter(room__in=rooms),
        Message.objects.filter(room__in=rooms),
        Hand.objects.filter(room__in=rooms),
        StageStream.objects.filter(room__in=rooms),
        RoomEvent.objects.filter(room__in=rooms),
        Participation.objects.filter(room__in=rooms),
        rooms,
        Attendance.objects.filter(session__in=held),
        held,
        Segment.objects.filter(activity__in=activities),
        Activity.objects.filter(pk__in=activities),
    )


def _delete(rows: QuerySet[Any]) -> int:
    """In a transaction of its own: the web process wants to write too."""
    return rows.delete()[0]


def _delete_people(people: QuerySet[Member]) -> int:
    """In portions: whoever has anything that counts elsewhere is protected by the database."""
    keys = list(people.values_list("pk", flat=True))
    removed = sum(
        Member.objects.filter(pk__in=keys[first : first + CHUNK]).delete()[0]
        for first in range(0, len(keys), CHUNK)
    )
    empty = Unit.objects.filter(code__startswith=UNIT, name_zh=TITLE, staff__isnull=True)
    return removed + empty.delete()[0]
