"""The demo's hours: enough of everything to look at, and a chain that holds."""

from __future__ import annotations

from datetime import date

import pytest

from courses.credits.assess import assess
from courses.credits.certificates.models import Certificate
from courses.credits.models import CreditEntry, Requirement
from courses.credits.record.models import Correction
from courses.credits.sealing import verify
from liveclass.demo import year
from liveclass.demo.load import Loaded
from members.accounts.models import Member
from tests.people import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 9)


def states(code: str, day: date) -> dict[str, str]:
    """Where everybody asked by ``code`` stands."""
    found = {}
    for member in Member.objects.all():
        for one in assess(member, day, DAY):
            if code in {layer.code for layer in one.layers}:
                found[member.staff_no] = one.result.state
    return found


def test_last_year_and_this_one_are_told(demo: Loaded) -> None:
    assert Requirement.objects.count() == len(year.REQUIREMENTS)
    before = states("H-01", date(2025, 12, 31))
    assert len(before) == 40
    behind = {number for number, state in before.items() if state == "not_met"}
    assert len(behind & year.BEHIND) >= 4
    assert list(before.values()).count("met") >= 28
    now = states("H-01", DAY)
    assert list(now.values()).count("met") >= 25
    safety = states("AQ-20", DAY)
    assert (len(safety), safety["1034"], safety["1048"]) == (57, "waived", "waived")
    assert list(safety.values()).count("met") >= 45
    newcomers = states("H-06", DAY)
    assert newcomers == {"1022": "met", "1040": "met", "1054": "not_met"}


def test_the_ledger_of_the_demo_is_sealed_and_whole(demo: Loaded) -> None:
    found = verify()
    assert (found.fault, found.unsealed) == ("", 0)
    assert found.head.number == CreditEntry.objects.count() > 1500
    assert CreditEntry.objects.filter(source_kind="manual").count() == len(year.BY_HAND)
    assert CreditEntry.objects.filter(source_kind="class", evidence__has_key="live").count() > 20


def test_there_is_something_to_answer_and_to_print(demo: Loaded) -> None:
    assert Certificate.objects.count() == 2
    assert Correction.objects.get().state == "open"
    secretary = Member.objects.get(staff_no="1011")
    page = signed_in(secretary, "en").get("/record/").content.decode()
    assert "still to be checked" in page
