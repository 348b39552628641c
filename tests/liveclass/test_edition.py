"""What staff decide about a replay: title, bounds, what is hidden; and that nobody loses by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.activities.actions import close_session
from courses.activities.credit import count
from courses.activities.models import Attendance, Session
from courses.activities.shares import covered, shares
from courses.credits.models import CreditEntry
from liveclass.chat.models import Message
from liveclass.questions.models import Question
from liveclass.recordings.models import Hidden, Recording, RecordingState
from liveclass.rooms.actions import schedule_class
from liveclass.rooms.models import Room, RoomEvent
from members.accounts.models import Member
from tests.people import People, make_people, signed_in

MINUTES = 60


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def session(people: People, tmp_path: Any, settings: Any) -> Session:
    """A class of an hour that is over and was recorded from its beginning."""
    settings.MEDIA_RECORDINGS = tmp_path
    began = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    ended = began + timedelta(minutes=MINUTES)
    made = schedule_class(
        created_by=people.host, title="锅炉", starts_at=began, minutes=MINUTES,
        lecturer=people.host, assistants=[people.assistant], audience_units=[people.crew],
    )  # fmt: skip
    Room.objects.filter(session=made).update(state="ended", started_at=began, ended_at=ended)
    Recording.objects.create(
        room=made.room, run=int(began.timestamp() * 1000), started_by=people.host,
        started_at=began, ended_at=ended, state=RecordingState.ENDED,
    )  # fmt: skip
    made.activity.segments.update(credit_kind="theory")
    close_session(made.pk, began, ended)
    return Session.objects.get(pk=made.pk)


def replayed(session: Session, member: Member, first: int, last: int) -> None:
    now = timezone.now() - timedelta(hours=1)
    until = now + timedelta(seconds=last - first)
    Attendance.objects.create(
        session=session, member=member, source="replay", started_at=now, seen_at=until,
        ended_at=until, content_from=first, content_to=last,
    )  # fmt: skip


def save(session: Session, who: Member, **said: str) -> int:
    client = signed_in(who, "en")
    return int(client.post(f"/classes/{session.code}/edition/replay/", said).status_code)


def together(session: Session, member: Member) -> int:
    return shares(Session.objects.get(pk=session.pk), [member.pk])[member.pk].together


def test_what_was_cut_off_is_asked_of_nobody_and_nobody_loses(
    session: Session, people: People
) -> None:
    viewer, early = people.member, people.assistant
    replayed(session, viewer, 600, 3000)  # 40 of 60 minutes: 66 %
    replayed(session, early, 0, 2400)  # as much, but partly of what will be cut off
    assert count(session, [viewer.pk]) == []
    assert (together(session, viewer), together(session, early)) == (666, 666)
    assert save(session, people.host, first="10:00", last="50:00") == 302
    # 40 of the 40 minutes shown; and 30 of 40, which is more than 40 of 60
    assert (together(session, viewer), together(session, early)) == (1000, 750)
    cut = Session.objects.get(pk=session.pk)
    assert cut.counted_at is None  # the worker counts it again
    [entry] = count(cut, [viewer.pk])
    assert (entry.minutes, entry.evidence["percent"]) == (MINUTES, 100)
    assert save(session, people.host, first="", last="") == 302
    count(Session.objects.get(pk=session.pk), None)
    assert CreditEntry.objects.filter(member=viewer, reversal__isnull=True).count() == 1


def test_who_has_enough_of_all_of_it_keeps_that(session: Session, people: People) -> None:
    replayed(session, people.member, 0, 3000)
    before = together(session, people.member)
    save(session, people.host, first="", last="30:00")
    replayed(session, people.assistant, 1800, 3600)
    assert together(session, people.member) == 1000 >= before
    assert together(session, people.assistant) == 500


@pytest.mark.parametrize(
    ("first", "last"),
    [("20:00", "49:59"), ("50:00", "10:00"), ("x", ""), ("", "1:99"), ("99:00", "")],
)
def test_bounds_that_make_no_sense_change_nothing(
    session: Session, people: People, first: str, last: str
) -> None:
    assert save(session, people.host, title="t", first=first, last=last) == 422
    assert Session.objects.get(pk=session.pk).shown_from is None
    assert not hasattr(Room.objects.get(session=session), "edition")


def test_the_page_and_its_program_are_told(session: Session, people: People) -> None:
    save(session, people.assistant, title=" 锅炉  精讲 ", first="10:00", last="50:00")
    client = signed_in(people.member, "en")
    assert "<h1>锅炉 精讲</h1>" in client.get(f"/classes/{session.code}/replay/").content.decode()
    told = client.get(f"/classes/{session.code}/replay/events.json").json()
    assert told["bounds"] == {"start": 600.0, "end": 3000.0}


def test_only_staff_edit_and_hide(session: Session, people: People) -> None:
    for who, person in people.everybody.items():
        staff = who in ("host", "assistant", "admin")
        client = signed_in(person, "en")
        for page in ("replay", "hide"):
            code = client.post(f"/classes/{session.code}/edition/{page}/").status_code
            assert (code in (302, 404)) == (staff or person is None), (who, page, code)


def event(session: Session, seq: int, payload: dict[str, Any]) -> None:
    RoomEvent.objects.create(
        room=session.room, seq=seq, type=payload["type"], at=timezone.now(), payload=payload
    )


def test_what_is_hidden_is_not_told_and_may_come_back(session: Session, people: People) -> None:
    said: dict[str, Any] = {
        "room": session.room, "author": people.member, "text": "x", "at": timezone.now(),
        "author_role": "member",
    }  # fmt: skip
    line = Message.objects.create(**said)
    question = Question.objects.create(**said)
    event(session, 1, {"type": "chat.posted", "line": {"id": line.pk}})
    event(session, 2, {"type": "question.asked", "question": {"id": question.pk}})
    event(session, 3, {"type": "chat.pinned", "line": {"id": line.pk}})
    host, reader = signed_in(people.host, "en"), signed_in(people.member, "en")
    assert kinds(reader, session) == ["chat.posted", "question.asked", "chat.pinned"]
    for _ in range(2):
        for what, key in (("line", line.pk), ("question", question.pk)):
            host.post(page(session), {"what": what, "key": key, "hidden": "1"})
    assert kinds(reader, session) == ["chat.pinned"]
    assert Hidden.objects.count() == 2
    host.post(page(session), {"what": "line", "key": line.pk, "hidden": "0"})
    assert kinds(reader, session) == ["chat.posted", "chat.pinned"]
    assert host.post(page(session), {"what": "line", "key": "999999"}).status_code == 404


def page(session: Session) -> str:
    return f"/classes/{session.code}/edition/hide/"


def kinds(reader: Client, session: Session) -> list[str]:
    told = reader.get(f"/classes/{session.code}/replay/events.json").json()["events"]
    return [one["event"]["type"] for one in told]


def test_what_is_left_to_see_is_what_neither_way_has_shown(
    session: Session, people: People
) -> None:
    began = Session.objects.get(pk=session.pk).held_from
    assert began is not None
    Attendance.objects.create(
        session=session, member=people.member, source="live", seen_at=began + timedelta(minutes=9),
        started_at=began - timedelta(minutes=1), ended_at=began + timedelta(minutes=10),
    )  # fmt: skip
    replayed(session, people.member, 500, 1500)
    replayed(session, people.member, 3000, 3100)
    assert covered(session, people.member.pk) == [(0, 1500), (3000, 3100)]
    assert covered(session, people.assistant.pk) == []
    page = signed_in(people.member, "en").get(f"/classes/{session.code}/replay/")
    assert page.context["replay_data"]["covered"] == [(0, 1500), (3000, 3100)]
