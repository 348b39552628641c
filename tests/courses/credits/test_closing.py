"""A closed period keeps what was reported; later changes are told beside it (T18)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from courses.credits import actions, queries
from courses.credits.closing import actions as closing
from courses.credits.closing.actions import Closed, NotOver, close_period, digest
from courses.credits.closing.models import ClosedRow, PeriodClose
from courses.credits.closing.queries import adjustments
from courses.credits.models import CreditEntry, Requirement, ViewLog
from members.accounts.models import Member
from tests.courses.credits.test_record_pages import require
from tests.factories import make_member
from tests.people import People, signed_in

LAST = datetime.now(UTC).year - 1
AT = datetime(LAST, 6, 1, tzinfo=UTC)


def earn(member: Member, source: str, minutes: int) -> CreditEntry:
    """An entry of last year."""
    return actions.record(member, "course", source, minutes, "safety", "self", AT, {}, title=source)


@pytest.fixture
def rule(people: People) -> Requirement:
    """33 hours: 32 and one more."""
    return require(people, threshold=3200, units=[people.crew])


def test_t18_a_reversal_after_the_close_is_an_adjustment(people: People, rule: Requirement) -> None:
    entries = [earn(people.member, f"c{n}", 45 * 11) for n in range(3)]  # 33.0
    extra = earn(people.member, "extra", 90)
    actions.reverse(extra, "before the close", people.admin)
    close = close_period(people.admin, rule, f"{LAST}")
    row = ClosedRow.objects.get(close=close, member=people.member)
    assert (row.required, row.counted, row.state) == (3200, 3300, "met")
    assert adjustments(close) == []
    actions.reverse(entries[0], "somebody else sat there", people.admin)
    earn(people.member, "found later", 45 * 9)
    kept = ClosedRow.objects.get(pk=row.pk)
    assert (kept.counted, kept.state) == (3300, "met"), "the report stays"
    [change] = adjustments(close)
    assert (change.row.counted, change.counted, change.state) == (3300, 3100, "not_met")
    assert [one.entered_by for one in change.entries] == [people.admin, None]
    page = signed_in(people.admin, "en").get(f"/requirements/closed/{close.pk}/").content.decode()
    for wanted in ("33.0 → 31.0", "somebody else sat there", "Shao Min", "Met → Not met"):
        assert wanted in page
    assert ViewLog.objects.filter(subject=people.member, what="closed").exists()


def test_a_waiver_given_later_is_told_too(people: People, rule: Requirement) -> None:
    close = close_period(people.admin, rule, f"{LAST}")
    days = date(LAST, 1, 1), date(LAST, 3, 31)
    actions.waive(people.admin, people.member, *days, "was ill after all")
    [change] = adjustments(close)
    assert (change.row.required, change.required) == (3200, 2400)
    assert [one.reason for one in change.waivers] == ["was ill after all"]


def test_a_period_is_closed_once_and_when_it_is_over(people: People, rule: Requirement) -> None:
    with pytest.raises(NotOver):
        close_period(people.admin, rule, f"{queries.today().year}")
    with pytest.raises(PermissionDenied):
        close_period(people.host, rule, f"{LAST}")
    close = close_period(people.admin, rule, f"{LAST}")
    with pytest.raises(Closed):
        close_period(people.admin, rule, f"{LAST}")
    assert PeriodClose.objects.count() == 1
    assert close.digest == digest(ClosedRow.objects.filter(close=close))
    [row] = ClosedRow.objects.filter(close=close)
    row.counted += 1
    assert close.digest != digest([row])


@pytest.mark.parametrize("table", [ClosedRow, PeriodClose])
def test_the_database_refuses_to_change_a_report(
    people: People, rule: Requirement, table: type[Model]
) -> None:
    close_period(people.admin, rule, f"{LAST}")
    changed = {"state": "met"} if table is ClosedRow else {"met": 0}
    rows = table._default_manager.all()
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        rows.update(**changed)
    with (
        pytest.raises(DatabaseError, match="stays as it was"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table._meta.db_table}")  # noqa: S608 - ours
    assert rows.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 403), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_may_close(people: People, rule: Requirement, who: str, status: int) -> None:
    client = signed_in(people.everybody[who], "en")
    address = f"/requirements/{rule.code}/periods/"
    assert client.get(address).status_code == status
    for key in ("nonsense", f"{LAST}"):
        sent = client.post(address, {"period": key})
        assert sent.status_code == (status if key == "nonsense" or status == 403 else 302)
    assert PeriodClose.objects.exists() is (who == "admin")
    if who == "admin":
        assert "0 of 1 people" in client.get(address).content.decode()
        assert client.get("/requirements/NOTHING/periods/").status_code == 404
    close = close_period(people.admin, rule, f"{LAST - 1}")
    assert client.get(f"/requirements/closed/{close.pk}/").status_code == status


@pytest.fixture
def crowd(people: People, rule: Requirement, monkeypatch: pytest.MonkeyPatch) -> Requirement:
    """Seven people of whom three lines are written at a time, and only while nobody waits."""
    for _ in range(6):
        make_member(department=people.crew, password=None)
    monkeypatch.setattr(closing, "MOST", 5)
    monkeypatch.setattr(closing, "PIECE", 3)
    monkeypatch.setattr(closing.write_lines, "enqueue_after_commit", lambda pk: None)
    return rule


def test_many_people_are_written_in_pieces_that_can_be_gone_on_with(
    people: People, crowd: Requirement
) -> None:
    close = close_period(people.admin, crowd, f"{LAST}")
    assert (close.is_whole, close.percent, close.rows.count()) == (False, 0, 0)
    assert not closing.go_on(close.pk, 0), "a piece, and then the time is over"
    close.refresh_from_db()
    assert (close.looked_at, close.percent, close.rows.count()) == (3, 42, 3)
    # what comes while the rest is written came after the close
    for member in Member.objects.filter(department=people.crew):
        earn(member, f"late {member.pk}", 45 * 11)
    with pytest.raises(Closed):
        close_period(people.admin, crowd, f"{LAST}")
    assert closing.go_on(close.pk)
    close.refresh_from_db()
    assert (close.people, close.met, close.percent) == (7, 0, 100)
    assert set(close.rows.values_list("counted", flat=True)) == {0}
    assert close.digest == digest(close.rows.all())
    assert closing.go_on(close.pk), "going on with a whole report does nothing"
    assert close.rows.count() == 7
    assert len(adjustments(close)) == 7


def test_an_unfinished_report_says_how_far_it_is_and_is_taken_up(
    people: People, crowd: Requirement, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(closing.write_lines, "enqueue", queued.append)
    client, address = signed_in(people.admin, "en"), f"/requirements/{crowd.code}/periods/"
    sent = client.post(address, {"period": f"{LAST}"}, follow=True)
    assert "0 of 7 people" in sent.content.decode()
    assert sent.headers["Refresh"] == "2"
    assert "The lines are being written" in client.get(address).content.decode()
    assert closing.take_up() == 0, "somebody has just written to it"
    close = PeriodClose.objects.get()
    PeriodClose.objects.update(touched_at=datetime(LAST, 1, 1, tzinfo=UTC))
    assert (closing.take_up(), queued) == (1, [close.pk])
    closing.write_lines.call(close.pk)
    page = client.get(f"/requirements/closed/{close.pk}/")
    assert "0 of 7 people had reached it" in page.content.decode()
    assert closing.take_up() == 0
    for who, status in (("host", 403), ("member", 403), ("anonymous", 302)):
        answer = signed_in(people.everybody[who]).get(f"/requirements/closed/{close.pk}/")
        assert answer.status_code == status


def test_a_report_of_more_people_than_a_digest_holds_is_refused(
    people: People, crowd: Requirement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "LARGEST", 6)
    with pytest.raises(closing.TooMany):
        close_period(people.admin, crowd, f"{LAST}")
    assert not PeriodClose.objects.exists()
