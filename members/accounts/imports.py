"""People from a CSV file: every row is tried, and all of them count or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.accounts.actions import register, update_person
from members.accounts.models import Member, normal_staff_no
from members.units.models import Unit, UnitKind
from members.units.sheets import Report, Row

COLUMNS = {
    "staff_no": "staff_no", "工号": "staff_no",
    "name": "name", "姓名": "name",
    "name_latin": "name_latin", "拼音": "name_latin",
    "email": "email", "邮箱": "email",
    "department": "department", "部门代码": "department",
    "post": "post", "岗位": "post",
}  # fmt: skip
"""Headings a file may have, English or Chinese, and the fields they fill."""
REQUIRED = ("staff_no", "name")

PasswordFor = Callable[[Member], str | None]


def no_password(member: Member) -> None:
    """New people cannot sign in until a password is set."""


def import_people(
    rows: Iterable[tuple[int, Row]], *, apply: bool, password_for: PasswordFor = no_password
) -> Report:
    """Make the people of ``rows`` (line, cells), or bring them up to date by staff number.

    An empty cell empties the field; a column that is not there leaves it. Nothing is written when
    a row is refused, or without ``apply``. ``password_for`` is asked for each new person.
    """
    report, lines = Report(), dict[str, int]()
    with transaction.atomic():
        units = {one.code: one for one in Unit.objects.filter(kind=UnitKind.DEPARTMENT)}
        for line, row in rows:
            _try(line, row, units, lines, report, password_for if apply else no_password)
        if report.faults or not apply:
            transaction.set_rollback(True)
    return report


def _try(
    line: int,
    row: Row,
    units: dict[str, Unit],
    lines: dict[str, int],
    report: Report,
    password_for: PasswordFor,
) -> None:
    number = normal_staff_no(row["staff_no"])
    reasons = _of_the_file(row, units)
    if earlier := lines.get(number):
        reasons.append(_("This staff number is in line %(line)d already.") % {"line": earlier})
    lines.setdefault(number, line)
    if reasons:
        report.refuse(line, reasons)
        return
    found = Member.objects.filter(staff_no=number).first()
    member = found or Member(staff_no=number)
    changed = _fill(member, row, units)
    try:
        member.full_clean(exclude=["password"])
    except ValidationError as wrong:
        report.refuse(line, _reasons(wrong))
        return
    _save(member, found is None, changed, report, password_for)


def _save(
    member: Member, new: bool, changed: bool, report: Report, password_for: PasswordFor
) -> None:
    if new:
        register(member, password_for(member))
    elif changed:
        update_person(member)
    kind = report.created if new else report.changed if changed else report.unchanged
    kind.append(member.staff_no)


def _of_the_file(row: Row, units: dict[str, Unit]) -> list[str]:
    """What is wrong with a row whoever it is about."""
    reasons = []
    if "" in row:
        reasons.append(_("There are more cells than headings."))
    code = row.get("department", "")
    if code and code not in units:
        reasons.append(_("There is no department with the code “%(code)s”.") % {"code": code})
    return reasons


def _fill(member: Member, row: Row, units: dict[str, Unit]) -> bool:
    """Set the cells in ``member``; whether that changed anything."""
    texts = ("name", "name_latin", "post")
    wanted: dict[str, object] = {one: row[one] for one in texts if one in row}
    if "email" in row:
        wanted["email"] = Member.objects.normalize_email(row["email"]) or None
    if "department" in row:
        wanted["department"] = units.get(row["department"])
    changed = any(getattr(member, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(member, name, value)
    return changed


def _reasons(wrong: ValidationError) -> list[str]:
    """One sentence per fault, with the name of the field it is about."""
    if not hasattr(wrong, "error_dict"):
        return list(wrong.messages)
    told = []
    for name, messages in wrong.message_dict.items():
        told += [f"{_label(name)}{message}" for message in messages]
    return told


def _label(name: str) -> str:
    """What people call the field ``name``; nothing for a fault of several fields together."""
    field = None if name == NON_FIELD_ERRORS else Member._meta.get_field(name)
    return f"{getattr(field, 'verbose_name', name)}: " if field else ""
