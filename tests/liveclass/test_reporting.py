"""Reports: what may be reported, who reads it, and that nobody learns who told."""

from __future__ import annotations

import msgspec
import pytest

from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.reporting import actions as reporting
from liveclass.reporting.models import Report
from liveclass.snapshot import room_state
from realtime.protocol.events import ReportsChanged
from tests.liveclass.world import World, new_id, refused
from tests.people import signed_in


@pytest.fixture
def line(world: World) -> int:
    """A line of bob in a running class; ann and bob are there."""
    world.start()
    for who in (world.ann, world.bob, world.assistant):
        world.enter(who)
    world.do(chat.post, world.bob, "buy my bicycle")
    world.heard.clear()
    return Message.objects.get().pk


def test_the_staff_read_it_and_not_who_told(world: World, line: int) -> None:
    world.do(reporting.send, world.ann, line, None, " advertising ")
    [told] = [one for one in world.heard if isinstance(one.event, ReportsChanged)]
    assert (told.kind, told.to) == ("keyed", "staff")
    [report] = told.event.reports
    assert (report.about.name, report.line, report.text) == ("bob", "buy my bicycle", "advertising")
    assert room_state(world.host).reports == told.event.reports
    assert room_state(world.ann).reports == room_state(world.bob).reports == []
    assert f'"id":{world.ann.member},' not in msgspec.json.encode(told.event).decode()


def test_what_was_taken_back_stays_reported(world: World, line: int) -> None:
    world.do(reporting.send, world.ann, line, None)
    world.do(chat.recall, world.bob, line)
    assert room_state(world.host).reports[0].line == "buy my bicycle"
    assert refused(world, reporting.send, world.assistant, line, None) == "message_unknown"


def test_a_person_can_be_reported_who_came(world: World, line: int) -> None:
    world.do(reporting.send, world.ann, None, world.bob.member, "talks over others")
    assert Report.objects.get().message is None
    for nobody in (None, world.stranger.pk, 10**9):
        assert refused(world, reporting.send, world.ann, None, nobody) == "member_unknown"


def test_what_cannot_be_reported(world: World, line: int) -> None:
    assert refused(world, reporting.send, world.bob, line, None) == "report_own"
    staff = refused(world, reporting.send, world.ann, None, world.assistant.member)
    assert staff == "report_staff"
    assert refused(world, reporting.send, world.ann, line, None, "x" * 301) == "text_too_long"
    assert refused(world, reporting.send, world.ann, 10**9, None) == "message_unknown"
    assert not Report.objects.exists()


def test_it_is_told_once(world: World, line: int) -> None:
    command = new_id()
    for _ in range(2):
        world.run(reporting.send, world.ann, command, None, world.bob.member, "")
        world.do(reporting.send, world.ann, line, None)
    assert Report.objects.count() == 2


def test_nobody_reports_without_end(
    world: World, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST_OF_ONE", 1)
    world.do(reporting.send, world.ann, line, None)
    assert refused(world, reporting.send, world.ann, None, world.bob.member) == "report_limit"
    monkeypatch.setattr(reporting, "MOST_IN_ROOM", 1)
    assert refused(world, reporting.send, world.assistant, line, None) == "report_limit"


def test_only_staff_settle_and_only_once(world: World, line: int) -> None:
    world.do(reporting.send, world.ann, line, None)
    report = Report.objects.get().pk
    assert refused(world, reporting.settle, world.ann, report) == "staff_only"
    assert refused(world, reporting.settle, world.host, report + 1) == "report_unknown"
    world.do(reporting.settle, world.assistant, report)
    assert world.events(ReportsChanged)[-1].reports == [] == room_state(world.host).reports
    world.do(reporting.settle, world.host, report)
    assert Report.objects.get().settled_by_id == world.assistant.member


def test_after_the_class_nothing_new_is_reported(world: World, line: int) -> None:
    world.end()
    assert refused(world, reporting.send, world.ann, line, None) == "class_ended"


def test_the_summary_shows_reports_to_the_staff_only(world: World, line: int) -> None:
    world.do(reporting.send, world.ann, line, None, "advertising")
    world.end()
    page = f"/classes/{world.code}/summary/"
    staff = signed_in(world.people["assistant"], "en").get(page).content.decode()
    shown = staff[staff.index('id="reports"') :].partition("</section>")[0]
    assert "buy my bicycle" in shown
    assert "advertising" in shown
    assert "Ann" not in shown
    for name in ("ann", "bob"):
        assert "advertising" not in signed_in(world.people[name]).get(page).content.decode()
