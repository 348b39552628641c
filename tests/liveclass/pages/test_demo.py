"""``manage.py demo``: the same story everywhere, loaded once, without a password anyone knows."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.activities.models import Attendance, Session
from courses.activities.queries import expected_count
from liveclass.demo import classes
from liveclass.demo.load import Loaded, bring_to_today
from liveclass.management.commands.demo import generated_password
from liveclass.models import Message, Poll, Question, RoomEvent, Vote
from liveclass.rooms.models import Room
from members.accounts.models import Member
from tests.liveclass.pages.conftest import LATER, MOMENT, NOW, PAST, SHANGHAI

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    tables = (Member, Session, Room, Attendance, Message, Question, Poll, Vote, RoomEvent)
    return [table._default_manager.count() for table in tables]


def run(**options: object) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_classes_lie_around_now(demo: Loaded) -> None:
    starts = {
        code: timezone.localtime(start, SHANGHAI)
        for code, start in Session.objects.values_list("code", "starts_at")
    }
    assert starts[NOW] == datetime(2026, 12, 9, 14, 55, tzinfo=SHANGHAI)
    assert starts[LATER] == datetime(2026, 12, 9, 20, 30, tzinfo=SHANGHAI)
    assert starts[PAST] == datetime(2026, 12, 8, 15, 0, tzinfo=SHANGHAI)


def test_the_class_to_start_is_for_everybody_but_the_contractors(demo: Loaded) -> None:
    # 60 people without three contractors, the lecturer, the assistant and the platform admin
    assert expected_count(demo.now) == 54


def test_the_log_of_yesterday_is_without_gaps_and_its_time_is_yesterday(demo: Loaded) -> None:
    room = Room.objects.get(session__code=PAST)
    events = list(RoomEvent.objects.filter(room=room).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, room.last_seq + 1))
    assert (events[0].type, events[-1].type) == ("class.started", "class.ended")
    assert room.started_at == datetime(2026, 12, 8, 15, 0, tzinfo=SHANGHAI)
    assert room.ended_at == room.started_at + timedelta(minutes=45)
    assert all(room.started_at <= event.at <= room.ended_at for event in events)
    assert not Attendance.objects.filter(ended_at=None).exists()


def test_loading_again_adds_nothing_but_a_new_password(
    demo: Loaded, tmp_path: Path, settings: object
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    before = counts()
    said = run(password="another-password-1")
    assert counts() == before
    assert "another-password-1" in said
    assert Member.objects.get(staff_no="1013").check_password("another-password-1")


def test_if_empty_leaves_people_alone(demo: Loaded) -> None:
    before = counts()
    assert run(if_empty=True) == ""
    assert counts() == before
    assert Member.objects.get(staff_no="1013").check_password("a-password-for-tests")


def test_the_next_day_the_class_can_be_started_again(demo: Loaded) -> None:
    tomorrow = MOMENT + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        bring_to_today(tomorrow)
    assert Session.objects.get(code=NOW).starts_at == tomorrow.replace(minute=55)
    assert Session.objects.get(code=PAST).starts_at.date() == datetime(2026, 12, 8).date()  # noqa: DTZ001


def test_no_password_is_written_down(
    demo: Loaded, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR, settings.DEMO_PASSWORD = tmp_path, ""  # type: ignore[attr-defined]
    said = run()
    password = next(line for line in said.splitlines() if "Password" in line).split(": ")[1]
    assert len(password) == 19
    assert Member.objects.get(staff_no="1005").check_password(password)
    assert all(password not in path.read_text() for path in tmp_path.rglob("*.svg"))


def test_passwords_differ() -> None:
    assert generated_password() != generated_password()


def test_production_refuses_shared_passwords(demo: Loaded, settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError):
        run()


@pytest.mark.parametrize("hour", range(24))
def test_at_any_hour_something_is_startable_and_something_is_ahead(hour: int) -> None:
    now = datetime(2026, 12, 9, hour, 41, tzinfo=SHANGHAI)
    startable = classes.starts_at(classes.NOW, now)
    assert timedelta(0) < startable - now <= timedelta(minutes=5)
    assert now < classes.starts_at(classes.LATER_TODAY, now)
    assert classes.starts_at(classes.YESTERDAY, now).date() == datetime(2026, 12, 8).date()  # noqa: DTZ001


def test_slides_are_drawings_that_lead_to_the_next(demo: Loaded) -> None:
    slides = sorted(demo.slides.parent.glob("*.svg"))
    assert len(slides) == 6
    for slide, following in zip(slides, [*slides[1:], slides[0]], strict=True):
        drawing = ElementTree.parse(slide).getroot()  # noqa: S314 - written by ourselves
        link = drawing.find("{http://www.w3.org/2000/svg}a")
        assert link is not None
        assert link.get("href") == following.name
