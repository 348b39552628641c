"""Whether enough people came, by every rule (T15), and what the host is told before it is saved."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from courses.activities import roster
from courses.activities.actions import schedule_class
from courses.activities.models import Attendance, Session
from courses.activities.quorum import HALF, MAJORITY, TWO_THIRDS, hold, needed
from courses.credits.models import CreditEntry
from members.accounts.models import Member
from tests.factories import make_group, make_member
from tests.people import People, people, signed_in

__all__ = ["people"]

AGO = timedelta(hours=3)


def test_t15_the_half_is_enough_or_not() -> None:
    half, more = hold(HALF, 4, 2), hold(MAJORITY, 4, 2)
    assert half is not None
    assert more is not None
    assert (half.reached, more.reached, more.needed) == (True, False, 3)
    assert hold("", 4, 0) is None


@pytest.mark.parametrize(
    ("rule", "share", "over"),
    [(HALF, Fraction(1, 2), False), (MAJORITY, Fraction(1, 2), True),
     (TWO_THIRDS, Fraction(2, 3), False)],
)  # fmt: skip
def test_it_agrees_with_fractions(rule: str, share: Fraction, over: bool) -> None:
    for called in range(1, 200):
        enough = [
            n
            for n in range(called + 1)
            if (Fraction(n, called) > share if over else Fraction(n, called) >= share)
        ]
        assert needed(rule, called) == enough[0]
    nobody = hold(rule, 0, 0)
    assert nobody is not None
    assert not nobody.reached


def committee(people: People, rule: str) -> tuple[Session, list[Member]]:
    """Four of a committee, led by one of them, held this morning."""
    group = make_group("支委会")
    called = [make_member(f"委员{n}", people.crew, group) for n in range(4)]
    made = schedule_class(
        created_by=people.admin, title="支委会", starts_at=timezone.now() - AGO, minutes=60,
        lecturer=called[0], audience_units=[group], online=False, place="会议室", quorum=rule,
        credit_kind="theory",
    )  # fmt: skip
    return made, called


def save(people: People, session: Session, came: list[Member], **more: str) -> int:
    """Send the list as the host's page does; the status."""
    began, ended = roster.held(session)
    zone = timezone.get_fixed_timezone(480)
    form = {
        "began": timezone.localtime(began, zone).strftime("%Y-%m-%dT%H:%M"),
        "ended": timezone.localtime(ended, zone).strftime("%Y-%m-%dT%H:%M"),
        **{f"there-{one.pk}-0": "on" for one in came}, **more,
    }  # fmt: skip
    client = signed_in(people.admin, "en")
    answer = client.post(f"/sessions/{session.code}/roster/", form)
    page = answer.content.decode()
    assert ("2 of 4 were there; 3 are needed" in page) is (answer.status_code == 422)
    return answer.status_code


def test_t15_the_host_is_reminded_before_the_list_is_closed(people: People) -> None:
    session, called = committee(people, MAJORITY)
    assert save(people, session, called[1:2]) == 422, "she and one more: two of four"
    assert not Attendance.objects.exists()
    assert save(people, session, called[1:2], without_quorum="on") == 302
    session.refresh_from_db()
    found = roster.quorum_of(session)
    assert found is not None
    assert (found.called, found.present, found.reached) == (4, 2, False)
    page = signed_in(people.admin, "en").get(f"/sessions/{session.code}/").content.decode()
    assert "Quorum not met" in page
    assert CreditEntry.objects.filter(member=called[1]).exists(), "hours count all the same"


def test_t15_half_is_valid_where_the_half_is_enough(people: People) -> None:
    session, called = committee(people, HALF)
    assert save(people, session, called[1:2]) == 302
    page = signed_in(people.admin, "en").get(f"/sessions/{session.code}/").content.decode()
    assert "Quorum met" in page


def test_guests_do_not_make_a_quorum(people: People) -> None:
    session, called = committee(people, MAJORITY)
    guests = [people.host, people.member]
    found = roster.quorum_of(session, {one.pk for one in [*guests, called[1]]})
    assert found is not None
    assert found.present == 2


def test_the_rule_is_chosen_in_the_form(people: People) -> None:
    session, _ = committee(people, HALF)
    page = signed_in(people.admin, "en").get(f"/sessions/{session.code}/edit/").content.decode()
    assert '<option value="half" selected' in page
    assert "More than half" in page
