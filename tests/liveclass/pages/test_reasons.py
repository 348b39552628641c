"""The summary says why time counts or not: one's own to everybody, everybody's to the staff."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from courses.activities.models import Attendance, Session
from courses.activities.presence.models import Absence, Break, Check, Gap
from members.accounts.models import Member
from tests.liveclass.pages.conftest import PAST, Visit

ASSISTANT, ADMIN = "1007", "1002"


def test_reasons_stand_beside_the_names(visit: Visit) -> None:
    session = Session.objects.get(code=PAST)
    admin = Member.objects.get(staff_no=ADMIN)
    began = session.room.started_at
    assert began is not None
    rows = Attendance.objects.filter(session=session, source="live").order_by("pk")
    row = rows.exclude(member=session.activity.lecturer_id).exclude(member__staff_no=ASSISTANT)[0]
    first, last = row.started_at, row.ended_at or row.seen_at
    Break.objects.create(
        session=session, started_at=first, until=first + timedelta(minutes=5), begun_by=admin
    )
    check = Check.objects.create(
        session=session, kind="presence", opened_at=last - timedelta(minutes=3),
        deadline=last - timedelta(minutes=1), opened_by=admin, settled_at=timezone.now(),
    )  # fmt: skip
    Gap.objects.create(
        session=session, check_asked=check, member=row.member,
        started_at=check.deadline - timedelta(minutes=10), ended_at=check.deadline,
    )  # fmt: skip
    came = Attendance.objects.filter(session=session).values("member")
    absent = Member.objects.filter(department__isnull=False, is_active=True).exclude(pk__in=came)
    for one in absent:
        Absence.objects.create(
            member=one, kind="shift", starts_at=began - timedelta(hours=1),
            ends_at=began + timedelta(hours=9), entered_by=admin,
        )  # fmt: skip
    staff, mine = visit(ADMIN), visit(row.member.staff_no)
    page = f"/classes/{PAST}/summary/"
    assert "To be made up" in staff.get(page).content.decode()
    assert "On shift" in staff.get(f"{page}?show=absent").content.decode()
    table = staff.get(f"{page}attendance.csv").content.decode()
    assert "To be made up" in table
    assert "On shift" in table
    own = mine.get(page).content.decode()
    for said in ("Break", "Check not answered; make it up in the replay", "Counted"):
        assert f">{said}</span>" in own
    assert "On shift" not in own, "reasons are for the staff"
