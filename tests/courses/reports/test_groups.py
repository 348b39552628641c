"""Groups and posts as an axis: only people inside the scope, the same figures as their people."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from courses.catalog.models import Course
from courses.completion.actions import enrol
from courses.completion.models import Enrolment
from courses.credits import actions as ledger
from courses.credits.models import ViewLog
from courses.reports.groups import queries
from courses.reports.tally import Figures
from members.units.actions import give_role
from members.units.models import Unit
from tests.courses.credits.test_record_pages import require
from tests.factories import make_group, make_member
from tests.people import People, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
YEAR = datetime.now(UTC).year


class World:
    """A drivers' group with a part of its own; people of two units in it, one of them twice."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.drivers = make_group("司机")
        self.night = make_group("夜班", self.drivers)
        self.ann = make_member("安", people.crew, self.drivers, password=None, post="值班员")
        self.ben = make_member("贝", people.crew, self.night, password=None, post="值班员")
        self.outside = make_member("外", people.contractors, self.drivers, password=None)
        give_role(self.drivers, self.ann.pk, "leader")
        self.course = Course.objects.create(
            code="AQ-101", title="安全", author=people.host, state="published"
        )
        everybody = [self.ann, self.ben, self.outside, people.member]
        enrol([one.pk for one in everybody], self.course.pk, now=NOW)
        Enrolment.objects.filter(member=self.ben).update(permille=1000, completed_at=NOW)
        require(people, threshold=200)
        at = datetime(YEAR, 1, 2, 12, tzinfo=UTC)
        ledger.record(self.ann, "course", "a", 90, "safety", "live", at, {}, title="a")
        days = date(YEAR, 1, 1), date(YEAR, 12, 31)
        ledger.waive(people.admin, self.ben, *days, "ill")

    def lines(self, unit: Unit, by: queries.By = "groups") -> dict[str, Figures]:
        counts = queries.group_counts(unit) if by == "groups" else queries.post_counts(unit)
        found = queries.bands(by, counts)  # type: ignore[arg-type]
        day = NOW.date()
        return {
            line.band.code: line.cells[0][1]
            for line in queries.course_lines(unit, found, [self.course], day)
        }


@pytest.fixture
def world(people: People) -> World:
    return World(people)


def test_everybody_counts_once_in_a_group_and_only_inside_the_unit(world: World) -> None:
    lines = world.lines(world.people.crew)
    assert lines == {world.drivers.code: (2, 1, 0, 0), world.night.code: (1, 1, 0, 0)}
    assert world.lines(world.people.contractors) == {world.drivers.code: (1, 0, 0, 0)}
    assert world.lines(world.people.crew, "posts") == {"值班员": (2, 1, 0, 0)}


@pytest.mark.parametrize("of", ["courses", "hours"])
def test_a_figure_and_its_people_agree(world: World, of: str) -> None:
    client, unit = signed_in(world.people.admin, "en"), world.people.crew
    page = client.get(f"/board/{unit.code}/groups/?of={of}").content.decode()
    row = page[page.index(world.drivers.name("en")) :].split("</tr>")[0]
    [(done, asked)] = re.findall(r"(\d+)<small>/(\d+)</small>", row)
    assert (done, asked) == {"courses": ("1", "2"), "hours": ("1", "1")}[of]
    [address] = re.findall(r'href="(/board/[^"]+)"', row)
    people = client.get(address.replace("&amp;", "&")).content.decode()
    assert f"{done} of {asked}" in people
    assert people.count('<li class="row">') == 2
    assert world.people.member.name_latin not in people
    assert ViewLog.objects.filter(subject=world.ann, what="board").exists()
    narrow = client.get(address.replace("&amp;", "&") + "&state=open").content.decode()
    assert f"group={world.drivers.code}" in narrow, "another state stays inside the group"


def test_a_post_leads_to_its_people(world: World) -> None:
    client, unit = signed_in(world.people.admin, "zh-hans"), world.people.crew
    page = client.get(f"/board/{unit.code}/groups/?by=posts").content.decode()
    [address] = re.findall(r'href="(/board/[^"]+post=[^"]+)"', page)
    people = client.get(address.replace("&amp;", "&")).content.decode()
    assert people.count('<li class="row">') == 2


def test_who_may_see_groups_and_only_of_her_own_people(world: World) -> None:
    people = world.people
    give_role(people.contractors, people.outsider.pk, "admin")
    answers = {
        role: signed_in(member).get(f"/board/{people.crew.code}/groups/").status_code
        for role, member in people.everybody.items()
    }
    assert answers == {
        "host": 403, "assistant": 403, "member": 403, "outsider": 403, "admin": 200,
        "anonymous": 302,
    }  # fmt: skip
    mine = signed_in(people.outsider, "en")
    base = f"/board/{people.contractors.code}/people/AQ-101/"
    page = mine.get(f"{base}?group={world.drivers.code}").content.decode()
    assert page.count('<li class="row">') == 1
    for wrong in (f"?group={world.night.code}", "?group=nowhere", "?post=值班员"):
        assert mine.get(base + wrong).status_code == 404
    crew = f"/board/{people.crew.code}/people/AQ-101/?group={world.drivers.code}"
    assert mine.get(crew).status_code == 403


def test_rows_come_in_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROWS", 1)
    client, base = signed_in(world.people.admin, "en"), f"/board/{world.people.crew.code}/groups/"
    assert "More rows" in client.get(base).content.decode()
    second = client.get(f"{base}?rows=2").content.decode()
    assert world.night.name("en") in second
    assert "Rows before" in second


def test_more_people_than_a_page_counts_are_left_to_units_below(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 1)
    client, base = signed_in(world.people.admin, "en"), f"/board/{world.people.crew.code}/"
    page = client.get(f"{base}groups/").content.decode()
    assert "this would take too long here" in page
    people = client.get(f"{base}people/AQ-101/?group={world.drivers.code}")
    assert people.headers["Location"] == f"{base}groups/"
    assert client.get(f"{base}people/?group={world.drivers.code}").status_code == 404
