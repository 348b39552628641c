"""Hours as they stood at the end of a day: the record, the board, and every file (T17)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
import time_machine
from pypdf import PdfReader

from courses.credits import actions as ledger
from courses.credits.models import Requirement
from courses.credits.requirements.actions import write_requirement
from courses.reports import files
from courses.reports.hours import actions, asat
from courses.reports.hours.asat import Then
from courses.reports.models import Export
from courses.reports.tally import NOBODY, Figures
from members.accounts.actions import set_active, update_person
from members.accounts.models import Member
from tests.factories import make_member
from tests.people import People, signed_in

pytestmark = pytest.mark.django_db
MAY, JULY, AUGUST, SEPTEMBER = (date(2026, month, 15) for month in (5, 7, 8, 9))


@pytest.fixture(autouse=True)
def own_files(settings: SimpleNamespace, tmp_path: Path) -> None:
    """Keys begin anew with every test: workbooks of another one must not lie there."""
    settings.DATA_DIR = tmp_path


def on(day: date) -> time_machine.travel:
    """At noon of ``day``."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=False)


def earn(member: Member, source: str, minutes: int, day: date) -> object:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return ledger.record(member, "course", source, minutes, "safety", "live", at, {}, title=source)


@pytest.fixture
def one(people: People) -> Requirement:
    """Two hours a year of the whole company, since January."""
    with on(date(2026, 1, 5)):
        return write_requirement(
            people.admin, "H-01", title="年度学时", title_en="Hours of the year", source="x",
            standing="own", layer="organisation", threshold=200, valid_from=date(2026, 1, 1),
            units=[people.company],
        )  # fmt: skip


@pytest.fixture
def story(people: People, one: Requirement) -> None:
    """In May the member has two hours; in August she moves, and one of them is taken back."""
    with on(MAY):
        earn(people.member, "a", 45, MAY)
        again = earn(people.member, "b", 45, MAY)
    with on(date(2026, 8, 1)):
        people.member.department = people.host.department
        update_person(people.member)
        ledger.reverse(again, "somebody else sat there", people.admin)  # type: ignore[arg-type]


def cell(then: Then) -> Figures:
    lines = then.lines()
    return lines[0].total if lines else NOBODY


def test_t17_figures_before_a_move_stay_with_the_unit_of_that_day(
    people: People, story: None
) -> None:
    safety = people.host.department
    assert safety is not None
    with on(SEPTEMBER):
        assert cell(Then(people.crew, JULY)) == Figures(1, 1, 0, 0)
        assert cell(Then(people.crew, AUGUST)) == NOBODY
        assert cell(Then(safety, JULY)) == Figures(2, 0, 2, 0)
        assert cell(Then(safety, AUGUST)) == Figures(3, 0, 3, 0), "the hour was taken back"
        whole = Then(people.company, SEPTEMBER).figures()
        while actions.bring_up():
            pass
        column = actions.HoursColumn.objects.get(code="H-01", period="2026")
        rows = actions.HoursCounter.objects.filter(column=column)
        assert {(row.unit_id, 1): (row.asked, row.met, row.behind, row.waived) for row in rows
                if row.asked} == whole, "as of today it is the board"  # fmt: skip


def test_what_was_not_written_yet_is_left_out(people: People, one: Requirement) -> None:
    with on(AUGUST):
        earn(people.member, "late", 90, MAY)
        waiver = ledger.waive(
            people.admin, people.host, date(2026, 1, 1), date(2026, 12, 31), "ill"
        )
    with on(SEPTEMBER):
        ledger.withdraw(people.admin, waiver)
        assert cell(Then(people.crew, JULY)) == Figures(1, 0, 1, 0)
        assert cell(Then(people.crew, AUGUST)) == Figures(1, 1, 0, 0)
        waived = {day: cell(Then(people.company, day)).waived for day in (JULY, AUGUST, SEPTEMBER)}
        assert waived == {JULY: 0, AUGUST: 1, SEPTEMBER: 0}
        assert Then(people.company, date(2025, 12, 31)).lines()[0].cells == []


def test_who_left_since_is_counted_where_she_was(people: People, one: Requirement) -> None:
    with on(AUGUST):
        set_active([people.member.pk], active=False)
    with on(SEPTEMBER):
        make_member(department=people.crew, password=None)
        assert cell(Then(people.crew, JULY)).taking == 2, "no transfer is known of the other one"
        assert cell(Then(people.crew, AUGUST)).taking == 1


def test_the_record_is_shown_as_it_stood(people: People, story: None) -> None:
    with on(SEPTEMBER):
        client = signed_in(people.member, "en")
        then = client.get("/record/?as_at=2026-07-15").content.decode()
        now = client.get("/record/").content.decode()
        assert "2.0 of 2.0 credit hours counted" in then
        assert "Taken back" not in then
        assert "As it stood at the end of 2026-07-15" in then
        assert "1.0 of 2.0 credit hours counted" in now
        assert "Taken back" in now
        before = client.get("/record/?as_at=2026-05-01").content.decode()
        assert "No entry in this year yet" in before
        assert 'as PDF"' in now
        assert 'as PDF"' not in before, "the paper says how it stands"


@pytest.mark.parametrize("day", ["2026-09-16", "1066-10-14", "yesterday", "99999999-01-01"])
def test_a_day_that_cannot_be_is_refused(people: People, one: Requirement, day: str) -> None:
    with on(SEPTEMBER):
        client = signed_in(people.admin, "en")
        for address in ("/record/", f"/board/{people.crew.code}/hours/"):
            answer = client.get(address, {"as_at": day})
            assert answer.status_code == 422
            assert 'role="alert"' in answer.content.decode()


def test_every_page_and_file_says_the_same_of_that_day(people: People, story: None) -> None:
    with on(SEPTEMBER):
        client, base = signed_in(people.admin, "en"), f"/board/{people.crew.code}/hours/"
        ask = "?as_at=2026-07-15"
        assert (
            '<span class="num">1<small>/1</small></span>' in client.get(base + ask).content.decode()
        )
        page = client.get(f"{base}people/H-01/{ask}").content.decode()
        assert "1 of 1 have met it" in page
        assert "/record/1013/?as_at=2026-07-15" in page
        assert client.get(f"{base}people/{ask}&state=behind").content.decode().count('row"') == 0
        answer = client.get(f"{base}export.csv{ask}")
        data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        assert (row["State"], row["Counted"]) == ("Met", "2.00")
        paper = PdfReader(io.BytesIO(client.get(f"{base}export.pdf{ask}").content))
        assert "as it stood on 2026-07-15" in paper.pages[0].extract_text().replace("\n", " ")
        made = files.ask(people.admin, people.crew, "en", 2026, JULY)
        files.make_workbook.call(made.pk)
        book = openpyxl.load_workbook(files.path_of(Export.objects.get(pk=made.pk)))
        assert [one.value for one in book["Units"][2]][1:] == ["1", "1", "0", "0", "0", "100"]
        assert book["People"][2][6].value == "Met"


def test_more_people_than_a_page_reckons_are_left_to_files(
    people: People, story: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asat, "MOST", 2)
    with on(SEPTEMBER):
        client, base = signed_in(people.admin, "en"), f"/board/{people.company.code}/hours/"
        ask = "?as_at=2026-07-15"
        assert "this would take too long here" in client.get(base + ask).content.decode()
        for address in (f"{base}people/{ask}", f"{base}export.pdf{ask}"):
            assert client.get(address).status_code == 302
        answer = client.get(f"{base}export.csv{ask}")
        data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert data.count(b"\r\n") == 1 + 4


def test_a_file_of_that_day_comes_in_pieces(
    people: People, story: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asat, "PIECE", 2)
    with on(SEPTEMBER):
        pieces = list(Then(people.company, JULY + timedelta(days=1)).rows())
    assert [len(piece) for piece in pieces] == [2, 2]
    assert len({row.member for piece in pieces for row in piece}) == 4
