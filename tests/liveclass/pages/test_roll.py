"""Who is present, away and not yet there, with reasons; and the page on which those are entered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.activities.actions import open_intervals
from courses.activities.models import Session
from courses.activities.presence.models import Absence
from courses.credits.actions import waive
from members.accounts.models import Member
from tests.liveclass.pages.conftest import NOW, Visit

HOST, ASSISTANT, MEMBER, SECRETARY, ADMIN = ("1005", "1007", "1013", "1011", "1002")


def person(number: str) -> Member:
    return Member.objects.get(staff_no=number)


def roll(visit: Visit, language: str = "en") -> dict[str, dict[str, str]]:
    """Everybody on the list, by name."""
    answer = visit(HOST, language).get(f"/classes/{NOW}/roll/")
    found = answer.json()
    groups = [one["group"] for one in found["people"]]
    assert {group: groups.count(group) for group in found["counts"]} == found["counts"]
    return {one["name"]: one for one in found["people"]}


def test_a_reason_stands_in_place_of_a_missing_name(visit: Visit) -> None:
    session = Session.objects.get(code=NOW)
    now = timezone.now()
    shift, waived, here = person("1013"), person("1030"), person("1014")
    Absence.objects.create(
        member=shift, kind="shift", starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=2), entered_by=person(ADMIN),
    )  # fmt: skip
    day = timezone.localdate()
    waive(person(ADMIN), waived, day - timedelta(days=9), day + timedelta(days=9), "posted abroad")
    open_intervals(session.pk, [here.pk], now)
    found = roll(visit)
    told = {one: found[one.display_name("en")] for one in (shift, waived, here)}
    assert (told[shift]["group"], told[shift]["reason"]) == ("excused", "On shift")
    assert (told[waived]["group"], told[waived]["reason"]) == (
        "excused", "Waived from required hours",
    )  # fmt: skip
    assert told[here]["group"] == "here"
    assert roll(visit, "zh-hans")[shift.name]["reason"] == "当班"


@pytest.mark.parametrize(
    ("number", "status"),
    [(None, 401), (HOST, 200), (ASSISTANT, 200), (MEMBER, 403), (SECRETARY, 403), (ADMIN, 200)],
)
def test_only_those_who_hold_the_class_see_the_list(
    visit: Visit, number: str | None, status: int
) -> None:
    assert visit(number).get(f"/classes/{NOW}/roll/").status_code == status


@pytest.mark.parametrize(
    ("number", "status"), [(None, 302), (MEMBER, 403), (HOST, 403), (ASSISTANT, 200), (ADMIN, 200)]
)
def test_only_who_looks_after_people_enters_reasons(
    visit: Visit, number: str | None, status: int
) -> None:
    assert visit(number).get("/absences/").status_code == status


def form(number: str, **fields: str) -> dict[str, str]:
    return {
        "staff_no": number, "kind": "leave", "starts_at": "2030-03-04T08:00",
        "ends_at": "2030-03-05T18:00", "note": "family", **fields,
    }  # fmt: skip


def test_a_reason_is_entered_and_withdrawn(visit: Visit) -> None:
    admin = visit(ADMIN)
    assert admin.post("/absences/", form(MEMBER)).status_code == 302
    entered = Absence.objects.latest("pk")
    assert (entered.member.staff_no, entered.entered_by.staff_no) == (MEMBER, ADMIN)
    assert "family" in admin.get("/absences/").content.decode()
    assert visit(MEMBER).post(f"/absences/{entered.pk}/withdraw/").status_code == 403
    assert visit(None).post(f"/absences/{entered.pk}/withdraw/").status_code == 302
    admin.post(f"/absences/{entered.pk}/withdraw/")
    assert "family" not in admin.get("/absences/").content.decode()
    assert Absence.objects.get(pk=entered.pk).withdrawn_at is not None, "it stays for audit"


def test_the_record_leads_there(visit: Visit) -> None:
    admin = visit(ADMIN)
    assert (
        f'href="/absences/?staff_no={MEMBER}"' in admin.get(f"/record/{MEMBER}/").content.decode()
    )
    assert f'value="{MEMBER}"' in admin.get(f"/absences/?staff_no={MEMBER}").content.decode()
    assert 'href="/absences/' not in visit(MEMBER).get("/record/").content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"staff_no": "nobody"}, "Nobody you look after"),
        ({"staff_no": ADMIN}, "Nobody you look after"),
        ({"ends_at": "2030-03-04T08:00"}, "does not lie after"),
        ({"ends_at": "2032-03-04T08:00"}, "more than a year"),
        ({"kind": "lazy"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said(visit: Visit, fields: dict[str, str], said: str) -> None:
    before = Absence.objects.count()
    answer = visit(ADMIN).post("/absences/", {**form(MEMBER), **fields})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Absence.objects.count() == before
