"""Requirements are data with a source: written by platform admins, version after version."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from courses.credits.actions import waive
from courses.credits.assess import assess
from courses.credits.cohort import asked, standings
from courses.credits.limits import BadLimits, check, rule_of
from courses.credits.models import Kind, Mode, Requirement, Tenure, ViewLog
from courses.credits.requirements.actions import TooEarly, write_requirement
from courses.credits.requirements.queries import listed
from members.accounts.models import Member
from tests.courses.credits.test_record_pages import write as enter
from tests.people import People, signed_in

FORM = {
    "code": "H-02", "title": "书记和班子成员年度学时", "title_en": "Secretaries",
    "layer": "national",
    "source": "2019–2023 年规划", "standing": "check", "span": "year", "hours": "56",
    "self_percent": "50", "day_hours": "8", "centralised": "1", "pro_rata": "monthly",
    "valid_from": "2019-01-01",
}  # fmt: skip


def write(by: Member, code: str, threshold: int, **fields: Any) -> Requirement:
    """A requirement with everything else as usual."""
    return write_requirement(
        by, code, **{
            "title": code, "source": "law", "standing": "verified", "layer": "national",
            "threshold": threshold, "valid_from": date(2019, 1, 1), **fields,
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 403), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_only_platform_admins_write_rules(people: People, who: str, status: int) -> None:
    write(people.admin, "H-01", 3200)
    client = signed_in(people.everybody[who])
    for address in ("/requirements/", "/requirements/new/", "/requirements/H-01/"):
        assert client.get(address).status_code == status
    sent = client.post("/requirements/new/", FORM).status_code
    assert sent == (302 if status != 403 else 403)
    assert Requirement.objects.filter(code="H-02").exists() is (who == "admin")


def test_a_requirement_is_written_through_its_form(people: People) -> None:
    boss = signed_in(people.admin, "en")
    form = {**FORM, "units": [people.company.pk], "kinds": ["theory", "safety"]}
    assert boss.post("/requirements/new/", form).status_code == 302
    one = Requirement.objects.get()
    assert (one.threshold, one.version, one.created_by) == (5600, 1, people.admin)
    rule = rule_of(one.code, one.threshold, one.rule)
    assert (rule.day_cap, rule.caps[0].percent, rule.tallies[0].times) == (800, 50, 1)
    assert rule.kinds == {"theory", "safety"}
    page = boss.get("/requirements/").content.decode()
    assert "To be checked" in page
    assert "2019–2023 年规划" in page
    assert boss.get("/requirements/H-02/").status_code == 200
    assert boss.get("/requirements/nothing/").status_code == 404


def test_a_change_is_a_new_version_that_begins_later(people: People) -> None:
    boss = signed_in(people.admin, "en")
    boss.post("/requirements/new/", FORM)
    same = boss.post("/requirements/H-02/", {**FORM, "hours": "60"})
    assert "a new one begins later" in same.content.decode()
    boss.post("/requirements/H-02/", {**FORM, "hours": "60", "valid_from": "2027-01-01"})
    assert list(Requirement.objects.values_list("version", "threshold")) == [(1, 5600), (2, 6000)]
    [found] = assess(people.member, date(2026, 5, 1))
    assert found.result.full == 5600
    with pytest.raises(TooEarly):
        write(people.admin, "H-02", 1, valid_from=date(2020, 1, 1))
    again = boss.post("/requirements/new/", FORM)
    assert "this code already" in again.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"valid_to": "2018-01-01"}, "valid_to"), ({"span": "fixed"}, "valid_to"),
     ({"span": "since_joining"}, "days"), ({"hours": "-1"}, "hours"), ({"code": "h 2"}, "code"),
     ({"source": ""}, "source"), ({"self_percent": "101"}, "self_percent"),
     ({"source_url": "javascript:alert(1)"}, "source_url")],
)  # fmt: skip
def test_what_makes_no_sense_is_shown_at_its_field(
    people: People, change: dict[str, str], field: str
) -> None:
    answer = signed_in(people.admin).post("/requirements/new/", {**FORM, **change})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Requirement.objects.exists()


def test_t10_t11_the_list_says_when_a_higher_layer_decides(people: People) -> None:
    write(people.admin, "UP", 2000)
    write(people.admin, "LOW", 1600, layer="unit")
    write(people.admin, "HIGH", 2400, layer="unit")
    above = {one.requirement.code: one.above for one in listed(date(2026, 5, 1))}
    assert (above["UP"], above["HIGH"]) == (None, None)
    assert above["LOW"] is not None
    assert above["LOW"].code == "UP"
    assert "Effective 20.0" in signed_in(people.admin, "en").get("/requirements/").content.decode()


def test_only_who_may_writes(people: People) -> None:
    with pytest.raises(PermissionDenied):
        write(people.member, "H-01", 3200)


@pytest.mark.parametrize(
    "bad",
    [[], {"fun": 1}, {"kinds": ["fun"]}, {"kinds": "safety"}, {"pro_rata": "weekly"},
     {"day_cap": -1}, {"day_cap": True}, {"caps": [{"percent": 50}]}, {"caps": [3]},
     {"caps": [{"modes": ["self"], "percent": 101}]}, {"floors": [{"kinds": ["theory"]}]},
     {"tallies": [{"count": 1, "modes": ["sleep"]}]}, {"caps": [{}] * 21}],
)  # fmt: skip
def test_limits_that_limit_nothing_are_refused(bad: Any) -> None:
    with pytest.raises(BadLimits):
        check(bad, Kind.values, Mode.values)


# ---- in words, and who reaches it


def test_a_preview_says_who_reaches_it_today(people: People) -> None:
    enter(people.member, minutes=90)
    form = {
        **FORM, "hours": "1", "kinds": ["safety"], "centralised": "", "self_percent": "",
        "preview": "1",
        "units": [people.crew.pk, people.contractors.pk],
    }  # fmt: skip
    answer = signed_in(people.admin, "en").post("/requirements/new/", form)
    page = answer.content.decode()
    assert "1 of 2 people reach it today" in page
    assert "Lu Changhe" in page
    assert "0.0 of 1.0 credit hours" in page
    assert not Requirement.objects.exists(), "nothing is saved"
    looks = ViewLog.objects.filter(what="preview").values_list("subject__staff_no", flat=True)
    assert list(looks) == ["1058"], "who is named can see that she was"
    secretary = {**form, "role": "secretary"}
    none = signed_in(people.admin, "en").post("/requirements/new/", secretary).content.decode()
    assert "0 of 0 people" in none


def test_many_people_stand_as_each_of_them_alone(people: People) -> None:
    rule = {"caps": [{"modes": ["self"], "percent": 5}], "day_cap": 800, "carry_most": 100}
    one = write(people.admin, "H-01", 3200, rule=rule)
    enter(people.member, minutes=400)
    enter(people.host, minutes=45)
    Tenure.objects.create(member=people.host, joined_on=date(2026, 4, 1))
    waive(people.admin, people.member, date(2026, 1, 1), date(2026, 2, 28), "ill", "H-01")
    today = date.today()  # noqa: DTZ011 - any day
    found = {
        standing.member: standing.result
        for standing in standings(one, asked([]), today, today, 1000)
    }
    assert len(found) == 5
    for member, result in found.items():
        assert [result] == [alone.result for alone in assess(member, today, today)]
    few = list(standings(one, asked([]), today, today, 2))
    assert len(few) == 2, "bounded"


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 200), ("assistant", 200), ("member", 200), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_reads_a_requirement_in_words(people: People, who: str, status: int) -> None:
    write(people.admin, "H-01", 3200, units=[people.company], rule={
        "caps": [{"modes": ["self"], "percent": 50}], "day_cap": 800, "carry_most": 200,
        "floors": [{"value": 400, "kinds": ["practice"]}], "kinds": ["safety", "practice"],
        "tallies": [{"count": 1, "modes": ["in_person"]}],
    })  # fmt: skip
    client = signed_in(people.everybody[who], "en")
    answer = client.get("/requirements/H-01/about/")
    assert answer.status_code == status
    unknown = {"admin": 404, "anonymous": 302}.get(who, 403)
    assert client.get("/requirements/NOTHING/about/").status_code == unknown
    if status == 200:
        page = answer.content.decode()
        for words in (
            "32.0 credit hours in each calendar year",
            "Of one day at most 8.0 hours",
            "Self-study: at most 50% of what is required",
            "Practice: at least 4.0 hours",
            "In person: at least 1 time.",
            "At most 2.0 hours of the year before",
        ):
            assert words in page  # fmt: skip


def test_what_no_field_shows_survives_a_new_version(people: People) -> None:
    kept = [{"count": 2, "modes": ["in_person", "hall"]}]
    caps = [{"modes": ["self"], "percent": 50}, {"modes": ["external"], "percent": 10}]
    floors = [{"kinds": ["practice"], "value": 400}]
    write(people.admin, "H-02", 5600, rule={"tallies": kept, "caps": caps, "floors": floors})
    boss = signed_in(people.admin, "en")
    page = boss.get("/requirements/H-02/").context["form"].initial
    assert (page["self_percent"], page["practice"], page["centralised"]) == (50, 4, None)
    form = {**FORM, "centralised": "", "self_percent": "40", "practice": "5", "carry": "1.5"}
    boss.post("/requirements/H-02/", {**form, "valid_from": "2027-01-01"})
    rule = Requirement.objects.get(version=2).rule
    assert rule["tallies"] == kept
    assert [cap["percent"] for cap in rule["caps"]] == [40, 10]
    assert rule["floors"] == [{"kinds": ["practice"], "value": 500}]
    assert rule["carry_most"] == 150


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 403), ("assistant", 403), ("member", 403), ("outsider", 403), ("admin", 200),
     ("anonymous", 302)],
)  # fmt: skip
def test_who_writes_down_when_somebody_came(people: People, who: str, status: int) -> None:
    client = signed_in(people.everybody[who], "en")
    address = "/record/1013/tenure/"
    assert client.get(address).status_code == status
    days = {"joined_on": "2026-07-01", "left_on": "2026-06-01"}
    assert client.post(address, days).status_code == (422 if status == 200 else status)
    client.post(address, {"joined_on": "2026-07-01", "left_on": ""})
    assert Tenure.objects.filter(member=people.member).exists() is (who == "admin")
