"""Overdue and waived on the board against a count person by person, in all its places."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from courses.assignments import actions
from courses.assignments.due import State
from courses.assignments.models import Notice, Obligation
from courses.catalog.models import Course, Lesson, Section
from courses.completion.models import Enrolment, Progress
from courses.completion.settling import settle
from courses.credits.models import ViewLog
from courses.credits.queries import today
from courses.reports import queries
from courses.reports.tally import Owed
from members.accounts.actions import update_person
from members.accounts.models import Member
from members.units.actions import give_role, move_unit
from members.units.models import Organisation, Unit, UnitClosure
from tests.factories import make_department, make_member
from tests.people import People, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_course(author: Member, code: str) -> Course:
    course = Course.objects.create(
        code=code, title="安全生产法", author=author, credit_kind="safety", state="published"
    )
    section = Section.objects.create(course=course, order=1, title="1")
    Lesson.objects.create(section=section, order=0, kind="article", title="1")
    return course


def assign(
    by: Member, courses: list[Course], members: list[Member], begins: date, days: int
) -> None:
    audience = {"is": "people", "members": [one.pk for one in members]}
    actions.assign(
        by, courses=courses, audience=audience, title="x", begins_on=begins, due_days=days
    )


def brute(day: date) -> dict[tuple[int, int], tuple[set[int], set[int]]]:
    """(unit, course) → who is overdue, who is waived; obligation by obligation, in Python."""
    states: dict[tuple[int, int], set[State]] = {}
    people = {one.pk: one for one in Member.objects.filter(is_active=True)}
    for owed in Obligation.objects.all():
        states.setdefault((owed.member_id, owed.course_id), set()).add(owed.state(day))
    found: dict[tuple[int, int], tuple[set[int], set[int]]] = {}
    for (who, course), of in states.items():
        late = State.OVERDUE in of
        waived = State.WAIVED in of and not of & {State.OVERDUE, State.SOON, State.OPEN}
        if who not in people or not (late or waived):
            continue
        above = UnitClosure.objects.filter(descendant=people[who].department_id)
        for unit in above.values_list("ancestor", flat=True):
            cell = found.setdefault((unit, course), (set(), set()))
            cell[0 if late else 1].add(who)
    return found


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.parametrize("seed", range(3))
def test_figures_agree_with_a_count_of_every_obligation(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable, no secret
    Organisation.objects.create(time_zone="Asia/Shanghai")
    root, admin = make_department(), make_member(is_platform_admin=True)
    units = [root]
    for _ in range(5):
        units.append(make_department(parent=dice.choice(units)))
    people = [make_member(department=dice.choice(units), password=None) for _ in range(10)]
    courses = [make_course(admin, f"AQ-{number}") for number in range(3)]
    now, seen = datetime(2026, 11, 1, 1, 0, tzinfo=UTC), Owed()
    for step in range(48):
        now += timedelta(hours=dice.choice([1, 7, 15, 40]))
        set_clock(monkeypatch, now)
        _something(dice, admin, people, courses, units, now)
        if step % 6 == 5:
            seen = seen.plus(_compare(units, courses))
    assert seen.overdue, "nobody was ever overdue: the dice are loaded"
    assert seen.waived, "nobody was ever waived: the dice are loaded"


def _something(
    dice: random.Random, admin: Member, people: list[Member], courses: list[Course],
    units: list[Unit], now: datetime,
) -> None:  # fmt: skip
    who, course = dice.choice(people), dice.choice(courses)
    match dice.randrange(7):
        case 0 | 1:
            assign(admin, [course], dice.sample(people, 5), today(), dice.choice([1, 4, 20]))
        case 2 | 3:
            if owing := list(Obligation.objects.filter(completed_at=None).order_by("pk")):
                last = dice.choice([None, today() + dice.choice([0, 2, 9]) * DAY])
                actions.waive(
                    admin, dice.choice(owing).pk, "ill", today() - dice.choice([0, 1]) * DAY, last
                )
        case 4:
            if Enrolment.objects.filter(member=who, course=course).exists():
                lesson = Lesson.objects.get(section__course=course)
                Progress.objects.update_or_create(
                    member=who, lesson=lesson, period="",
                    defaults={"permille": 1000, "changed_at": now},
                )  # fmt: skip
                settle([who.pk], course.pk, now)
        case 5:
            who.department = dice.choice([*units, None])
            who.is_active = dice.random() > 0.2
            update_person(who)
        case _:
            unit, parent = dice.sample(units[1:], 2)
            if not UnitClosure.objects.filter(ancestor=unit, descendant=parent).exists():
                move_unit(unit, parent)


def _compare(units: list[Unit], courses: list[Course]) -> Owed:
    truth, seen = brute(today()), Owed()
    for unit in units:
        line = queries.lines(unit, courses)[0]
        for course, _, due in line.cells:
            late, waived = truth.get((unit.pk, course.pk), (set(), set()))
            assert due == Owed(len(late), len(waived)) == queries.owed(unit, course)
            for state, of in (("overdue", late), ("waived", waived)):
                rows = queries.people(unit, course, state)
                assert {one.member_id for one in rows} == of
                assert rows.count() == len(of)
            seen = seen.plus(due)
        totals = [due for _, _, due in line.cells]
        assert line.owed == (sum(one[0] for one in totals), sum(one[1] for one in totals))
        taken = [one for piece in queries.exported(unit) for one in piece]
        for at, state in enumerate((State.OVERDUE, State.WAIVED)):
            assert sum(one.standing is state for one in taken) == line.owed[at]
    return seen


def test_a_due_date_passes_at_midnight_of_the_organisation(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    Organisation.objects.create(time_zone="Asia/Shanghai")
    course = make_course(people.host, "AQ-101")
    set_clock(monkeypatch, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    assign(people.admin, [course], [people.member], date(2026, 11, 20), 3)
    last = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    set_clock(monkeypatch, last)
    assert queries.owed(people.company, course) == (0, 0)
    set_clock(monkeypatch, last + timedelta(seconds=1))
    assert queries.owed(people.company, course) == (1, 0)


@pytest.fixture
def late(people: People) -> Course:
    """The member is overdue, the assistant waived, the host will owe it for a long time."""
    course = make_course(people.host, "AQ-101")
    three = [people.member, people.assistant, people.host]
    assign(people.admin, [course], three, today(), 40)
    Obligation.objects.filter(member=people.member).update(
        from_on=today() - 9 * DAY, due_on=today() - DAY
    )
    excused = Obligation.objects.get(member=people.assistant)
    actions.waive(people.admin, excused.pk, "ill", today())
    return course


def test_board_people_and_csv_say_the_same(people: People, late: Course) -> None:
    client, unit = signed_in(people.admin, "en"), people.company.code
    board = client.get(f"/board/{unit}/").content.decode()
    assert board.count("?state=overdue") == board.count("1 overdue") == 2, "company and crew"
    assert board.count("1 waived") == 2
    for state, who in (("overdue", "Tian Rui"), ("waived", "Xue Fang"), ("help", "Tian Rui")):
        page = client.get(f"/board/{unit}/people/AQ-101/?state={state}").content.decode()
        assert page.count('<li class="row">') == 1
        assert who in page
    answer = client.get(f"/board/{unit}/export.csv")
    data = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {row["Staff number"]: row["Obligation"] for row in csv.DictReader(io.StringIO(data))}
    assert rows == {"1013": "Overdue", "1007": "Waived", "1005": ""}


def test_only_who_steers_her_reminds_a_person(people: People, late: Course) -> None:
    give_role(people.company, people.assistant.pk, "leader")
    give_role(people.contractors, people.outsider.pk, "admin")
    address = f"/board/{people.crew.code}/people/AQ-101/remind/"
    answers = {
        role: signed_in(member).post(address, {"member": "1013"}).status_code
        for role, member in people.everybody.items()
    }
    assert answers == {
        "host": 403, "assistant": 302, "member": 403, "outsider": 403, "admin": 302,
        "anonymous": 302,
    }  # fmt: skip
    assert [one.reader for one in Notice.objects.all()] == [people.member], "once a day"
    looks = ViewLog.objects.filter(subject=people.member, what="reminder")
    assert {one.viewer for one in looks} == {people.assistant, people.admin}


def test_who_needs_no_help_is_not_reminded(people: People, late: Course) -> None:
    address = f"/board/{people.company.code}/people/AQ-101/remind/"
    for number in ("1007", "1005", "1058", "", "x" * 500):
        assert signed_in(people.admin).post(address, {"member": number}).status_code == 404
    assert signed_in(people.admin).get(address).status_code == 405
    Enrolment.objects.filter(member=people.member).update(permille=100)
    assert signed_in(people.admin).post(address, {"member": "1013"}).status_code == 404
    assert not Notice.objects.exists()
