"""Somebody is excused from required hours by whoever writes her record, with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from courses.credits import queries
from courses.credits.assess import assess
from courses.credits.models import ViewLog, Waiver
from members.units.actions import give_role
from members.units.models import UnitRoleKind
from tests.courses.credits.test_record_pages import require
from tests.people import People, signed_in

YEAR = timezone.now().year
FORM = {"code": "H-01", "first": f"{YEAR}-03-01", "last": f"{YEAR}-05-31", "reason": "病假"}


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 403), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_may_excuse(people: People, who: str, status: int) -> None:
    require(people)
    client = signed_in(people.everybody[who])
    address = f"/record/{people.member.staff_no}/waivers/"
    assert client.get(address).status_code == status
    assert client.post(address, FORM).status_code == (403 if status == 403 else 302)
    assert Waiver.objects.exists() is (who == "admin")
    kept = Waiver.objects.create(
        member=people.member, first=date(YEAR, 6, 1), last=date(YEAR, 6, 2), reason="x",
        approved_by=people.admin,
    )  # fmt: skip
    withdrawn = client.post(f"{address}{kept.pk}/withdraw/")
    assert withdrawn.status_code == (403 if status == 403 else 302)
    kept.refresh_from_db()
    assert (kept.withdrawn_at is not None) is (who == "admin")


def test_three_months_of_leave_make_a_quarter_less_until_it_is_withdrawn(people: People) -> None:
    """T4 of the vectors, through the page of a unit's admin, who cannot excuse herself."""
    rule = require(people, rule={"pro_rata": "monthly"})
    give_role(people.crew, people.assistant.pk, UnitRoleKind.ADMIN)
    boss = signed_in(people.assistant)
    address = f"/record/{people.member.staff_no}/waivers/"
    assert boss.post(address, FORM).status_code == 302
    day = queries.today()
    [found] = assess(people.member, day)
    assert (found.result.required, found.deciding) == (2400, rule)
    waiver = Waiver.objects.get()
    assert "病假" in boss.get(address).content.decode()
    assert boss.post(f"{address}{waiver.pk}/withdraw/").status_code == 302
    [found] = assess(people.member, day)
    assert found.result.required == 3200
    assert ViewLog.objects.filter(subject=people.member, what="waivers").exists()
    own = f"/record/{people.assistant.staff_no}/waivers/"
    assert boss.get(own).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [("last", f"{YEAR}-02-01"), ("last", f"{YEAR + 9}-02-01"), ("reason", " "), ("code", "H-99"),
     ("first", "yesterday")],
)  # fmt: skip
def test_bad_input_writes_nothing(people: People, field: str, value: str) -> None:
    require(people)
    page = signed_in(people.admin).post(
        f"/record/{people.member.staff_no}/waivers/", {**FORM, field: value}
    )
    assert page.status_code == 422
    assert not Waiver.objects.exists()


def test_a_waiver_of_another_is_not_found(people: People) -> None:
    kept = Waiver.objects.create(
        member=people.host, first=date(YEAR, 6, 1), last=date(YEAR, 6, 2), reason="x",
        approved_by=people.admin,
    )  # fmt: skip
    address = f"/record/{people.member.staff_no}/waivers/{kept.pk}/withdraw/"
    assert signed_in(people.admin).post(address).status_code == 404
