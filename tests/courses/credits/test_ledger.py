"""The ledger: written once, never changed, taken back only by a second entry."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from courses.credits import actions, guards, queries
from courses.credits.actions import AlreadyReversed, Earned
from courses.credits.assess import facts_of
from courses.credits.models import ConversionTable, CreditEntry, Tenure
from courses.credits.sealing import Head, head, seal, verify
from members.accounts.models import Member
from members.units.actions import give_role
from members.units.models import Organisation
from tests.conftest import ON_POSTGRES
from tests.factories import make_department, make_member
from tests.people import People

AT = datetime(2026, 12, 9, 8, 30, tzinfo=UTC)


def write(member: Member, source: str = "AQ-101", minutes: int = 90, **more: Any) -> CreditEntry:
    """One ordinary entry."""
    at = more.pop("at", AT)
    evidence = {"percent": 95, "name": "李䶮"}
    return actions.record(
        member, "course", source, minutes, "safety", "self", at, evidence, title=source, **more
    )


def test_an_entry_keeps_everything_about_its_moment(people: People) -> None:
    entry = write(people.member)
    assert (entry.value, entry.minutes, entry.conversion) == (200, 90, "45 min/1")
    assert (entry.earned_on, entry.unit) == (date(2026, 12, 9), people.crew)


def test_the_same_source_counts_once(people: People) -> None:
    first = write(people.member)
    assert write(people.member, minutes=45) == first
    assert write(people.member, segment="2") != first
    assert write(people.member, period="2027") != first
    assert write(people.host) != first
    assert CreditEntry.objects.count() == 4


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Shanghai", date(2026, 1, 1)), ("UTC", date(2025, 12, 31)),
     ("Europe/Berlin", date(2025, 12, 31))],
)  # fmt: skip
def test_t16_the_date_is_the_organisation_s(people: People, zone: str, day: date) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": zone})
    entry = write(people.member, at=datetime(2025, 12, 31, 16, 20, tzinfo=UTC))
    assert entry.earned_on == day


def test_t17_hours_follow_the_person_and_entries_keep_their_unit(people: People) -> None:
    entry = write(people.member)
    people.member.department = people.contractors
    people.member.save()
    entry.refresh_from_db()
    assert entry.unit == people.crew
    assert [item.value for item in queries.items_of(people.member.pk)] == [200]
    assert write(people.member, "later").unit == people.contractors


def test_a_new_table_leaves_old_entries_alone(people: People) -> None:
    before = write(people.member)
    ConversionTable.objects.create(
        name="60 min", valid_from=date(2027, 1, 1), created_by=people.admin,
        rules={"step": 10, "modes": {"*": {"per_hour": 60}}},
    )  # fmt: skip
    assert write(people.member, "b").value == 200
    after = write(people.member, "c", at=datetime(2027, 1, 5, tzinfo=UTC))
    assert (after.value, after.conversion) == (150, "60 min/1")
    before.refresh_from_db()
    assert before.value == 200


def test_reversing_appends(people: People) -> None:
    entry = write(people.member)
    opposite = actions.reverse(entry, "wrong person", people.admin)
    assert (opposite.value, opposite.reverses, opposite.reason) == (-200, entry, "wrong person")
    [item] = queries.items_of(people.member.pk)
    assert item.reversed
    for again in (entry, opposite):
        with pytest.raises(AlreadyReversed):
            actions.reverse(again, "again", people.admin)
    with pytest.raises(ValueError, match="reason"):
        actions.reverse(write(people.member, "b"), "  ")


def test_a_replacement_is_the_next_revision(people: People) -> None:
    entry = write(people.member)
    right = Earned(people.member, "course", "x", "right", 45, "theory", "self", AT)
    new = actions.replace(entry, right, "too long")
    assert (new.revision, new.source_id, new.value) == (1, "AQ-101", 100)
    assert write(people.member) == entry, "the first one still stands for its key"


@pytest.mark.parametrize(
    "bad",
    [{"kind": "fun"}, {"mode": "sleep"}, {"source_kind": "air"}, {"minutes": 1441},
     {"minutes": -1}, {"source_id": ""}, {"source_id": "x" * 65}, {"segment": "x" * 33}],
)  # fmt: skip
def test_what_no_entry_can_say_is_refused(people: People, bad: dict[str, Any]) -> None:
    good = {
        "member": people.member, "source_kind": "course", "source_id": "1", "title": "t",
        "minutes": 1, "kind": "theory", "mode": "self", "earned_at": AT,
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"\w"):
        actions.record_many([Earned(**{**good, **bad})])


@pytest.mark.parametrize("evidence", [{"share": 0.5}, {"at": AT}, {"n": 2**60}, {"t": "\x00"}])
def test_evidence_has_one_form(people: People, evidence: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        actions.record(people.member, "course", "1", 1, "theory", "self", AT, evidence, title="t")


def test_others_hear_of_new_entries_only(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[CreditEntry] = []
    monkeypatch.setattr(actions, "when_recorded", [heard.extend])
    entry = write(people.member)
    write(people.member)
    opposite = actions.reverse(entry, "no", people.admin)
    assert heard == [entry, opposite]


def test_a_thousand_people_are_some_dozens_of_statements(
    people: People, django_assert_max_num_queries: Any
) -> None:
    members = Member.objects.bulk_create(
        Member(staff_no=f"B{n}", name="m", department=people.crew) for n in range(1000)
    )
    earned = [
        Earned(one, "class", "7", "t", 90, "safety", "live", AT, {"percent": 90}) for one in members
    ]
    with django_assert_max_num_queries(40):
        entries = actions.record_many(earned)
    assert [entry.member_id for entry in entries] == [one.pk for one in members]
    assert [entry.pk for entry in actions.record_many(earned)] == [entry.pk for entry in entries]


# ---- by hand


def by_hand(by: Member, member: Member, **more: Any) -> CreditEntry:
    """An entry by hand with everything it needs."""
    fields = {
        "title": "Fire drill", "minutes": 90, "kind": "safety", "mode": "in_person",
        "on": date(2026, 10, 1), "reason": "paper list of 1 October",
    }  # fmt: skip
    return actions.enter_by_hand(by, member, **{**fields, **more})


def test_who_may_write_in_a_record(people: People) -> None:
    subject = people.member
    allowed = {
        name for name, one in people.everybody.items() if one and queries.may_write(one, subject)
    }
    assert allowed == {"admin"}
    give_role(people.company, people.assistant.pk, "admin")
    give_role(people.crew, people.outsider.pk, "leader")
    assert queries.may_write(people.assistant, subject), "admin of a unit above"
    assert not queries.may_write(people.outsider, subject)
    assert queries.may_see(people.outsider, subject)
    assert not queries.may_write(people.assistant, people.assistant)
    assert subject in queries.writable_people(people.assistant)
    assert people.assistant not in queries.writable_people(people.assistant)
    with pytest.raises(PermissionDenied):
        by_hand(people.outsider, subject)
    with pytest.raises(PermissionDenied):
        by_hand(people.admin, people.admin)


def test_an_entry_by_hand_says_who_and_why(people: People) -> None:
    entry = by_hand(people.admin, people.member, token="one")
    assert (entry.entered_by, entry.reason) == (people.admin, "paper list of 1 October")
    assert by_hand(people.admin, people.member, token="one") == entry
    for bad in ({"reason": " "}, {"on": date(2999, 1, 1)}):
        with pytest.raises(ValueError, match="reason"):
            by_hand(people.admin, people.member, **bad)


# ---- the database refuses


@pytest.mark.parametrize("field", ["value", "member_id", "earned_on", "title", "evidence"])
def test_the_database_refuses_a_change(people: People, field: str) -> None:
    entry = write(people.member)
    other = {
        "value": 900, "member_id": people.host.pk, "earned_on": date(2020, 1, 1), "title": "x",
        "evidence": {},
    }  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CreditEntry.objects.filter(pk=entry.pk).update(**{field: other[field]})


def test_the_database_refuses_a_removal_and_a_second_seal(people: People) -> None:
    entry = write(people.member)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CreditEntry.objects.filter(pk=entry.pk).delete()
    seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CreditEntry.objects.filter(pk=entry.pk).update(number=2, digest="f" * 64)


def test_sealing_cannot_smuggle_a_change_in(people: People) -> None:
    entry = write(people.member)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CreditEntry.objects.filter(pk=entry.pk).update(number=1, digest="f" * 64, value=900)


# ---- the chain


@pytest.fixture
def sealed(people: People) -> list[CreditEntry]:
    """Six sealed entries in a database whose triggers somebody dropped."""
    entries = [write(people.member, f"c{n}") for n in range(5)]
    entries.append(actions.reverse(entries[1], "wrong", people.admin))
    assert seal() == 6
    guards.remove(connection)
    return list(CreditEntry.objects.order_by("number"))


def rewrite(entry: CreditEntry, **fields: Any) -> None:
    """What somebody with the database in her hands could do."""
    CreditEntry.objects.filter(pk=entry.pk).update(**fields)


def test_an_honest_chain_is_complete(people: People) -> None:
    write(people.member)
    assert (seal(), seal()) == (1, 0)
    write(people.member, "b")
    found = verify()
    assert (found.head, found.unsealed, found.fault) == (head(), 1, "")
    assert seal() == 1
    assert verify(found.head).fault == ""


@pytest.mark.parametrize(
    "change",
    [{"value": 900}, {"title": "x"}, {"evidence": {"percent": 100}}, {"minutes": 91},
     {"earned_on": date(2026, 12, 10)}, {"reason": "x"}, {"source_id": "c9"}, {"digest": "0" * 64},
     {"entered_by": None, "unit": None}, {"kind": "theory"}, {"segment": "9"}],
)  # fmt: skip
def test_any_change_is_found(sealed: list[CreditEntry], change: dict[str, Any]) -> None:
    rewrite(sealed[2], **change)
    assert "entry number 3 " in verify().fault


def test_a_removed_row_is_found(sealed: list[CreditEntry]) -> None:
    sealed[3].delete()
    assert "number 4 is missing" in verify().fault


def test_rows_in_another_order_are_found(sealed: list[CreditEntry]) -> None:
    one, two = sealed[3], sealed[4]
    rewrite(one, number=99)
    rewrite(two, number=one.number)
    rewrite(one, number=two.number)
    assert "entry number 4 " in verify().fault


def test_rows_cut_off_at_the_end_are_found_against_a_noted_head(sealed: list[CreditEntry]) -> None:
    noted = head()
    sealed[5].delete()
    guards.install(connection)
    assert verify().fault == ""
    assert "entries are gone" in verify(noted).fault


def test_missing_triggers_are_told(sealed: list[CreditEntry]) -> None:
    assert "no longer refuses" in verify().fault
    guards.install(connection)
    assert guards.missing(connection) == []
    assert verify().fault == ""


def test_the_command(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    write(people.member)
    call_command("verify_ledger", "--seal")
    told = capsys.readouterr().out
    assert "1 entries, chain complete" in told
    call_command("verify_ledger", "--head", told.split()[-1])
    for wrong in ("nonsense", str(Head(7, "a" * 64))):
        with pytest.raises(CommandError):
            call_command("verify_ledger", "--head", wrong)


# ---- tenure


def test_days_before_and_after_somebody_was_here(people: People) -> None:
    assert facts_of(people.member.pk).absent == ()
    Tenure.objects.create(
        member=people.member, joined_on=date(2026, 7, 1), left_on=date(2026, 9, 30)
    )
    before, after = facts_of(people.member.pk).absent
    assert (before.last, after.first) == (date(2026, 6, 30), date(2026, 10, 1))
    assert make_member("x", make_department()).pk not in {people.member.pk}


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL's statistics know of NULLs")
def test_whether_an_entry_was_taken_back_is_looked_up_not_searched_for(people: People) -> None:
    """After ANALYZE, SQLite took an index that is all but empty for one of equal keys."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    actions.record_many(
        Earned(people.member, "course", f"c{n}", "t", 45, "safety", "live", at) for n in range(60)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = queries.entries_of(people.member.pk).explain()
    assert "credit_entry_reversal" in plan
    assert "SCAN" not in plan
