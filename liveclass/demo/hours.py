"""Loads the demo's hours: requirements, two years of learning, waivers, certificates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from courses.activities.credit import count
from courses.activities.models import Session
from courses.credits.actions import Earned, enter_by_hand, record_many, waive
from courses.credits.certificates.actions import issue
from courses.credits.models import CreditEntry, Mode, Requirement, Tenure
from courses.credits.record.actions import request_correction
from courses.credits.requirements.actions import write_requirement
from liveclass.demo import year
from members.accounts.models import Member
from members.units.models import Unit
from members.units.queries import units_of

ADMIN, UNIT_ADMIN, MEMBER = "1002", "1007", "1013"
CONTRACTORS = frozenset({"1058", "1059", "1060"})
FIRST_DAYS = (30, 20, 10)
"""How many days before today the newcomers had their days of safety training."""


def load_hours(people: dict[str, Member], now: datetime, zone: ZoneInfo, held: Session) -> None:
    """Everything, once: who has an entry already has had it all. ``held``: yesterday's class."""
    if CreditEntry.objects.exists():
        return
    today = now.astimezone(zone).date()
    _require(people[ADMIN])
    _excuse(people, today)
    staff = {number: one for number, one in people.items() if number not in CONTRACTORS}
    for of_year in (today.year - 1, today.year):
        record_many(_learnt(staff, of_year, today, zone))
    _newcomers(people, today, zone)
    for number, title, minutes, kind, reason in year.BY_HAND:
        enter_by_hand(
            people[UNIT_ADMIN], people[number], title=title, minutes=minutes, kind=kind,
            mode=Mode.EXTERNAL, on=today - timedelta(days=int(number) % 50 + 1), reason=reason,
            token=f"demo-{number}",
        )  # fmt: skip
    count(held)
    _papers(people, today)


def _require(admin: Member) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    for fields in year.REQUIREMENTS:
        if not Requirement.objects.filter(code=fields["code"]).exists():
            chosen = [units[code] for code in fields["units"]]
            write_requirement(admin, **{**fields, "units": chosen})


def _excuse(people: dict[str, Member], today: date) -> None:
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    for number, reason in (("1034", "即将退休，支部同意豁免"), ("1048", "长期病假")):
        waive(people[ADMIN], people[number], first, last, reason)
    ill = date(today.year, 3, 1), date(today.year, 5, 31)
    waive(people[ADMIN], people["1055"], *ill, "病假三个月")
    for number, days in year.NEWCOMERS.items():
        joined = today - timedelta(days=days)
        Tenure.objects.create(member=people[number], joined_on=joined)


def _learnt(people: dict[str, Member], of_year: int, today: date, zone: ZoneInfo) -> list[Earned]:
    earned = []
    for number, member in people.items():
        if number in year.NEWCOMERS:
            continue
        units = frozenset(unit.code for unit in units_of(member.pk))
        for lesson, day in year.learnt(number, units, of_year, today):
            earned.append(_one(member, lesson, day, zone, f"{lesson.code}-{of_year}"))
    return earned


def _one(member: Member, lesson: year.Lesson, day: date, zone: ZoneInfo, source: str) -> Earned:
    kind = {"self": "course", "exam": "exam", "in_person": "activity"}.get(lesson.mode, "class")
    return Earned(
        member=member,
        source_kind=kind,
        source_id=f"demo-{source}",
        title=lesson.title,
        minutes=lesson.minutes,
        kind=lesson.kind,
        mode=lesson.mode,
        earned_at=datetime.combine(day, time(16), zone),
        evidence={"note": f"演示数据 {lesson.code}"},
    )


def _newcomers(people: dict[str, Member], today: date, zone: ZoneInfo) -> None:
    """Three days of eight hours before the post; the last newcomer has done two of them."""
    earned = []
    for number, since in year.NEWCOMERS.items():
        days = FIRST_DAYS if since < 90 else (since - 5, since - 15)
        for at, before in enumerate(days, start=1):
            lesson = year.Lesson(
                "day", f"岗前三级安全教育（第{at}天）", "safety", "in_person", 360, 1, 1
            )
            day = today - timedelta(days=before)
            earned.append(_one(people[number], lesson, day, zone, f"first-{at}"))
    record_many(earned)


def _papers(people: dict[str, Member], today: date) -> None:
    issue(people[MEMBER], "course", f"demo-AQ-101-{today.year}", "安全生产法：从业人员的权利和义务",
          value=200, issued_on=today - timedelta(days=30))  # fmt: skip
    issue(people["1012"], "course", "demo-special", "特种作业操作资格培训", value=800,
          issued_on=today - timedelta(days=345), expires_on=today + timedelta(days=20))  # fmt: skip
    request_correction(people[MEMBER], "上月集团安全例会我也参加了，档案里没有，请核对签到表。")
