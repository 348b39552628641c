"""Required hours on the board against a reckoning of everybody, whatever happened."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from courses.credits import actions as ledger
from courses.credits import queries as credits_queries
from courses.credits.models import CreditEntry, Requirement, ViewLog, Waiver
from courses.credits.record.actions import set_tenure
from courses.reports import files
from courses.reports.hours import actions, queries
from courses.reports.hours.models import HoursColumn, HoursCounter, HoursMark, HoursStanding
from courses.reports.hours.truth import reckoned
from courses.reports.models import Export
from courses.reports.tally import Figures
from members.accounts.actions import set_active, update_person
from members.accounts.models import Member
from members.units.actions import give_role, move_unit, take_role
from members.units.models import Unit, UnitClosure
from tests.courses.credits.test_record_pages import require
from tests.factories import make_department, make_group, make_member
from tests.people import People, signed_in

pytestmark = pytest.mark.django_db
YEAR = datetime.now(UTC).year


@pytest.fixture(autouse=True)
def own_files(settings: SimpleNamespace, tmp_path: Path) -> None:
    """Keys begin anew with every test: workbooks of another one must not lie there."""
    settings.DATA_DIR = tmp_path


def earn(member: Member, source: str, minutes: int = 90, day: date | None = None) -> CreditEntry:
    at = datetime(YEAR, 1, 2, 12, tzinfo=UTC) if day is None else datetime(
        day.year, day.month, day.day, 12, tzinfo=UTC
    )  # fmt: skip
    return ledger.record(member, "course", source, minutes, "safety", "live", at, {}, title=source)


def kept() -> dict[tuple[int, int], tuple[int, ...]]:
    rows = HoursCounter.objects.filter(asked__gt=0)
    return {(unit, column): tuple(numbers) for unit, column, *numbers in
            rows.values_list("unit", "column", "asked", "met", "behind", "waived")}  # fmt: skip


def brute() -> dict[tuple[int, int], tuple[int, ...]]:
    """Everybody by herself, added to each unit above her one by one."""
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    day = credits_queries.today()
    for column in HoursColumn.objects.all():
        for member in Member.objects.all():
            for one in reckoned(column, [member.pk], day).values():
                add = (1, one.state == "met", one.is_behind(day), one.state == "waived")
                above = UnitClosure.objects.filter(descendant=one.unit)
                for unit in above.values_list("ancestor", flat=True):
                    before = found.get((unit, column.pk), (0, 0, 0, 0))
                    found[unit, column.pk] = tuple(a + b for a, b in zip(before, add, strict=True))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_figures_of_hours_never_drift(people: People, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable, no secret
    units = [people.company, people.crew]
    for _ in range(4):
        units.append(make_department(parent=dice.choice(units)))
    group = make_group()
    crowd = [make_member(department=dice.choice(units), password=None) for _ in range(10)]
    require(people, "H-1", threshold=300)
    require(people, "H-2", threshold=100, units=[dice.choice(units[1:]), group])
    require(people, "H-3", threshold=200, role="leader", span="quarter")
    require(people, "H-4", threshold=200, span="since_joining", days=60)
    for step in range(50):
        who = dice.choice(crowd)
        _something_happens(dice, step, who, people, units, group)
        if dice.random() < 0.3:
            actions.bring_up()
    while actions.bring_up():
        pass
    assert not HoursMark.objects.exists()
    by_hand = brute()
    assert {one[1:].count(0) for one in by_hand.values()} - {3}, "the dice are loaded"
    folded = kept()
    assert folded == by_hand
    actions.recount()
    codes = dict(HoursColumn.objects.values_list("pk", "code"))
    assert len(kept()) == len(folded), codes
    assert sorted(kept().values()) == sorted(folded.values())


def _something_happens(  # noqa: C901 - a table of what may happen
    dice: random.Random, step: int, who: Member, people: People, units: list[Unit], group: Unit
) -> None:
    start = date(YEAR, 1, 1)
    match dice.randrange(10):
        case 0 | 1 | 2:
            day = min(start + timedelta(days=dice.randrange(300)), credits_queries.today())
            earn(who, f"c{step}", dice.choice([45, 90, 135]), day)
        case 3:
            last = CreditEntry.objects.filter(member=who, reversal=None, reverses=None).last()
            if last:
                ledger.reverse(last, "somebody else", people.admin)
        case 4:
            who.department = dice.choice([*units, None])
            update_person(who)
        case 5:
            if mine := Waiver.objects.filter(member=who, withdrawn_at=None).first():
                ledger.withdraw(people.admin, mine)
            else:
                ledger.waive(people.admin, who, start, date(YEAR, 12, 31), "ill")
        case 6:
            set_tenure(people.admin, who, start + timedelta(days=dice.randrange(300)), None)
        case 7:
            change = dice.choice([give_role, take_role])
            change(
                *dice.choice([(dice.choice(units), who.pk, "leader"), (group, who.pk, "member")])
            )
        case 8:
            set_active([who.pk], active=not Member.objects.get(pk=who.pk).is_active)
        case _:
            unit, parent = dice.sample(units[2:], 2)
            if not UnitClosure.objects.filter(ancestor=unit, descendant=parent).exists():
                move_unit(unit, parent)


def test_a_day_that_comes_turns_people_behind(people: People) -> None:
    require(people, units=[people.crew])
    actions.bring_up()
    column = HoursColumn.objects.get(period=f"{YEAR}")
    HoursCounter.objects.filter(column=column).update(behind=0)
    rows = HoursStanding.objects.filter(column=column, member=people.member)
    rows.update(is_behind=False, behind_from=credits_queries.today())
    assert queries.figures(people.company, [column]) == Figures(1, 0, 0, 0)
    actions.bring_up()
    assert queries.figures(people.company, [column]) == Figures(1, 0, 1, 0)
    assert actions.turn(credits_queries.today()) == 0


def test_a_new_version_and_somebody_new_are_looked_at(people: People) -> None:
    one = require(people, threshold=100)
    earn(people.member, "a", 45 * 2)
    actions.bring_up()
    column = HoursColumn.objects.get(period=f"{YEAR}")
    assert queries.figures(people.crew, [column]) == Figures(1, 1, 0, 0)
    Requirement.objects.create(
        code=one.code, version=2, title="x", source="x", standing="own", layer="national",
        threshold=9000, valid_from=date(YEAR, 1, 1), created_by=people.admin,
    )  # fmt: skip
    make_member(department=people.crew, password=None)
    actions.bring_up()
    found = queries.figures(people.crew, [column])
    assert (found.taking, found.completed) == (2, 0)


def test_who_is_deactivated_is_asked_nothing_until_she_is_back(people: People) -> None:
    require(people, units=[people.crew])
    actions.bring_up()
    column = HoursColumn.objects.get(period=f"{YEAR}")
    for active, asked in ((False, 0), (True, 1)):
        set_active([people.member.pk], active=active)
        actions.bring_up()
        assert queries.figures(people.company, [column]).taking == asked
        assert queries.people(people.company, [column]).count() == asked


def test_a_board_that_is_up_to_date_writes_nothing(people: People) -> None:
    require(people)
    while actions.bring_up():
        pass
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert actions.bring_up() == 0
    assert not [one for one in asked.captured_queries if not one["sql"].startswith("SELECT")]


def addresses(people: People) -> list[str]:
    base = f"/board/{people.crew.code}/hours/"
    return [base, f"{base}export.csv", f"{base}export.pdf", f"{base}people/", f"{base}people/H-01/"]


def test_only_who_steers_a_unit_or_one_above_sees_hours(people: People) -> None:
    require(people)
    give_role(people.company, people.assistant.pk, "leader")
    give_role(people.contractors, people.outsider.pk, "admin")
    for address in addresses(people):
        answers = {
            role: signed_in(member).get(address).status_code
            for role, member in people.everybody.items()
        }
        assert answers == {
            "host": 403, "assistant": 200, "member": 403, "outsider": 403, "admin": 200,
            "anonymous": 302,
        }, address  # fmt: skip
    ask = f"/board/{people.crew.code}/hours/export/"
    assert signed_in(people.outsider).post(ask).status_code == 403
    assert signed_in(people.admin).get(ask).status_code == 405
    assert signed_in(people.admin).get(f"{addresses(people)[0]}people/NONE/").status_code == 404


def test_hours_are_the_same_on_every_page_and_in_every_file(people: People) -> None:
    require(people, threshold=200, units=[people.crew])
    others = [make_member(name, people.crew, password=None) for name in ("䶮", "阿依古丽·买买提")]
    earn(people.member, "a", 45 * 2)
    ledger.waive(people.admin, others[0], date(YEAR, 1, 1), date(YEAR, 12, 31), "ill")
    client, base = signed_in(people.admin, "en"), f"/board/{people.company.code}/hours/"
    board = client.get(base).content.decode()
    assert set(re.findall(r"(\d+)<small>/(\d+)</small>", board)) == {("1", "2")}
    page = client.get(f"{base}people/H-01/").content.decode()
    assert "1 of 2 have met it" in page
    assert page.count('<li class="row">') == 3
    assert f"/record/{people.member.staff_no}/?year={YEAR}" in page
    looks = ViewLog.objects.filter(subject=people.member, viewer=people.admin)
    assert looks.filter(what="board").exists()
    data = b"".join(client.get(f"{base}export.csv").streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert sorted(row["State"] for row in rows) == ["Behind", "Met", "Waived"]
    assert {row["Name"] for row in rows} == {"田蕊", "䶮", "阿依古丽·买买提"}
    assert looks.filter(what="export").exists()
    paper = PdfReader(io.BytesIO(client.get(f"{base}export.pdf").content))
    text = "".join(one.extract_text() for one in paper.pages)
    assert f"H-01 Hours of the year {YEAR}" in text.replace("\n", " ")
    made = files.ask(people.admin, people.company, "en", YEAR)
    files.make_workbook.call(made.pk)
    book = openpyxl.load_workbook(files.path_of(Export.objects.get(pk=made.pk)))
    line = [one.value for one in book["Units"][2]]
    assert line[1:] == ["3", "1", "0", "1", "1", "50.0"]
    assert [one.value for one in book["Requirements"][2]][3:] == line[1:]
    assert sorted(row[6].value for row in book["People"].iter_rows(min_row=2)) == [
        "Behind", "Met", "Waived",
    ]  # fmt: skip


@pytest.mark.matrix
def test_hours_speak_chinese(people: People) -> None:
    require(people)
    page = signed_in(people.admin, "zh-hans").get(f"/board/{people.crew.code}/hours/")
    assert "学时达标情况" in page.content.decode()
