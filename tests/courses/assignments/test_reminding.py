"""Notices and digests: the right people, in their language, not too often, until it is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from courses.assignments import actions, changing, reminding
from courses.assignments.due import ABOVE_AFTER, LEADER_AFTER, MAX_MAILS_A_WEEK
from courses.assignments.models import Assignment, Notice, Obligation, Step
from courses.catalog.models import Course
from courses.credits.queries import today
from members.accounts.models import Member
from members.units.actions import give_role
from members.units.models import Organisation, UnitRoleKind
from tests.factories import make_member
from tests.people import People, signed_in

ZONE = ZoneInfo("Asia/Shanghai")
ADDRESS = "https://learn.example"


@pytest.fixture
def owed(people: People, course: Course) -> Obligation:
    """Tian Rui owes a course; Guo Jianye leads her crew, Shao Min the company."""
    Organisation.objects.create(time_zone=ZONE.key)
    give_role(people.crew, people.host.pk, UnitRoleKind.LEADER)
    give_role(people.company, people.admin.pk, UnitRoleKind.LEADER)
    actions.assign(
        people.admin, courses=[course], audience={"is": "people", "members": [people.member.pk]},
        title="x", begins_on=today(), due_days=10,
    )  # fmt: skip
    return Obligation.objects.get()


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def readers(day: date) -> set[Member]:
    reminding.write_notices(day)
    return {one.reader for one in Notice.objects.filter(day=day)}


def test_the_ladder_goes_from_the_member_upwards(people: People, owed: Obligation) -> None:
    due = owed.due_on
    assert readers(due - timedelta(days=2)) == set()
    assert readers(due) == {people.member}
    assert readers(due + timedelta(days=LEADER_AFTER[0])) == {people.host}
    assert readers(due + timedelta(days=ABOVE_AFTER[0])) == {people.admin}
    assert readers(due + timedelta(days=200)) == set()
    count = Notice.objects.count()
    reminding.write_notices(due)
    assert Notice.objects.count() == count, "a thing is told once a day"


def test_a_leader_who_is_late_is_answered_for_further_up(people: People, owed: Obligation) -> None:
    give_role(people.crew, people.member.pk, UnitRoleKind.LEADER)
    assert readers(owed.due_on + timedelta(days=LEADER_AFTER[0])) == {people.admin}


@pytest.mark.parametrize("how", ["done", "waived", "ended", "inactive"])
def test_it_stops_by_itself(people: People, owed: Obligation, how: str) -> None:
    day = owed.due_on + timedelta(days=LEADER_AFTER[0])
    assert readers(day) == {people.host}
    if how == "done":
        Obligation.objects.update(completed_at=at(day))
    elif how == "waived":
        actions.waive(people.admin, owed.pk, "病假", day)
    elif how == "ended":
        changing.end(people.admin, owed.assignment_id)
    else:
        Member.objects.filter(pk=people.member.pk).update(is_active=False)
        actions.refresh(owed.assignment_id, day)
    assert reminding.due_digests(at(day)) == [], "what was written and not yet sent, neither"
    assert readers(owed.due_on + timedelta(days=ABOVE_AFTER[0])) == set()


def test_a_digest_is_one_mail_in_the_reader_s_language(
    people: People, owed: Obligation, author: Member
) -> None:
    other = Course.objects.create(code="B", title="Fire", author=author, state="published")
    actions.assign(
        people.admin, courses=[other], audience={"is": "people", "members": [people.member.pk]},
        title="y", begins_on=today(), due_days=10,
    )  # fmt: skip
    Member.objects.filter(pk=people.member.pk).update(language="en")
    reminding.write_notices(owed.due_on)
    now = at(owed.due_on)
    assert reminding.due_digests(now) == [people.member.pk]
    assert reminding.send_digest(people.member.pk, ADDRESS, now)
    assert not reminding.send_digest(people.member.pk, ADDRESS, now), "never doubled"
    [sent] = mail.outbox
    assert sent.subject == "2 things are due"
    assert "Fire" in sent.body
    assert "安全生产法" in sent.body
    assert f"{ADDRESS}/assignments/mine/" in sent.body
    assert reminding.due_digests(now) == []


def test_the_leader_s_mail_names_the_member_in_chinese(people: People, owed: Obligation) -> None:
    day = owed.due_on + timedelta(days=LEADER_AFTER[0])
    Member.objects.filter(pk=people.host.pk).update(language="zh-hans")
    reminding.write_notices(day)
    assert reminding.send_digest(people.host.pk, ADDRESS, at(day))
    assert "田蕊" in mail.outbox[0].body
    assert "逾期" in mail.outbox[0].body


def test_nothing_is_sent_at_night_by_the_organisation_s_clock(
    people: People, owed: Obligation
) -> None:
    reminding.write_notices(owed.due_on)
    assert reminding.due_digests(at(owed.due_on, 7)) == []
    assert reminding.due_digests(at(owed.due_on, 21)) == []
    assert reminding.due_digests(at(owed.due_on, 8)) == [people.member.pk]


def test_nobody_gets_more_than_so_many_mails_a_week(people: People, owed: Obligation) -> None:
    sent = []
    for number in range(7):
        day = owed.due_on - timedelta(days=6 - number)
        reminding.remind_now(people.admin, [owed], day)
        for reader in reminding.due_digests(at(day)):
            sent.append(reminding.send_digest(reader, ADDRESS, at(day)))
    assert sent == [True] * MAX_MAILS_A_WEEK
    assert Notice.objects.filter(reader=people.member, step=Step.MEMBER).count() == 7


def test_who_has_no_address_is_told_on_the_page_only(people: People, owed: Obligation) -> None:
    Member.objects.filter(pk=people.member.pk).update(email=None)
    assert readers(owed.due_on) == {people.member}
    assert reminding.due_digests(at(owed.due_on)) == []
    assert not reminding.send_digest(people.member.pk, ADDRESS, at(owed.due_on))


def test_only_who_may_see_somebody_reminds_her(people: People, owed: Obligation) -> None:
    assert reminding.remind_now(people.outsider, [owed], today()) == 0
    assert reminding.remind_now(people.host, [owed], today()) == 1
    assert reminding.remind_now(make_member(), [owed], today()) == 0
    assert Notice.objects.count() == 1


def test_a_reminder_is_shown_to_who_was_reminded(people: People, owed: Obligation) -> None:
    """Without an address no mail comes: the page is how she hears of it."""
    Assignment.objects.update(note="请在班前会前完成")
    client = signed_in(people.member, "en")
    assert "You were reminded" not in client.get("/").content.decode()
    reminding.remind_now(people.admin, Obligation.objects.filter(pk=owed.pk), today())
    for path in ("/", "/assignments/mine/", "/"):
        shown = client.get(path).content.decode()
        assert f"You were reminded on {today():%Y-%m-%d}" in shown, path
        assert "请在班前会前完成" in shown
    Obligation.objects.update(left_on=today())
    assert "You were reminded" not in client.get("/assignments/mine/").content.decode()
