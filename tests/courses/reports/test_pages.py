"""The board's pages and its export: who may look, equal figures everywhere, looks written down."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from courses.catalog.models import Course
from courses.completion.actions import enrol
from courses.completion.models import Enrolment
from courses.credits.models import ViewLog
from courses.reports import queries
from courses.reports.sheet import harmless
from members.accounts.models import Member
from members.units.actions import give_role
from tests.factories import make_member
from tests.people import People, signed_in

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RARE = ("䶮", "阿依古丽·买买提")


@pytest.fixture
def course(people: People) -> Course:
    """Taken by the member, and by two of her crew with rare names; one has completed it."""
    made = Course.objects.create(
        code="AQ-101", title="=安全生产法", author=people.host, state="published"
    )
    others = [make_member(name, people.crew, password=None) for name in RARE]
    enrol([one.pk for one in [people.member, *others]], made.pk, now=NOW)
    Enrolment.objects.filter(member=others[0]).update(permille=1000, completed_at=NOW)
    return made


def addresses(people: People, course: Course) -> list[str]:
    unit = people.crew.code
    return [
        f"/board/{unit}/", f"/board/{unit}/ranking/", f"/board/{unit}/export.csv",
        f"/board/{unit}/people/{course.code}/",
    ]  # fmt: skip


def test_only_who_steers_a_unit_or_one_above_sees_it(people: People, course: Course) -> None:
    give_role(people.company, people.assistant.pk, "leader")
    give_role(people.contractors, people.outsider.pk, "admin")
    for address in addresses(people, course):
        answers = {
            role: signed_in(member).get(address).status_code
            for role, member in people.everybody.items()
        }
        assert answers == {
            "host": 403, "assistant": 200, "member": 403, "outsider": 403, "admin": 200,
            "anonymous": 302,
        }, address  # fmt: skip
    homes = {
        role: signed_in(member).get("/board/").status_code
        for role, member in people.everybody.items()
    }
    assert (homes["member"], homes["host"], homes["anonymous"]) == (403, 403, 302)
    assert (homes["outsider"], homes["assistant"], homes["admin"]) == (302, 302, 200)


def test_a_unit_nobody_has_is_refused_like_a_foreign_one(people: People) -> None:
    assert signed_in(people.admin).get("/board/nowhere/").status_code == 403


def test_figures_are_the_same_on_every_page_and_in_the_export(
    people: People, course: Course
) -> None:
    client, unit = signed_in(people.admin, "en"), people.company.code
    board = client.get(f"/board/{unit}/").content.decode()
    assert set(re.findall(r"(\d+)<small>/(\d+)</small>", board)) == {("1", "3")}
    page = client.get(f"/board/{unit}/people/AQ-101/").content.decode()
    assert "1 of 3 completed it" in page
    assert page.count('<li class="row">') == 3
    data = _export(client.get(f"/board/{unit}/export.csv"))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert (len(rows), sum(row["State"] == "Completed" for row in rows)) == (3, 1)
    assert queries.figures(people.company) == queries.figures(people.crew, course) == (3, 1)


def _export(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_export_keeps_names_and_runs_nothing(people: People, course: Course) -> None:
    answer = signed_in(people.admin, "zh-hans").get(f"/board/{people.crew.code}/export.csv")
    data = _export(answer)
    assert data.startswith(b"\xef\xbb\xbf")
    for name in RARE:
        assert name.encode() in data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row[4] for row in rows[1:]} == {"'=安全生产法"}


def test_an_export_of_several_pieces_has_each_row_once(
    people: People, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PIECE", 2)
    data = _export(signed_in(people.admin).get(f"/board/{people.crew.code}/export.csv"))
    numbers = [row[0] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))][1:]
    assert sorted(numbers) == sorted(Member.objects.filter(enrolments__course=course)
                                     .values_list("staff_no", flat=True))  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_whatever_a_program_might_run_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1013", "田蕊", "a=b", "2026-11-23 08:00"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_every_look_is_written_down_for_her_who_was_looked_at(
    people: People, course: Course
) -> None:
    client = signed_in(people.admin)
    for _ in range(2):
        client.get(f"/board/{people.crew.code}/people/AQ-101/")
    _export(client.get(f"/board/{people.crew.code}/export.csv"))
    looks = ViewLog.objects.filter(subject=people.member, viewer=people.admin)
    assert dict(looks.values_list("what", "times")) == {"board": 2, "export": 1}
    mine = signed_in(people.member, "en").get("/record/").content.decode()
    assert "Shao Min" in mine


def test_who_needs_help_comes_first_and_alone_on_demand(people: People, course: Course) -> None:
    found = list(queries.people(people.company, course))
    assert found[-1].completed_at is not None
    client = signed_in(people.admin)
    page = client.get(f"/board/{people.crew.code}/people/AQ-101/?state=open").content.decode()
    assert RARE[1] in page
    assert RARE[0] not in page


def test_an_unknown_course_is_not_found(people: People) -> None:
    answer = signed_in(people.admin).get(f"/board/{people.crew.code}/people/NO-1/")
    assert answer.status_code == 404
