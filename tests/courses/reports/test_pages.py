"""The board's pages and its export: who may look, equal figures everywhere, looks written down."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import Client
from pypdf import PdfReader

from courses.assignments.models import Assignment, Notice, Obligation, Step
from courses.catalog.models import Course
from courses.completion.actions import enrol
from courses.completion.models import Enrolment
from courses.credits.models import ViewLog
from courses.credits.queries import today
from courses.reports import export, files, queries
from courses.reports.actions import obliged
from courses.reports.models import Export
from courses.reports.sheet import harmless
from members.accounts.models import Member
from members.units.actions import give_role
from tests.factories import make_member
from tests.people import People, signed_in

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RARE = ("䶮", "阿依古丽·买买提")


@pytest.fixture(autouse=True)
def own_files(settings: SimpleNamespace, tmp_path: Path) -> None:
    """Keys begin anew with every test: workbooks of another one must not lie there."""
    settings.DATA_DIR = tmp_path


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
        f"/board/{unit}/people/{course.code}/", f"/board/{unit}/people/",
        f"/board/{unit}/export.pdf",
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
    assert queries.figures(people.company) == queries.figures(people.crew, course) == (3, 1, 0, 0)


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


@pytest.fixture
def late(people: People, course: Course) -> Obligation:
    """Everybody of the crew owes the course since long ago; the member's obligation."""
    day = today() - timedelta(days=40)
    made = Assignment.objects.create(
        title="t", audience={}, begins_on=day, due_on=day, created_by=people.admin
    )
    rows = [
        Obligation(member=one.member, assignment=made, course=course, from_on=day,
                   due_on=day + timedelta(days=5), completed_at=one.completed_at)
        for one in Enrolment.objects.filter(course=course).select_related("member")
    ]  # fmt: skip
    ill = next(one for one in rows if one.member.name == RARE[1])
    ill.waived_from, ill.waived_reason, ill.waived_by = day, "病假", people.admin
    Obligation.objects.bulk_create(rows)
    obliged(rows)
    return Obligation.objects.get(member=people.member)


def test_board_csv_workbook_and_paper_say_the_same(
    people: People, course: Course, late: Obligation
) -> None:
    client, unit = signed_in(people.admin, "en"), people.company.code
    said = ["3", "1", "0", "1", "1", "50.0"]
    figures = queries.figures(people.company, course)
    assert export.figure_cells(figures) == said
    board = client.get(f"/board/{unit}/").content.decode()
    numbers = re.search(r'<dl class="kpis">(.*?)</dl>', board, re.S)
    assert numbers
    assert re.findall(r">([\d./ ]+)<", numbers[1]) == ["50.0", "1 / 2", "0", "1", "1"]
    rows = list(csv.DictReader(io.StringIO(
        _export(client.get(f"/board/{unit}/export.csv")).decode("utf-8-sig"))))  # fmt: skip
    states = sorted(row["State"] for row in rows)
    assert states == ["Completed", "Overdue", "Waived"]
    book = openpyxl.load_workbook(io.BytesIO(_workbook(client, unit)), read_only=True)
    assert [one.value for one in list(book["Courses"])[1]][2:] == said
    assert [one.value for one in list(book["Units"])[1]][1:] == said
    people_rows = [[cell.value or "" for cell in row] for row in book["People"]]
    assert [row[5] for row in people_rows[1:]] == [row["State"] for row in rows]
    assert {row[1] for row in people_rows[1:]} >= set(RARE)
    paper = PdfReader(io.BytesIO(client.get(f"/board/{unit}/export.pdf").content))
    text = "\n".join(page.extract_text() for page in paper.pages)
    for line in (people.company.name("en"), f"{course.code} {course.title}"):
        assert re.search(re.escape(line) + r"\s+" + r"\s+".join(map(re.escape, said)), text), text
    for state, count in (("overdue", 1), ("waived", 1), ("going", 0), ("done", 1), ("open", 2)):
        page = client.get(f"/board/{unit}/people/?state={state}").content.decode()
        assert page.count('<li class="row">') == count, state


def _status(client: Client, address: str) -> int:
    answer = client.get(address)
    if answer.streaming:
        _export(answer)  # a file is closed when it was read
    return answer.status_code


def _workbook(client: Client, unit: str) -> bytes:
    answer = client.post(f"/board/{unit}/export/")
    one = Export.objects.get()
    assert answer["Location"] == f"/board/files/{one.pk}/"
    page = client.get(answer["Location"])
    assert page["Refresh"] == "2"
    files.make_workbook.call(one.pk)
    page = client.get(answer["Location"])
    assert "Refresh" not in page
    return _export(client.get(f"/board/files/{one.pk}/learning.xlsx"))


def test_a_formula_in_a_workbook_is_text(people: People, course: Course) -> None:
    Member.objects.filter(pk=people.member.pk).update(name="=HYPERLINK(1)\x08")
    data = _workbook(signed_in(people.admin), people.crew.code)
    rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[2].iter_rows()
    found = [cell for row in rows for cell in row if str(cell.value).startswith("=")]
    assert {(cell.value, cell.data_type) for cell in found} == {
        ("=HYPERLINK(1)", "s"), ("=安全生产法", "s"),
    }  # fmt: skip


def test_a_workbook_is_its_owners_and_is_over_one_day(people: People, course: Course) -> None:
    give_role(people.crew, people.assistant.pk, "leader")
    unit = people.crew.code
    answers = {
        role: signed_in(member).post(f"/board/{unit}/export/").status_code
        for role, member in people.everybody.items()
    }
    assert answers == {
        "host": 403, "assistant": 302, "member": 403, "outsider": 403, "admin": 302,
        "anonymous": 302,
    }  # fmt: skip
    assert Export.objects.count() == 2
    one = Export.objects.get(owner=people.assistant)
    files.make_workbook.call(one.pk)
    for address in (f"/board/files/{one.pk}/", f"/board/files/{one.pk}/learning.xlsx"):
        found = {r: _status(signed_in(m), address) for r, m in people.everybody.items()}
        assert found == {
            "host": 404, "assistant": 200, "member": 404, "outsider": 404, "admin": 404,
            "anonymous": 302,
        }, address  # fmt: skip
    path = files.path_of(one)
    assert path.exists()
    Export.objects.filter(pk=one.pk).update(expires_at=NOW - timedelta(days=900))
    assert signed_in(people.assistant).get(f"/board/files/{one.pk}/").status_code == 404
    assert files.sweep() == 1
    assert not path.exists()


def test_one_workbook_at_a_time_and_a_lost_one_fails(people: People, course: Course) -> None:
    first = files.ask(people.admin, people.crew, "en")
    assert files.ask(people.admin, people.company, "en") == first
    Export.objects.update(touched_at=NOW - timedelta(days=900))
    files.sweep()
    first.refresh_from_db()
    assert first.state == "failed"
    files.make_workbook.call(first.pk)
    assert not files.path_of(first).exists()


def test_a_private_reminder_reaches_only_who_is_late_and_below(
    people: People, course: Course, late: Obligation
) -> None:
    keys = list(Enrolment.objects.filter(course=course).values_list("pk", flat=True))
    address = f"/board/{people.crew.code}/remind/"
    give_role(people.contractors, people.outsider.pk, "admin")
    answers = {
        role: signed_in(member).post(address, {"who": keys}).status_code
        for role, member in people.everybody.items()
    }
    assert answers == {
        "host": 403, "assistant": 403, "member": 403, "outsider": 403, "admin": 302,
        "anonymous": 302,
    }  # fmt: skip
    page = signed_in(people.admin, "en").post(address, {"who": keys}, follow=True)
    assert "Reminded 1 person" in page.content.decode()
    assert list(Notice.objects.values_list("reader", "obligation", "step")) == [
        (people.member.pk, late.pk, Step.MEMBER)
    ]
    assert ViewLog.objects.filter(what="reminder", subject=people.member).exists()
    foreign = f"/board/{people.contractors.code}/remind/"
    Notice.objects.all().delete()
    signed_in(people.outsider).post(foreign, {"who": [*keys, "x", str(2**70)]})
    assert not Notice.objects.exists()
