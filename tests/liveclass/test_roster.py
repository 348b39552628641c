"""A session held in a place: planned, marked person by person and part by part, counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from courses.activities import roster as rules
from courses.activities.actions import schedule_class
from courses.activities.models import Attendance, Segment, Session
from courses.catalog.models import Course, Lesson, Section
from courses.completion.actions import enrol
from courses.completion.models import Completion
from courses.credits.models import CreditEntry
from tests.people import People, people, signed_in

__all__ = ["people"]
pytestmark = pytest.mark.django_db
AGO = timedelta(hours=3)


@pytest.fixture
def session(people: People) -> Session:
    """Held this morning for crew 1, two parts."""
    made = schedule_class(
        created_by=people.host, title="消防演练", starts_at=timezone.now() - AGO, minutes=60,
        lecturer=people.host, assistants=[people.assistant], audience_units=[people.crew],
        online=False, place="三号厂房", credit_kind="practice",
    )  # fmt: skip
    Segment.objects.create(
        activity=made.activity, order=2, title="灭火器", minutes=30, credit_kind="safety"
    )
    Session.objects.filter(pk=made.pk).update(minutes=90)
    made.refresh_from_db()
    return made


@pytest.fixture
def at_noon() -> Iterator[datetime]:
    """It is noon where the organisation is: the day does not end while a test looks at it."""
    noon = timezone.localtime(timezone=ZoneInfo("Asia/Shanghai")).replace(hour=12, minute=0)
    with time_machine.travel(noon):
        yield noon


def form(session: Session, **fields: Any) -> dict[str, Any]:
    began, ended = rules.held(session)
    local = {"began": _local(began), "ended": _local(ended)}
    return {**local, "staff_no": "", "added": "", **fields}


def _local(at: datetime) -> str:
    return timezone.localtime(at, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")


def address(session: Session) -> str:
    return f"/sessions/{session.code}/roster/"


@pytest.mark.parametrize(
    ("who", "reads", "marks"),
    [("host", 200, 200), ("assistant", 200, 200), ("admin", 200, 200), ("member", 200, 403),
     ("outsider", 200, 403), ("anonymous", 302, 302)],
)  # fmt: skip
def test_who_may_read_and_mark(
    people: People, session: Session, who: str, reads: int, marks: int
) -> None:
    client = signed_in(people.everybody[who])
    assert client.get(f"/sessions/{session.code}/").status_code == reads
    assert client.get(address(session)).status_code == marks
    sent = client.post(address(session), form(session, **{f"there-{people.member.pk}-0": "on"}))
    assert sent.status_code == (302 if marks in (200, 302) else 403)
    assert Attendance.objects.exists() is (marks == 200)
    allowed = {"host": 200, "admin": 200, "anonymous": 302}.get(who, 403)
    assert client.get("/sessions/new/").status_code == allowed


def test_each_part_counts_for_itself(people: People, session: Session) -> None:
    tian = people.member.pk
    host = signed_in(people.host)
    sent = form(session, **{f"there-{tian}-0": "on", f"there-{tian}-1": "on", f"to-{tian}-1": "12"})
    assert host.post(address(session), sent).status_code == 302
    mine = CreditEntry.objects.filter(member=tian)
    assert [(one.segment, one.mode, one.minutes) for one in mine] == [("1", "hall", 60)]
    [row] = Attendance.objects.all()
    assert (row.source, row.entered_by) == ("hall", people.host)
    page = host.get(address(session)).content.decode()
    assert f'name="to-{tian}-1" value="12"' in page


def test_a_correction_needs_a_reason_and_reverses(people: People, session: Session) -> None:
    tian = people.member.pk
    host = signed_in(people.host, "en")
    host.post(address(session), form(session, **{f"there-{tian}-0": "on"}))
    refused = host.post(address(session), form(session))
    assert refused.status_code == 422
    assert "please say why" in refused.content.decode()
    assert Attendance.objects.count() == 1
    assert host.post(address(session), form(session, reason="She was ill")).status_code == 302
    values = CreditEntry.objects.filter(member=tian).values_list("value", flat=True)
    assert sum(values) == 0
    assert len(values) == 2


def test_somebody_who_was_not_expected_can_be_added(people: People, session: Session) -> None:
    host = signed_in(people.host)
    guest = people.outsider
    page = host.post(address(session), form(session, staff_no=guest.staff_no))
    assert page.status_code == 200
    assert f'name="there-{guest.pk}-0"' in page.content.decode()
    assert not Attendance.objects.exists()
    sent = form(session, added=str(guest.pk), **{f"there-{guest.pk}-0": "on"})
    host.post(address(session), sent)
    assert CreditEntry.objects.filter(member=guest).count() == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"from": "x"}, "minutes of"), ({"from": "50", "to": "20"}, "minutes of"),
     ({"from": "99999"}, "minutes of")],
)  # fmt: skip
def test_odd_minutes_are_refused_and_nothing_is_lost(
    people: People, session: Session, fields: dict[str, str], says: str
) -> None:
    key = f"{people.member.pk}-0"
    sent = form(session, **{f"there-{key}": "on"}, **{f"{k}-{key}": v for k, v in fields.items()})
    page = signed_in(people.host, "en").post(address(session), sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert says in text
    assert f'name="there-{key}" checked' in text
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("began", "ended"),
    [("2026-01-01T10:00", "2026-01-01T10:00"), ("2026-01-01T10:00", "2026-01-03T10:00"),
     ("", "x"), ("2099-01-01T10:00", "2099-01-01T11:00")],
)  # fmt: skip
def test_odd_times_are_refused(people: People, session: Session, began: str, ended: str) -> None:
    sent = form(session, began=began, ended=ended, **{f"there-{people.member.pk}-0": "on"})
    assert signed_in(people.host).post(address(session), sent).status_code == 422
    session.refresh_from_db()
    assert session.held_to is None


def test_an_unknown_number_is_refused(people: People, session: Session) -> None:
    page = signed_in(people.host, "en").post(address(session), form(session, staff_no="0"))
    assert page.status_code == 422
    assert "Nobody has this staff number" in page.content.decode()


def test_it_is_planned_and_changed_by_its_form(people: People) -> None:
    host = signed_in(people.host)
    tomorrow = timezone.now() + timedelta(days=1)
    sent = {
        "title": "消防演练", "description": "", "starts_at": _local(tomorrow), "minutes": "60",
        "lecturer": people.host.pk, "assistants": "", "audience": "everyone", "place": "三号厂房",
        "credit_kind": "practice",
    }  # fmt: skip
    assert host.post("/sessions/new/", {**sent, "place": ""}).status_code == 422
    assert host.post("/sessions/new/", sent).status_code == 302
    made = Session.objects.get()
    assert (made.online, made.place, hasattr(made, "room")) == (False, "三号厂房", False)
    edit = f"/sessions/{made.code}/edit/"
    assert host.post(edit, {**sent, "place": "食堂"}).status_code == 302
    made.refresh_from_db()
    assert made.place == "食堂"
    assert signed_in(people.member).get(edit).status_code == 403


def test_presence_in_the_hall_completes_a_course(people: People, session: Session) -> None:
    course = Course.objects.create(code="XF-1", title="消防", author=people.host, state="published")
    section = Section.objects.create(course=course, order=1, title="1")
    Lesson.objects.create(
        section=section, order=1, kind="in_person", title="演练", activity=session.activity
    )
    tian = people.member.pk
    enrol([tian], course.pk)
    both = {f"there-{tian}-0": "on", f"there-{tian}-1": "on"}
    signed_in(people.host).post(address(session), form(session, **both))
    assert Completion.objects.filter(member=tian, course=course).exists()


def test_it_is_listed_where_classes_are(
    people: People, session: Session, at_noon: datetime
) -> None:
    Session.objects.update(starts_at=at_noon - timedelta(hours=4))
    session.refresh_from_db()
    member = signed_in(people.member, "en")
    for page in ("/", "/classes/?show=past"):
        text = member.get(page).content.decode()
        assert f"/sessions/{session.code}/" in text
        assert "三号厂房" in text
        assert f"/classes/{session.code}/" not in text
    sent = form(session, **{f"there-{people.member.pk}-0": "on"})
    signed_in(people.host).post(address(session), sent)
    assert "You were there for 60 min" in member.get("/classes/?show=past").content.decode()
