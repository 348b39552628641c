"""Loads the demo: people, classes around now, and a class that was held yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from courses.activities.actions import change_class
from courses.activities.models import Session
from courses.credits.sealing import seal
from liveclass.demo import classes
from liveclass.demo.assigned import load_assignments
from liveclass.demo.away import load_absences
from liveclass.demo.catalog import load_courses
from liveclass.demo.classes import DemoClass
from liveclass.demo.clock import borrowed
from liveclass.demo.exam import load_exam
from liveclass.demo.hours import load_hours
from liveclass.demo.lesson import load_lesson
from liveclass.demo.slides import write_slides
from liveclass.demo.story import hold
from liveclass.polls import actions as polls
from liveclass.rooms.actions import schedule_class
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Phase
from members.accounts.actions import load_demo_people
from members.accounts.models import Member
from members.units.models import Unit
from members.units.queries import organisation


@dataclass(frozen=True)
class Loaded:
    """What the command prints: the first slide, and the class that can be started now."""

    slides: Path
    now: Session


@transaction.atomic
def load(password: str, data_dir: Path) -> Loaded:
    """Everything, all accounts with ``password``. Loading again adds nothing twice."""
    people = {person.staff_no: person for person in load_demo_people(password)}
    zone = ZoneInfo(organisation().zone)
    now = timezone.localtime(timezone.now(), zone)
    for demo in classes.ALL:
        if _find(demo) is None:
            _schedule(demo, people, now)
    bring_to_today(now)
    session, held = _find(classes.NOW), _find(classes.YESTERDAY)
    if session is None or held is None:
        raise LookupError(classes.NOW.code)
    load_hours(people, now, zone, held)
    load_absences(people, session)
    bank = load_exam(people["1005"], now)
    load_courses(people)
    load_assignments(people, now.date())
    load_lesson(people, bank)
    seal()
    return Loaded(write_slides(data_dir / "demo" / "slides"), session)


def bring_to_today(now: datetime) -> None:
    """Move demo classes whose time passed without anybody starting them to today again.

    One that was held stays as it was; the class to try is then scheduled anew.
    """
    for demo in classes.ALL:
        session = _find(demo)
        if session is None or session.room.state != Phase.SCHEDULED:
            continue
        if session.starts_at + timedelta(minutes=session.minutes) <= now:
            change_class(session, starts_at=classes.starts_at(demo, now))


def _find(demo: DemoClass) -> Session | None:
    """The newest session of a demo class; of the class to try, one that is not over."""
    found = Session.objects.select_related("room", "activity__lecturer").filter(
        activity__title=demo.title, activity__lecturer__staff_no=demo.lecturer
    )
    if demo is classes.NOW:
        found = found.exclude(room__state=Phase.ENDED)
    return found.order_by("-pk").first()


def _schedule(demo: DemoClass, people: dict[str, Member], now: datetime) -> Session:
    starts_at = classes.starts_at(demo, now)
    with borrowed(min(now, starts_at - timedelta(days=1))):
        session = schedule_class(
            created_by=people[demo.lecturer],
            title=demo.title,
            description=demo.description,
            starts_at=starts_at,
            minutes=demo.minutes,
            lecturer=people[demo.lecturer],
            assistants=[people[number] for number in demo.assistants],
            audience_everyone=demo.everyone,
            credit_kind=demo.kind,
            recording=demo.recording,
            audience_units=[Unit.objects.get(code=code) for code in demo.units],
        )
        _take_code(session, demo.code)
        _prepare_polls(session, demo)
    if demo is classes.YESTERDAY:
        hold(session, people, starts_at)
    return session


def _take_code(session: Session, code: str) -> None:
    """A code that can be written into a README, unless an earlier class has it already."""
    if not Session.objects.filter(code=code).exists():
        session.code = code
        session.save(update_fields=["code"])


def _prepare_polls(session: Session, demo: DemoClass) -> None:
    host = Actor(session.room.pk, session.code, session.activity.lecturer_id, "host")
    for number, poll in enumerate(demo.polls):
        polls.write(host, f"prepared-{number:04d}", poll.plan, False)
