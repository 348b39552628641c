"""What the demo asks of whom: a course due in days, and one that is asked for every year."""

from __future__ import annotations

from datetime import date, timedelta

from courses.assignments.actions import assign
from courses.assignments.models import Assignment, Repeat
from courses.catalog.models import Course
from members.accounts.models import Member
from members.units.models import Unit

ASSIGNER = "1002"
SAFETY, YEARLY = "冬季安全必修", "年度安全再培训"


def load_assignments(people: dict[str, Member], today: date) -> None:
    """Both assignments, unless they are there."""
    by = people[ASSIGNER]
    if not Assignment.objects.filter(title=SAFETY).exists():
        crews = Unit.objects.get(code="operations")
        assign(
            by, title=SAFETY, courses=[Course.objects.get(code="AQ-104")],
            audience={"is": "unit", "unit": crews.pk}, begins_on=today,
            due_on=today + timedelta(days=5), note="进罐进井之前先学完。",
        )  # fmt: skip
    if not Assignment.objects.filter(title=YEARLY).exists():
        assign(
            by, title=YEARLY, courses=[Course.objects.get(code="AQ-108")],
            audience={"is": "role", "role": "leader"}, begins_on=today,
            due_on=date(today.year, 12, 31), repeat=Repeat.YEARLY,
        )  # fmt: skip
