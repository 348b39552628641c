"""My record: who sees it, what it says, requests for correction and their answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from courses.activities.credit import count
from courses.credits import actions, queries
from courses.credits.assess import assess
from courses.credits.models import CreditEntry, Requirement, Tenure, ViewLog, Waiver
from courses.credits.record.actions import (
    MOST_OPEN,
    Decided,
    TooMany,
    correct,
    refuse,
    request_correction,
)
from courses.credits.record.models import Correction, CorrectionState
from members.accounts.models import Member
from members.units.actions import give_role
from tests.courses.credits.test_class_credit import held, present
from tests.people import People, signed_in


def write(member: Member, title: str = "安全生产法", minutes: int = 90) -> CreditEntry:
    """An entry of today."""
    return actions.record(
        member, "course", title, minutes, "safety", "self", timezone.now(), {}, title=title
    )


def require(people: People, code: str = "H-01", **fields: object) -> Requirement:
    """A requirement for everybody this year."""
    made = {
        "code": code, "title": "年度学时", "title_en": "Hours of the year", "source": "第二十条",
        "standing": "verified", "layer": "national", "threshold": 3200,
        "valid_from": date(2019, 5, 6), "created_by": people.admin, **fields,
    }  # fmt: skip
    units = made.pop("units", [])
    saved = Requirement.objects.create(**made)
    saved.units.set(units)
    return saved


# ---- who may look


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 200), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_may_open_a_record(people: People, who: str, status: int) -> None:
    entry = write(people.member)
    client = signed_in(people.everybody[who])
    for address in ("/record/1013/", f"/record/entries/{entry.pk}/"):
        assert client.get(address).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("host", 403), ("assistant", 403), ("member", 403), ("outsider", 403),
                        ("admin", 200), ("anonymous", 302)],
)  # fmt: skip
def test_who_may_enter_by_hand_and_answer(people: People, who: str, status: int) -> None:
    found = request_correction(people.member, "missing")
    client = signed_in(people.everybody[who])
    assert client.get("/record/1013/add/").status_code == status
    assert client.get(f"/record/requests/{found.pk}/").status_code == status
    assert client.get("/record/requests/").status_code == status


@pytest.mark.parametrize("role", ["leader", "secretary", "admin"])
def test_supervisors_see_their_subtree_only(people: People, role: str) -> None:
    give_role(people.crew, people.assistant.pk, role)
    client = signed_in(people.assistant)
    assert client.get("/record/1013/").status_code == 200
    assert client.get("/record/1005/").status_code == 403
    assert client.get("/record/1058/").status_code == 403
    assert client.get("/record/9999/").status_code == 403, "numbers of nobody look the same"


def test_members_of_a_unit_see_nobody(people: People) -> None:
    give_role(people.crew, people.assistant.pk, "member")
    assert signed_in(people.assistant).get("/record/1013/").status_code == 403


def test_a_group_opens_records_too(people: People) -> None:
    give_role(people.lecturers, people.outsider.pk, "secretary")
    assert signed_in(people.outsider).get("/record/1005/").status_code == 200


# ---- every look is noted


def test_looks_of_others_are_noted_and_shown(people: People) -> None:
    entry = write(people.member)
    boss, own = signed_in(people.admin), signed_in(people.member, "en")
    own.get("/record/")
    assert not ViewLog.objects.exists()
    boss.get("/record/1013/")
    boss.get("/record/1013/")
    boss.get(f"/record/entries/{entry.pk}/")
    assert sorted(ViewLog.objects.values_list("what", "times")) == [("entry", 1), ("record", 2)]
    page = own.get("/record/").content.decode()
    assert "Shao Min" in page
    assert "2 times that day" in page
    assert (
        "can see that you looked"
        in signed_in(people.admin, "en").get("/record/1013/").content.decode()
    )


# ---- what it says


def test_a_member_reads_what_counts_and_what_is_missing(people: People) -> None:
    require(people, rule={"caps": [{"modes": ["self"], "percent": 5}]})
    write(people.member)
    page = signed_in(people.member, "en").get("/record/").content.decode()
    assert "1.6 of 32.0 credit hours counted" in page
    assert "Over the limit for self-study" in page
    assert "30.4 hours to go" in page
    assert "第二十条" in page
    assert "still to be checked" not in page


def test_t20_a_requirement_to_be_checked_says_so(people: People) -> None:
    require(people, standing="check")
    page = signed_in(people.member).get("/record/").content.decode()
    assert "依据待核对" in page


def test_layers_roles_tenure_and_waivers(people: People) -> None:
    day = date(2026, 9, 1)
    require(people, "H-01", threshold=3200)
    require(people, "OWN", layer="unit", threshold=1600, units=[people.company])
    require(people, "H-02", threshold=5600, role="secretary")
    require(people, "H-06", threshold=2400, span="since_joining", days=30, units=[people.crew],
            rule={"kinds": ["safety"]})  # fmt: skip
    [one] = assess(people.member, day)
    assert (one.deciding.code, one.result.required, len(one.layers)) == ("H-01", 3200, 2)
    [other] = assess(people.outsider, day)
    assert len(other.layers) == 1
    give_role(people.crew, people.member.pk, "secretary")
    Tenure.objects.create(member=people.member, joined_on=date(2026, 7, 1))
    Waiver.objects.create(
        member=people.member, code="H-02", first=date(2026, 8, 1), last=date(2026, 8, 31),
        reason="ill", approved_by=people.admin,
    )  # fmt: skip
    first, second = assess(people.member, day)
    assert (first.deciding.code, first.result.required) == ("H-02", 5600 * 5 // 12)
    assert first.result.excused
    assert (second.deciding.code, second.result.period.days) == ("H-06", 30)


def test_a_new_version_of_a_requirement_stands_from_its_day(people: People) -> None:
    require(people, valid_to=date(2026, 12, 31))
    require(people, version=2, threshold=4000, valid_from=date(2027, 1, 1))
    assert assess(people.member, date(2026, 5, 1))[0].result.required == 3200
    assert assess(people.member, date(2027, 5, 1))[0].result.required == 4000


def test_what_is_left_over_is_carried_as_far_as_allowed(people: People) -> None:
    require(people, threshold=200, rule={"carry_most": 100})
    at = datetime(2025, 6, 1, tzinfo=UTC)
    actions.record(people.member, "course", "a", 180, "safety", "self", at, {}, title="a")
    [one] = assess(people.member, date(2026, 5, 1))
    assert (one.result.carried, one.result.missing) == (100, 100)


def test_an_attended_class_shows_its_evidence(people: People) -> None:
    session = held(people.host, began=timezone.now() - timedelta(hours=2))
    present(session, people.member, 0, 80, "hall")
    [entry] = count(session, [people.member.pk])
    page = signed_in(people.member, "en").get(f"/record/entries/{entry.pk}/").content.decode()
    assert "88% was seen; it counts from 80%" in page
    assert "45 min/1" in page


def test_pages_of_years_and_of_many_entries(people: People) -> None:
    for number in range(55):
        write(people.member, f"thing {number}", 45)
    client = signed_in(people.member, "en")
    first = client.get("/record/").content.decode()
    assert "1–50 / 55" in first
    assert "51–55 / 55" in client.get("/record/?page=2").content.decode()
    for odd in ("?year=1999", "?year=x", "?page=999", "?year=" + "9" * 30):
        assert client.get(f"/record/{odd}").status_code == 200


# ---- requests


def test_a_request_is_answered_by_a_reversal_and_a_new_entry(people: People) -> None:
    entry = write(people.member)
    own, boss = signed_in(people.member, "en"), signed_in(people.admin, "en")
    own.post(f"/record/entries/{entry.pk}/request/", {"text": "It was 135 minutes in the hall."})
    found = Correction.objects.get()
    assert "135 minutes" in boss.get("/record/requests/").content.decode()
    answer = {
        "decision": "correct", "answer": "List of the hall checked.", "title": entry.title,
        "on": entry.earned_on, "minutes": 135, "kind": "safety", "mode": "hall",
    }  # fmt: skip
    assert boss.post(f"/record/requests/{found.pk}/", answer).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (CorrectionState.ACCEPTED, people.admin)
    standing = [item for item in queries.items_of(people.member.pk) if not item.reversed]
    assert [(item.value, item.mode) for item in standing] == [(300, "hall")]
    page = own.get("/record/").content.decode()
    assert "List of the hall checked." in page
    assert boss.post(f"/record/requests/{found.pk}/", answer).status_code == 302
    assert CreditEntry.objects.count() == 3, "the second press does nothing"


def test_a_missing_entry_is_written_once(people: People) -> None:
    found = request_correction(people.member, "The fire drill is missing")
    answer = {
        "decision": "correct", "answer": "Found.", "title": "Fire drill", "on": queries.today(),
        "minutes": 45, "kind": "safety", "mode": "in_person",
    }  # fmt: skip
    signed_in(people.admin).post(f"/record/requests/{found.pk}/", answer)
    [entry] = CreditEntry.objects.all()
    assert (entry.source_id, entry.entered_by) == (f"correction-{found.pk}", people.admin)


@pytest.mark.parametrize("decision", ["refuse", "reverse"])
def test_refusing_or_taking_back_needs_an_answer_only(people: People, decision: str) -> None:
    entry = write(people.member)
    found = request_correction(people.member, "not me", entry)
    boss = signed_in(people.admin)
    page = boss.post(f"/record/requests/{found.pk}/", {"decision": decision, "answer": " "})
    assert page.status_code == 200
    boss.post(f"/record/requests/{found.pk}/", {"decision": decision, "answer": "checked"})
    found.refresh_from_db()
    assert found.answer == "checked"
    assert CreditEntry.objects.count() == (2 if decision == "reverse" else 1)
    with pytest.raises(Decided):
        refuse(people.admin, found, "again")


def test_a_form_with_mistakes_keeps_what_was_typed(people: People) -> None:
    found = request_correction(people.member, "missing")
    tomorrow = queries.today() + timedelta(days=1)
    bad = {"decision": "correct", "answer": "ok", "title": "", "on": tomorrow, "minutes": 9999}
    page = signed_in(people.admin).post(f"/record/requests/{found.pk}/", bad)
    assert page.status_code == 200
    assert CreditEntry.objects.count() == 0
    with pytest.raises(ValueError, match="nothing to take back"):
        correct(people.admin, found, "ok", None)


def test_requests_have_an_end(people: People) -> None:
    for number in range(MOST_OPEN):
        request_correction(people.member, f"{number}")
    with pytest.raises(TooMany):
        request_correction(people.member, "one more")
    page = signed_in(people.member).post("/record/request/", {"text": "one more"})
    assert page.status_code == 200


def test_nobody_complains_about_the_entry_of_another(people: People) -> None:
    entry = write(people.host)
    for who in (people.member, people.admin):
        answer = signed_in(who).post(f"/record/entries/{entry.pk}/request/", {"text": "x"})
        assert answer.status_code == 403


def test_an_entry_by_hand_through_its_form(people: People) -> None:
    client: Client = signed_in(people.admin, "en")
    token = "0f2b6f7e-4f2c-4a53-9a0e-2f5d2f7f6f11"
    form = {
        "title": "消防演练", "on": queries.today(), "minutes": 90, "kind": "safety",
        "mode": "in_person", "reason": "signed list", "token": token,
    }  # fmt: skip
    assert client.post("/record/1013/add/", {**form, "reason": ""}).status_code == 200
    for _ in range(2):
        assert client.post("/record/1013/add/", form).status_code == 302
    [entry] = CreditEntry.objects.all()
    assert (entry.value, entry.reason, entry.member) == (200, "signed list", people.member)
    page = signed_in(people.member, "en").get(f"/record/entries/{entry.pk}/").content.decode()
    assert "Shao Min" in page
    assert "signed list" in page


def test_t5_a_full_day_is_shown_to_whoever_may_correct_it(people: People) -> None:
    require(people, rule={"day_cap": 800})
    for number in range(3):
        write(people.member, f"c{number}", 225)
    found = "More than 8 credit hours on one day"
    assert found in signed_in(people.admin, "en").get("/record/1013/").content.decode()
    own = signed_in(people.member, "en").get("/record/").content.decode()
    assert found not in own
    assert "Over the daily limit" in own


def test_waivers_are_given_and_withdrawn_by_whoever_may_write(people: People) -> None:
    require(people)
    year = date(2026, 1, 1), date(2026, 12, 31)
    for who, error in ((people.member, PermissionDenied), (people.host, PermissionDenied)):
        with pytest.raises(error):
            actions.waive(who, people.member, *year, "ill")
    with pytest.raises(ValueError, match="reason"):
        actions.waive(people.admin, people.member, *year, " ")
    waiver = actions.waive(people.admin, people.member, *year, "ill")
    assert assess(people.member, date(2026, 5, 1))[0].result.state == "waived"
    with pytest.raises(PermissionDenied):
        actions.withdraw(people.member, waiver)
    actions.withdraw(people.admin, waiver)
    assert assess(people.member, date(2026, 5, 1))[0].result.required == 3200


def test_a_leader_reads_neither_complaints_nor_who_else_looked(people: People) -> None:
    give_role(people.crew, people.assistant.pk, "leader")
    request_correction(people.member, "My leader wrote it down wrongly.")
    signed_in(people.admin).get("/record/1013/")
    page = signed_in(people.assistant, "en").get("/record/1013/").content.decode()
    assert "wrote it down" not in page
    assert "Who looked at this record" not in page
    boss = signed_in(people.admin, "en").get("/record/1013/").content.decode()
    assert "wrote it down" in boss
